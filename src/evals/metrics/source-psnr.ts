/**
 * source_psnr: what the move vacated, against the original there. Lower is better: more of the thing is gone (doing
 * nothing gives 100). It does not say that the fill is good; fill_texture and a look do. Unit: dB. Noise: none.
 * Source: PSNR; the zone is this project's own. Not measured where nothing is vacated.
 */
import { union } from "../../engine/geometry/mask.ts";
import { NO_NOISE, type Scorer } from "../scorer.ts";
import { psnr, squaredError } from "./psnr.ts";

export const sourcePsnr: Scorer = {
  name: "source_psnr",
  label: "source dB",
  direction: "down",
  unit: "dB",
  digits: 1,
  source: "PSNR; the zone is this project's own",
  noise: NO_NOISE,
  score({ original, result, regions }) {
    const [first, ...rest] = regions.map(({ vacated }) => vacated);
    return first && psnr([squaredError(original.rgb, result.rgb, rest.reduce(union, first))]);
  },
};
