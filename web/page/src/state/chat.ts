/** The conversation as lines, made from the agent's events; what it is about to move, as arrows. */
import { signal } from "@preact/signals";
import type { Point } from "../geometry/affine.ts";

export type ChatLine =
  | { readonly type: "you"; readonly text: string; readonly imageId: string }
  | { readonly type: "agent"; readonly text: string; readonly ok: boolean }
  | { readonly type: "assumed"; readonly text: string }
  | {
      readonly type: "tool";
      readonly tool: string;
      readonly why: string;
      readonly args: unknown;
      readonly answer?: string;
      readonly failed?: boolean;
      readonly done: boolean;
    }
  | { readonly type: "question"; readonly text: string; readonly choices: readonly Choice[] }
  /** What the drag may mean; picking one makes the edit. */
  | { readonly type: "readings"; readonly choices: readonly Choice[] }
  | { readonly type: "edit"; readonly editId: string }
  | { readonly type: "cost"; readonly seconds?: number; readonly tokens: number; readonly money?: string }
  | { readonly type: "note"; readonly text: string };

/** One answer, or one reading of a drag: its words, and where a picture of it is. */
export interface Choice {
  readonly say: string;
  readonly picture?: string;
  readonly candidateId?: string;
}

export interface Arrow {
  readonly regionId: string;
  readonly from: Point;
  readonly to?: Point;
}

export const lines = signal<readonly ChatLine[]>([]);
export const arrows = signal<readonly Arrow[]>([]);
/** The conversation's job while a turn runs. */
export const talking = signal<string | undefined>(undefined);
/** What is typed and not yet sent. */
export const typed = signal("");
