/** All shipped scorers, in the order of the table's columns. */
import type { Scorer } from "../scorer.ts";
import { fillTexture, score, seamEnergy, sourceCleared, targetArrived } from "./gates.ts";
import { ifBackground, ifSource, ifTarget } from "./if-scores.ts";
import { JUDGE_MARKS } from "./judge-marks.ts";
import { lpipsWhole } from "./lpips-whole.ts";
import { meanDistance1, meanDistance2 } from "./mean-distance.ts";
import { outsideChanged } from "./outside-changed.ts";
import { patchDistance } from "./patch-distance.ts";
import { peakMemory } from "./peak-memory.ts";
import { seconds } from "./seconds.ts";
import { sourcePsnr } from "./source-psnr.ts";
import { money, tokens } from "./spend.ts";
import { STAGE_SECONDS } from "./stage-seconds.ts";
import { targetPsnr } from "./target-psnr.ts";
import { truthLpips, truthPsnr, truthSsim } from "./truth.ts";
import { ZONE_SCORERS } from "./zone-scorers.ts";

/** Those that need weights, truth or points are here too: they answer undefined where these are missing. */
export const SCORERS: readonly Scorer[] = [
  score,
  sourceCleared,
  targetArrived,
  seamEnergy,
  fillTexture,
  ifBackground,
  ifTarget,
  ifSource,
  meanDistance1,
  meanDistance2,
  patchDistance,
  targetPsnr,
  sourcePsnr,
  ...ZONE_SCORERS,
  lpipsWhole,
  truthPsnr,
  truthSsim,
  truthLpips,
  ...JUDGE_MARKS,
  outsideChanged,
  seconds,
  ...STAGE_SECONDS,
  peakMemory,
  tokens,
  money,
];
