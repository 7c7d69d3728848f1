/** The files of a --report folder. */

export const REPORT_PICTURES = ["before", "after", "diff", "regions", "editable"] as const;
export type ReportPicture = (typeof REPORT_PICTURES)[number];

export const REPORT_FILES = [...REPORT_PICTURES.map((name) => `${name}.png`), "recipe.json", "loss.csv", "report.html"];
