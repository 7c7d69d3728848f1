/**
 * lpips: how different the whole result looks from the input. Lower keeps more of the picture; doing nothing gives 0, so it
 * only says something beside a distance. Unit: LPIPS. Noise: none. Source: RegionDrag (Lu et al., ECCV 2024) as "LPIPS",
 * AlexNet 0.1 at 224×224 (flux.md §7.5). Needs LPIPS weights.
 */
import { NO_NOISE, type Scorer } from "../scorer.ts";
import { at224 } from "./truth.ts";

export const lpipsWhole: Scorer = {
  name: "lpips",
  label: "LPIPS",
  direction: "down",
  unit: "LPIPS",
  digits: 3,
  source: "LPIPS-Alex 0.1 (Zhang et al., CVPR 2018) of input and result at 224×224, as RegionDrag reports it",
  noise: NO_NOISE,
  score: async ({ networks, original, result }) =>
    (await networks.lpips?.distance(at224(original.rgb), at224(result.rgb)))?.distance,
};
