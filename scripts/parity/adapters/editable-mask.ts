import { z } from "zod";
import { PAPER_TASKS } from "../../../src/engine/drag/paper-affine.ts";
import { paperMasks } from "../../../src/engine/drag/paper-editable.ts";
import { regionWeights } from "../../../src/engine/drag/paper-regions.ts";
import { input, type Outputs, type ParityCase, tensorOf } from "../case.ts";
import { planesOf, tensorOfPlanes } from "./planes.ts";

const pair = z.tuple([z.number(), z.number()]);
const operationSchema = z.object({ task: z.enum(PAPER_TASKS), begin: pair, target: pair, anchor: pair.nullable() });
const paramsSchema = z.object({ operations: z.array(operationSchema).min(1) });

/** §5.7, §5.11. */
export async function editableMask(c: ParityCase): Promise<Outputs> {
  const { operations } = paramsSchema.parse(c.params);
  const { regions, editable } = paperMasks(planesOf(input(c, "operation")), operations);
  return {
    ...Object.fromEntries(regions.map((region, i) => [`region.${i}`, tensorOfPlanes(region)])),
    editable: tensorOfPlanes(editable),
    weights: tensorOf(regionWeights(regions).weights),
  };
}
