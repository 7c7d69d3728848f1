/** All shipped scorers, in the order of the table's columns. */
import type { Scorer } from "../scorer.ts";
import { fillTexture, score, seamEnergy, sourceCleared, targetArrived } from "./gates.ts";
import { outsideChanged } from "./outside-changed.ts";
import { peakMemory } from "./peak-memory.ts";
import { seconds } from "./seconds.ts";
import { sourcePsnr } from "./source-psnr.ts";
import { targetPsnr } from "./target-psnr.ts";

/** Those that need weights, truth or points are here too: they answer undefined where these are missing. */
export const SCORERS: readonly Scorer[] = [
  score,
  sourceCleared,
  targetArrived,
  seamEnergy,
  fillTexture,
  targetPsnr,
  sourcePsnr,
  outsideChanged,
  seconds,
  peakMemory,
];
