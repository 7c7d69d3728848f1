/** Short messages that come and go. */
import { signal } from "@preact/signals";

export interface Notice {
  readonly id: number;
  readonly kind: "info" | "error";
  readonly text: string;
  readonly hint?: string;
}

export const notices = signal<readonly Notice[]>([]);
/** Said to screen readers only. */
export const spoken = signal("");

const SHOWN_MS = 7000;
let count = 0;

export function notify(kind: Notice["kind"], text: string, hint?: string): void {
  const id = ++count;
  notices.value = [...notices.value.slice(-3), { id, kind, text, ...(hint ? { hint } : {}) }];
  setTimeout(() => dismiss(id), kind === "error" ? 2 * SHOWN_MS : SHOWN_MS);
}

export function dismiss(id: number): void {
  notices.value = notices.value.filter((notice) => notice.id !== id);
}

export function say(text: string): void {
  spoken.value = text;
}
