/** All of a preview that does not depend on where the regions go: dragging re-composites only. */
import { boundingBox } from "../geometry/mask.ts";
import type { Mask, Rgb } from "../raster.ts";
import type { Regime } from "../recipe/regime.ts";
import { blendInto } from "./blend.ts";
import { fillHoles, type Outline, outlinesOf, type Patch } from "./fill.ts";
import { foregroundColours } from "./foreground.ts";
import { holesOf } from "./holes.ts";
import { bandOf, softMatte } from "./matte.ts";
import { cropMask, cropRgb, growBox } from "./resample.ts";
import { litGround, overShadow, separated } from "./shade.ts";
import type { Cutout } from "./warp.ts";

export interface PlateRegion {
  /** The grown region, binary above 127, size of the picture. */
  readonly mask: Mask;
  /** The region before it grew; its border is taken where the colours on both sides are alike. */
  readonly drawn?: Mask;
  /** true leaves the original in place: a copy appears at the target. */
  readonly keepSource: boolean;
  readonly regime: Regime;
}

/** In coordinates of the picture it was built from. */
export interface Plate {
  /** Ground that gets back the light which a leaving shadow took; it lies under the patches. */
  readonly lit: readonly Patch[];
  /** Where the patches lie, known before anything is filled. */
  readonly outlines: readonly Outline[];
  /** What is behind the regions that leave their place; filled when it is first read. */
  readonly patches: readonly Patch[];
  /** Per operation, in order; undefined for an empty region, and for a bent one that has nothing to cover. */
  readonly cutouts: readonly (Cutout | undefined)[];
}

/** Mattes the regions, and fills what they leave behind when it is wanted; shadows that were selected along are told apart (`shade.ts`). */
export function buildPlate(rgb: Rgb, regions: readonly PlateRegion[], seed: number): Plate {
  const firstCut = regions.findIndex(({ regime }) => regime === "cut");
  const shades = regions.map(({ mask, drawn, regime }) =>
    regime === "cut" && drawn ? separated(rgb, mask, drawn) : undefined,
  );
  const leaving = regions.flatMap(({ mask, keepSource, regime }, i) =>
    keepSource || regime !== "cut" ? [] : [{ mask: shades[i]?.mask ?? mask, shade: shades[i] }],
  );
  const lit = leaving.flatMap(({ shade }) => (shade ? [litGround(rgb, shade)] : []));
  const ground = lit.length === 0 ? rgb : { ...rgb, data: new Uint8Array(rgb.data) };
  for (const patch of lit) blendInto(ground, patch, [0, 0]);
  const holes = holesOf(leaving.map(({ mask }) => mask));
  const outlines = outlinesOf(rgb, holes);
  return filledLater(() => fillHoles(ground, holes, seed, outlines), {
    lit,
    outlines,
    cutouts: regions.map(({ mask, drawn }, i) => {
      if (firstCut < 0 || i < firstCut) return undefined;
      const shade = shades[i];
      if (shade === undefined) return cutoutOf(rgb, mask, drawn);
      const thing = cutoutOf(rgb, shade.mask, shade.drawn);
      return thing && overShadow(thing, shade.shadow);
    }),
  });
}

/** `fill`, and the picture that it holds on to, is forgotten once it has run. */
function filledLater(fill: () => readonly Patch[], plate: Omit<Plate, "patches">): Plate {
  let [wanted, patches]: [typeof fill | undefined, readonly Patch[]] = [fill, []];
  return {
    ...plate,
    get patches() {
      if (wanted) patches = wanted();
      wanted = undefined;
      return patches;
    },
  };
}

/** The region with its matte and its own colours, ready to be moved; undefined where it is empty. */
export function cutoutOf(rgb: Rgb, mask: Mask, drawn?: Mask): Cutout | undefined {
  const tight = boundingBox(mask);
  if (tight === null) return undefined;
  const band = bandOf(tight);
  const box = growBox(tight, band + 1, rgb);
  const alpha = cropMask(softMatte(rgb, mask, drawn), box);
  return { origin: [box[0], box[1]], rgb: foregroundColours(cropRgb(rgb, box), alpha), alpha };
}

/** Bytes that a plate keeps in memory, about. */
export function plateBytes({ lit, outlines, cutouts }: Plate): number {
  const pixels = [...[...lit, ...outlines].map(({ weight }) => weight), ...cutouts.map((cutout) => cutout?.alpha)];
  return pixels.reduce((sum, mask) => sum + 4 * (mask?.data.length ?? 0), 0);
}
