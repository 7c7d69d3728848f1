/** Likeness with the picture that the edit should have given, where the data set has one (VFD-Bench): the whole picture. */

import { resizeBilinear } from "../../engine/drag/resize.ts";
import { fullMask } from "../../engine/geometry/mask.ts";
import { toTensor } from "../../engine/image/resample.ts";
import type { Rgb } from "../../engine/raster.ts";
import type { Sample } from "../sample.ts";
import { NO_NOISE, type Scorer } from "../scorer.ts";
import { psnr, squaredError } from "./psnr.ts";
import { ssim } from "./ssim.ts";

/** Higher is better; dB, at most 100. Noise: none. */
export const truthPsnr: Scorer = {
  name: "truth_psnr",
  label: "truth dB",
  direction: "up",
  unit: "dB",
  digits: 2,
  source: "10·log10(255²/MSE) to the ground truth, at most 100",
  noise: NO_NOISE,
  score: (sample) => withTruth(sample, (truth, result) => psnr([squaredError(truth, result, fullMask(truth))])),
};

/** Higher is better, 1 for equal pictures. Noise: none. */
export const truthSsim: Scorer = {
  name: "truth_ssim",
  label: "truth SSIM",
  direction: "up",
  unit: "ratio",
  digits: 3,
  source: "Wang et al., IEEE TIP 2004, to the ground truth",
  noise: NO_NOISE,
  score: (sample) => withTruth(sample, (truth, result) => ssim(truth, result, fullMask(truth))),
};

/** Lower is better. Needs LPIPS weights. Noise: none. */
export const truthLpips: Scorer = {
  name: "truth_lpips",
  label: "truth LPIPS",
  direction: "down",
  unit: "LPIPS",
  digits: 3,
  source: "LPIPS-Alex 0.1 (Zhang et al., CVPR 2018) at 224×224, to the ground truth",
  noise: NO_NOISE,
  score: (sample) =>
    withTruth(sample, async (truth, result) => {
      return (await sample.networks.lpips?.distance(at224(truth), at224(result)))?.distance;
    }),
};

type Compare<T> = (truth: Rgb, result: Rgb) => T;

function withTruth<T>({ truth, result }: Sample, compare: Compare<T>): T | undefined {
  return truth && compare(truth.rgb, result.rgb);
}

/** [1, 3, 224, 224] in −1…1, bilinear without antialias as RegionDrag and DragFlow do (flux.md §7.2, §7.5). */
export function at224(rgb: Rgb) {
  const planes = { channels: 3, height: rgb.height, width: rgb.width, data: toTensor(rgb) };
  return { shape: [1, 3, 224, 224], data: resizeBilinear(planes, [224, 224]).data };
}
