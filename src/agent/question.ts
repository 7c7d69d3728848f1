/** One short question with a few answers to choose from, each with a picture where there is one. */
import type { Box } from "../engine/raster.ts";
import type { ToolImage } from "./port.ts";

/** What one answer stands for, besides its words. */
export interface Choice {
  /** Said instead of the request, or shown beside the number. */
  readonly say: string;
  /** The thing that this answer means; pixels of the picture. */
  readonly box?: Box;
  /** The intent that this answer means: the recipe's prompt. */
  readonly prompt?: string;
}

export interface Question {
  readonly text: string;
  readonly choices: readonly Choice[];
  /** Shows the choices, numbered from 1. */
  readonly image?: ToolImage;
}
