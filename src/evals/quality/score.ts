/** All scores of one picture against a scene's truth. */
import { dilate, erode, subtract, union } from "../../engine/geometry/mask.ts";
import type { Mask, Rgb } from "../../engine/raster.ts";
import { measureGates } from "../../engine/retouch/gates.ts";
import type { Scene } from "./scene.ts";
import { gradientMap, psnr, ssimMap } from "./scores/likeness.ts";
import { meanDistance } from "./scores/place.ts";
import { gradient, luma, meanIn, type Plane } from "./scores/plane.ts";
import { detailRatio, patchDistance, slicedWasserstein } from "./scores/texture.ts";

export const ZONES = ["vacated", "target", "editable"] as const;
export type Zone = (typeof ZONES)[number];

/** Numbers by name; a score whose zone is empty is absent. */
export type Scores = Readonly<Record<string, number>>;

/** `editable` is the area that an edit may change, non-zero inside. */
export function scoresOf(picture: Rgb, scene: Scene, editable: Mask): Scores {
  const zones = { vacated: scene.vacated, target: scene.target, editable };
  const [own, wanted] = [luma(picture), luma(scene.truth)];
  const maps = { ssim: ssimMap(own, wanted), gms: gradientMap(own, wanted) };
  const found: Record<string, number | undefined> = {};
  for (const name of ZONES) {
    const zone = zones[name];
    found[`${name}.psnr`] = psnr(picture, scene.truth, zone);
    for (const kind of ["ssim", "gms"] as const) {
      found[`${name}.${kind}`] = meanIn(zone.data, (i) => maps[kind][i] ?? 0);
    }
    found[`${name}.detail`] = detailRatio(own, wanted, zone);
  }
  Object.assign(found, fillScores(picture, scene), gateScores(picture, scene, editable));
  Object.assign(found, seamScores(own, wanted, scene));
  found["target.distance"] = meanDistance(picture, scene.truth, scene.target);
  return Object.fromEntries(Object.entries(found).filter((entry): entry is [string, number] => entry[1] !== undefined));
}

function fillScores(picture: Rgb, { truth, vacated, target }: Scene) {
  const around = subtract(dilate(vacated, 40), union(dilate(vacated, 4), dilate(target, 4)));
  return {
    "vacated.swd": slicedWasserstein(picture, truth, vacated),
    "vacated.patch": patchDistance(picture, truth, vacated, around),
  };
}

/** The engine's own gates, which need no truth, on the suite's masks. */
function gateScores(picture: Rgb, { input, region, target, vacated, affine }: Scene, editable: Mask) {
  const gates = measureGates(input, picture, [{ source: region, target, vacated, editable, affine }]);
  return {
    "source.cleared": gates.sourceCleared,
    "target.arrived": gates.targetArrived,
    "seam.energy": gates.seamEnergy,
    gates: gates.score,
  };
}

/** Brightness gradients within two pixels of the border of the place left. `seam.gradient` is how far their mean is from
 * the truth's, as a share of it: a visible join and a smear both cost. `seam.excess` is what lies above the truth's, pixel
 * by pixel, in levels: a texture that is right but lies elsewhere costs here, a smear does not. */
function seamScores(own: Plane, wanted: Plane, { vacated }: Scene) {
  const band = subtract(dilate(vacated, 2), erode(vacated, 2)).data;
  const [a, b] = [gradient(own).data, gradient(wanted).data];
  const [mean, ideal] = [meanIn(band, (i) => a[i] ?? 0), meanIn(band, (i) => b[i] ?? 0)];
  if (mean === undefined || ideal === undefined) return {};
  return {
    "seam.gradient": Math.abs(mean / Math.max(ideal, 0.1) - 1),
    "seam.excess": meanIn(band, (i) => Math.max(0, (a[i] ?? 0) - (b[i] ?? 0))),
  };
}
