import { regionWeights } from "../../../src/engine/drag/paper-regions.ts";
import { inputList, type Outputs, type ParityCase, tensorOf } from "../case.ts";
import { planesOf } from "./planes.ts";

/** §5.7. */
export async function regionWeightsKind(c: ParityCase): Promise<Outputs> {
  const { raw, weights } = regionWeights(inputList(c, "region").map(planesOf));
  return { raw: tensorOf(raw), weights: tensorOf(weights) };
}
