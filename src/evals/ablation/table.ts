import { columnTable } from "../column-table.ts";
import type { Scorer } from "../scorer.ts";
import { compare } from "../stats/compare.ts";
import { signed } from "../words.ts";
import type { AblationResult, AblationRow } from "./run.ts";

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

/** As plain text; a column that no row has is left out. Beside the score stands what a row gains on the first one, paired over
 * the samples that both have. */
export function ablationTable({ title, rows }: AblationResult, scorers: readonly Scorer[]): string {
  const known = COLUMNS.flatMap((name) => scorers.find((scorer) => scorer.name === name) ?? []).filter(({ name }) =>
    rows.some(({ means }) => means[name] !== undefined),
  );
  const arrow = { up: " ↑", down: " ↓", one: " →1" } as const;
  const head = [
    "variant",
    "n",
    "score against the first",
    ...known.map(({ label, direction }) => `${label}${arrow[direction]}`),
  ];
  const lines = rows.map((row) => [
    row.label,
    String(Object.keys(row.each).length),
    gainText(row, rows[0], scorers),
    ...known.map(({ name, digits }) => row.means[name]?.toFixed(digits) ?? "-"),
  ]);
  const failed = rows.flatMap(({ label, failed: all }) =>
    Object.entries(all).map(([name, why]) => `${label}, ${name}: ${why}`),
  );
  return [title, "", columnTable(head, lines), ...failed, ""].join("\n");
}

/** "+0.031 [0.012, 0.049] 4/1/1": mean difference, bootstrap 95 % interval, wins, ties, losses. */
function gainText(row: AblationRow, first: AblationRow | undefined, scorers: readonly Scorer[]): string {
  if (first === undefined || row === first) return "";
  const [mine, theirs] = [row, first].map(({ each }) => new Map(Object.entries(each)));
  if (mine === undefined || theirs === undefined) return "";
  const { score } = compare(first.label, mine, theirs, scorers).scorers;
  if (score === undefined) return "-";
  const { mean, low, high, wins, ties, losses } = score;
  return `${signed(mean, 3)} [${low.toFixed(3)}, ${high.toFixed(3)}] ${wins}/${ties}/${losses}`;
}
