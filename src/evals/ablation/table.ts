import { columnTable } from "../column-table.ts";
import type { Scorer } from "../scorer.ts";
import type { AblationResult } from "./run.ts";

/** Columns that say something about one variant against another. */
const COLUMNS = [
  "score",
  "target_arrived",
  "source_cleared",
  "if_bg",
  "if_s2t",
  "if_s2s",
  "md_1",
  "md_2",
  "patch_distance",
  "target_psnr",
  "ssim_editable",
  "psnr_editable",
  "seam_energy",
  "seconds",
];

/** As plain text; a column that no row has is left out. */
export function ablationTable({ title, rows }: AblationResult, scorers: readonly Scorer[]): string {
  const known = COLUMNS.flatMap((name) => scorers.find((scorer) => scorer.name === name) ?? []).filter(({ name }) =>
    rows.some(({ means }) => means[name] !== undefined),
  );
  const arrow = { up: " ↑", down: " ↓", one: " →1" } as const;
  const head = ["variant", "n", ...known.map(({ label, direction }) => `${label}${arrow[direction]}`)];
  const lines = rows.map(({ label, means, each }) => [
    label,
    String(Object.keys(each).length),
    ...known.map(({ name, digits }) => means[name]?.toFixed(digits) ?? "-"),
  ]);
  const failed = rows.flatMap(({ label, failed: all }) =>
    Object.entries(all).map(([name, why]) => `${label}, ${name}: ${why}`),
  );
  return [title, "", columnTable(head, lines), ...failed, ""].join("\n");
}
