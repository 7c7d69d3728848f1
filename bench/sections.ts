/** The bench's parts, in the order in which they run. */
import { QUALITIES } from "../src/engine/recipe/schema.ts";
import { type ColdStart, coldStart } from "./cold-start.ts";
import type { BenchContext } from "./context.ts";
import { type DragRow, dragRow } from "./drag.ts";
import { type EditRow, editRow } from "./edits.ts";
import { countDev, type DevCount } from "./flux-dev.ts";
import { type Curve, growthCurves } from "./growth.ts";
import { type PassRow, passRows } from "./passes.ts";
import { type PreviewTiming, previewBench } from "./preview.ts";
import { dragLines, passLine } from "./say.ts";

/** What each part found; a part that was left out, or could not run, is absent. */
export interface Results {
  drag?: DragRow[];
  passes?: PassRow[];
  edits?: EditRow[];
  preview?: PreviewTiming[];
  start?: ColdStart;
  flux?: DevCount[];
  growth?: Curve[];
}

export type SectionName = keyof Results;

const SIZES = [256, 384, 512];
const sizesOf = ({ quick }: BenchContext) => (quick ? [256] : SIZES);

export const SECTIONS: { readonly [Name in SectionName]-?: (context: BenchContext) => Promise<Results[Name]> } = {
  flux: async () => [512, 1024].map((size) => countDev(size)),
  drag: async (context) => {
    const rows: DragRow[] = [];
    for (const size of sizesOf(context)) {
      for (const replay of [false, true]) {
        rows.push(await dragRow(context, size, replay));
        for (const line of rows.slice(-1).flatMap(dragLines)) context.say(line);
      }
    }
    return rows;
  },
  passes: async (context) => {
    const rows: PassRow[] = [];
    for (const size of sizesOf(context)) {
      const found = await passRows(context, size);
      rows.push(...found);
      for (const row of found) context.say(passLine(row));
    }
    return rows;
  },
  edits: async (context) => {
    const rows: EditRow[] = [];
    for (const quality of QUALITIES) {
      // A preview has no model, thus no working size.
      for (const size of quality === "preview" ? [0] : sizesOf(context)) {
        const row = await editRow(context, quality, size);
        rows.push(row);
        context.say(`  ${quality} at ${size}: ${row.total.median.toFixed(2)} s`);
      }
    }
    return rows;
  },
  preview: () => previewBench(),
  start: async ({ home, quick, say }) => {
    const found = await coldStart(home, quick ? 1 : 5);
    if (found === undefined) say("  no build of the command: npm run build");
    if (found?.stale) say("  the build is older than its sources: npm run build");
    return found;
  },
  growth: growthCurves,
};

export const SECTION_NAMES = Object.keys(SECTIONS) as SectionName[]; // its keys are that type's
