/** What the kernels offer: `Kernels` in `../kernels.ts` describes the same in TypeScript. */
export { begin } from "./begin";
export { copiesOf, voteAtFullSize } from "./full-size";
export { improveField, measureField } from "./improve";
export { joinGradients } from "./join";
export { mixSamples } from "./mix";
export { patchCost } from "./patch-cost";
export { matchExhaustively, searchExhaustively } from "./search";
export { spread } from "./spread";
export { sumWeights, trustByDistance } from "./trust";
export { turnedCost } from "./turned";
export { usualCost } from "./usual";
export { vote } from "./vote";

/** Memory is free from here on. */
export const heap: usize = __heap_base;
