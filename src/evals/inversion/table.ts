import { columnTable } from "../column-table.ts";
import type { InversionResult } from "./run.ts";

const COLUMNS = [
  { name: "psnr", head: "PSNR dB ↑", digits: 2 },
  { name: "ssim", head: "SSIM ↑", digits: 3 },
  { name: "lpips", head: "LPIPS ↓", digits: 3 },
  { name: "seconds", head: "s", digits: 1 },
] as const;

/** As plain text; a column that no row has is left out. */
export function inversionTable({ title, rows, notes }: InversionResult): string {
  const known = COLUMNS.filter(({ name }) => rows.some(({ means }) => means[name] !== undefined));
  const lines = rows.map(({ label, means }) => [
    label,
    ...known.map(({ name, digits }) => means[name]?.toFixed(digits) ?? "-"),
  ]);
  return [title, "", columnTable(["inversion", ...known.map(({ head }) => head)], lines), ...notes, ""].join("\n");
}
