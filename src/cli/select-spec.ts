/** A region as --region and /regions write it, selected on a picture. */
import type { Selection } from "../agent/index.ts";
import { parseRegionSpec } from "../engine/recipe/inline.ts";
import type { RegionSpec } from "../engine/recipe/schema.ts";
import { longAxisOf } from "../tools/long-axis.ts";
import { regionText } from "../tools/views.ts";
import type { CliRun } from "./deps.ts";
import type { Studio } from "./studio.ts";

export interface Selected {
  readonly selection: Selection;
  /** What was selected, for a person. */
  readonly line: string;
}

export async function selectSpec(
  { run, studio }: { readonly run: CliRun; readonly studio: Studio },
  imageId: string,
  spec: string,
): Promise<Selected> {
  return selectRegion(run, studio, imageId, parseRegionSpec(spec));
}

/** A box is fitted to the object in it, as select_region does; other shapes are taken as they are drawn. */
export async function selectRegion(
  run: CliRun,
  { engine, workspace }: Studio,
  imageId: string,
  region: RegionSpec,
): Promise<Selected> {
  const hint = { type: "region", region, refine: "box" in region } as const;
  const record = await workspace.select(engine, imageId, { hint, baseDir: run.cwd }, { signal: run.signal });
  const { id, selection, maskPath } = record;
  const { box, centroid } = selection;
  return {
    selection: { regionId: id, box, centroid, longAxis: await longAxisOf(maskPath) },
    line: regionText(record),
  };
}
