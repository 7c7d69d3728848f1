/** What every edit is held against, in the order of the table's rows. */
import type { Baseline } from "../baseline.ts";
import { latentCopy, pointTracking } from "./model-methods.ts";
import { doNothing } from "./nothing.ts";
import { paste } from "./paste.ts";
import { preview } from "./preview.ts";
import { warpTelea } from "./warp-telea.ts";

export const BASELINES: readonly Baseline[] = [doNothing, paste, warpTelea, preview, pointTracking, latentCopy];
