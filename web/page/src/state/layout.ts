/** Which panel is open. */
import { signal } from "@preact/signals";

export const TABS = ["edit", "chat", "history"] as const;
export type TabName = (typeof TABS)[number];
export const tab = signal<TabName>("edit");
export const helpOpen = signal(false);
/** A question that waits for its answer in a dialog. */
export interface Asked {
  readonly title: string;
  readonly text?: string;
  /** Present: a line of text is asked for, beginning with this. */
  readonly value?: string;
  readonly confirm: string;
  readonly danger?: boolean;
  answer(value: string | undefined): void;
}
export const asked = signal<Asked | undefined>(undefined);

/** Resolves with the text (or "") on yes, undefined on no. */
export function askFor(question: Omit<Asked, "answer">): Promise<string | undefined> {
  return new Promise((resolve) => {
    asked.value = {
      ...question,
      answer(value) {
        asked.value = undefined;
        resolve(value);
      },
    };
  });
}
