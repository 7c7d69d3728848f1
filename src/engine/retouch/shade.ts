/** A region that was selected with its shadow: the shadow travels as missing light, and the ground it lay on gets its own
 * light back, instead of pieces of ground that travel along. */
import { dilate, type Size, subtract } from "../geometry/mask.ts";
import type { Box, Mask, Rgb } from "../raster.ts";
import { type ContactShadow, contactShadow } from "./contact-shadow.ts";
import type { Patch } from "./fill.ts";
import { cropMask, cropRgb, placeMask } from "./resample.ts";
import type { Cutout } from "./warp.ts";

export interface Separated {
  /** The thing alone, as grown and as drawn. */
  readonly mask: Mask;
  readonly drawn: Mask;
  readonly shadow: ContactShadow;
}

/** Ground belongs to the thing's soft border up to so many pixels from it. */
const BORDER = 2;
/** Light beyond this is not brought back: it would be noise. */
const DARKEST = 0.75;

/** Undefined where the region, as grown (`mask`) and as drawn, holds no shadow. */
export function separated(rgb: Rgb, mask: Mask, drawn: Mask): Separated | undefined {
  const shadow = contactShadow(rgb, drawn);
  if (shadow === undefined) return undefined;
  const thing = without(drawn, shadow, shadow.area);
  const near = dilate(cropMask(thing, shadow.box), BORDER);
  const lit = subtract({ ...near, data: shadow.darkness.data.map((value) => (value > 0 ? 255 : 0)) }, near);
  return { mask: without(mask, shadow, lit), drawn: thing, shadow };
}

function without(mask: Mask, { box }: ContactShadow, part: Mask): Mask {
  const data = new Uint8Array(mask.data);
  part.data.forEach((value, i) => {
    if (value > 127) data[(box[1] + Math.floor(i / part.width)) * mask.width + box[0] + (i % part.width)] = 0;
  });
  return { ...mask, data };
}

/** The ground around the thing with the light that the shadow took; where no thing lies. */
export function litGround(rgb: Rgb, { shadow, drawn }: Separated): Patch {
  const { box, darkness } = shadow;
  const ground = cropRgb(rgb, box);
  const thing = cropMask(drawn, box).data;
  const weight = darkness.data.map((value, i) => (value > 0 && (thing[i] ?? 0) <= 127 ? 255 : 0));
  for (let i = 0; i < weight.length; i++) {
    if (weight[i] === 0) continue;
    const light = 1 - Math.min((darkness.data[i] ?? 0) / 255, DARKEST);
    for (let c = 3 * i; c < 3 * i + 3; c++) ground.data[c] = Math.min(255, Math.round((ground.data[c] ?? 0) / light));
  }
  return { box, rgb: ground, weight: { ...darkness, data: weight } };
}

/** The thing over its shadow as one cutout: α = 1 − (1 − a)(1 − s), and black where only light is missing. */
export function overShadow(thing: Cutout, { box, darkness }: ContactShadow): Cutout {
  const own = boxOf(thing);
  const both: Box = [
    Math.min(own[0], box[0]),
    Math.min(own[1], box[1]),
    Math.max(own[2], box[2]),
    Math.max(own[3], box[3]),
  ];
  const size: Size = { width: both[2] - both[0], height: both[3] - both[1] };
  const alpha = placeMask(darkness, [box[0] - both[0], box[1] - both[1], 0, 0], size);
  const rgb = new Uint8Array(3 * alpha.data.length);
  for (let i = 0; i < thing.alpha.data.length; i++) {
    const a = thing.alpha.data[i] ?? 0;
    if (a === 0) continue;
    const [x, y] = [i % thing.alpha.width, Math.floor(i / thing.alpha.width)];
    const at = (y + own[1] - both[1]) * size.width + x + own[0] - both[0];
    const covered = 255 - ((255 - a) * (255 - (alpha.data[at] ?? 0))) / 255;
    for (let c = 0; c < 3; c++) rgb[3 * at + c] = Math.round(((thing.rgb.data[3 * i + c] ?? 0) * a) / covered);
    alpha.data[at] = Math.round(covered);
  }
  return { origin: [both[0], both[1]], rgb: { ...size, data: rgb }, alpha };
}

function boxOf({ origin: [x, y], alpha }: Cutout): Box {
  return [x, y, x + alpha.width, y + alpha.height];
}
