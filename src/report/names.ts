/** The files of a --report folder. */
import type { Preview } from "../engine/api.ts";

export const REPORT_PICTURES = ["before", "after", "diff", "regions", "editable"] as const;
export type ReportPicture = (typeof REPORT_PICTURES)[number];

/** The film strip of the sampling is there where the edit has one. */
export type ReportPictures = Readonly<Record<ReportPicture, Preview>> & { readonly film?: Preview };

export const REPORT_FILES = [
  ...REPORT_PICTURES.map((name) => `${name}.png`),
  "film.png",
  "recipe.json",
  "loss.csv",
  "report.html",
];
