/** One short question with a few answers to choose from, each with a picture where there is one. */
import type { Box } from "../engine/raster.ts";
import type { Motion } from "../engine/recipe/schema.ts";
import type { ToolImage } from "./port.ts";

/** What one answer stands for, besides its words. */
export interface Choice {
  /** Said instead of the request, or shown beside the number. */
  readonly say: string;
  /** The thing that this answer means; pixels of the picture. */
  readonly box?: Box;
  /** The intent that this answer means. */
  readonly intent?: Intent;
}

/** A reading of a drag, as propose_intents answered it: what moves how, and the words for the picture before and after. */
export interface Intent {
  readonly candidateId: string;
  readonly prompt: string;
  readonly sourcePrompt: string;
  readonly operations: readonly { readonly regionId: string; readonly motion: Motion }[];
}

export interface Question {
  readonly text: string;
  readonly choices: readonly Choice[];
  /** Shows the choices, numbered from 1. */
  readonly image?: ToolImage;
}
