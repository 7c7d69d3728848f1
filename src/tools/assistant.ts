/** What a vision model is asked by the tools, and what it answers. Tools define it, src/agent implements it:
 * dependencies point one way. */

import type { Gates, Preview } from "../engine/api.ts";
import type { Box, Point } from "../engine/raster.ts";
import type { Quality } from "../engine/recipe/schema.ts";

export const INTENT_TYPES = ["relocation", "deformation", "rotation"] as const;
export type IntentType = (typeof INTENT_TYPES)[number];

/** What a retry may change: exactly one of these. */
export const CHANGES = [
  "grow-mask",
  "other-amount",
  "other-type",
  "other-prompt",
  "more-iterations",
  "fewer-iterations",
  "faster-tier",
  "slower-tier",
  "undo",
] as const;
export type Change = (typeof CHANGES)[number];

/** A region that is to go somewhere; pixels of the picture. */
export interface IntentItem {
  readonly label?: string;
  readonly box: Box;
  readonly centroid: Point;
  readonly target: Point;
}

/** The paper's question (appendix D.3): the picture, and the same with source, target and arrow drawn in. */
export interface IntentQuestion {
  readonly original: Preview;
  readonly overlay: Preview;
  readonly items: readonly IntentItem[];
  /** The user's own words, where there are any. */
  readonly request?: string;
}

export interface IntentAnswer {
  /** What the picture shows: the recipe's `sourcePrompt`. */
  readonly background: string;
  /** The likeliest first; `types` has one entry per item. */
  readonly candidates: readonly {
    readonly types: readonly IntentType[];
    readonly prompt: string;
    readonly reason: string;
    /** 0–1. */
    readonly confidence: number;
  }[];
}

export interface CritiqueQuestion {
  readonly before: Preview;
  readonly after: Preview;
  readonly overlay: Preview;
  readonly diff: Preview;
  readonly gates: Gates;
  /** The intent prompt or the user's words. */
  readonly goal: string;
}

/** A model's verdict; the numbers are 0–10, higher is better (artefacts: 10 = none). */
export interface Critique {
  readonly goal: number;
  readonly artefacts: number;
  readonly preservation: number;
  readonly verdict: "accept" | "retry" | "undo";
  /** The one thing to change next; absent with "accept". */
  readonly change?: { readonly what: Change; readonly why: string };
}

export interface ChatWish {
  readonly imageId: string;
  readonly request: string;
  readonly rounds?: number;
  /** Default full. */
  readonly quality?: Quality;
  /** What "it" means. */
  readonly regionId?: string;
}

export interface ChatAnswer {
  readonly ok: boolean;
  /** The kept result; absent where nothing was made. */
  readonly editId?: string;
  readonly text: string;
  readonly planner: "local" | "model" | "sampling";
  readonly assumed: readonly string[];
  /** Present when two readings are close: nothing was done, one of these is to be said instead. */
  readonly question?: { readonly text: string; readonly choices: readonly string[] };
}
