/** What every edit is held against, in the order of the table's rows. */
import type { Baseline } from "../baseline.ts";
import { doNothing } from "./nothing.ts";
import { paste } from "./paste.ts";
import { preview } from "./preview.ts";

export const BASELINES: readonly Baseline[] = [doNothing, paste, preview];
