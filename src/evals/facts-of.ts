/** The facts of an edit, from its resolved operations and the region that was expected. */
import { regionIo } from "../engine/edit/plan.ts";
import { emptyMask, union } from "../engine/geometry/mask.ts";
import { rasteriseRegion } from "../engine/recipe/rasterise.ts";
import { type Facts, iou, operationFacts } from "./facts.ts";
import { noSegmenter, type Shot, type Zones } from "./sample.ts";
import type { SuiteCase } from "./suite/suite.ts";

/** @throws EditError for an expected mask that cannot be read or has another size. */
export async function factsOf(
  { expect, baseDir }: Pick<SuiteCase, "expect" | "baseDir">,
  { operations }: Zones,
  { native, rgb }: Shot,
): Promise<Facts> {
  const facts = { operations: operations.map(operationFacts) };
  if (expect.region === undefined) return facts;
  const wanted = await rasteriseRegion(expect.region.is, native, regionIo(rgb, baseDir, noSegmenter));
  const got = operations.map(({ region }) => region).reduce(union, emptyMask(rgb));
  return { ...facts, iou: iou(wanted, got) };
}
