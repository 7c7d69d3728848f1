/** Filling a hole with texture from around it: PatchMatch over a small pyramid, its field used once at full size. */
import { dilate, subtract, threshold } from "../geometry/mask.ts";
import type { Mask, Rgb } from "../raster.ts";
import { matchTones } from "./membrane.ts";
import { type Level, levelOf, trustByDistance } from "./patch-level.ts";
import { improveField, measureField, peel, refineField, searchExhaustively } from "./patch-search.ts";
import { vote, voteAtFullSize } from "./patch-vote.ts";
import { resizeMask, resizeRgb } from "./resample.ts";

/** The finest searched level holds at most this many pixels. */
const TOP_PIXELS = 60_000;
/** The coarsest is searched exhaustively. */
const COARSEST_EDGE = 44;
const MIN_SOURCES = 24;

/**
 * The crop with `hole` (> 127) filled by copies of patches that do not touch it; all other pixels stay. Undefined when
 * the crop has too little outside the hole to copy from.
 */
export function fillByPatches(rgb: Rgb, hole: Mask, random: () => number): Rgb | undefined {
  let coarse: Level | undefined;
  for (const scale of scalesFor(rgb)) {
    const level = levelAt(rgb, hole, scale);
    if (level.sources.length < MIN_SOURCES) continue;
    if (coarse) settleFrom(level, coarse, random);
    else settleCoarsest(level);
    coarse = level;
  }
  if (!coarse) return undefined;
  const { copied, covered } = voteAtFullSize(rgb, coarse);
  const rim = subtract(dilate(hole, 2), hole);
  const matched = matchTones(rgb, copied, { ...rim, data: rim.data.map((v, i) => v & (covered.data[i] ?? 0)) }, hole);
  const data = rgb.data.map((value, k) => ((hole.data[Math.floor(k / 3)] ?? 0) > 127 ? (matched.data[k] ?? 0) : value));
  return { ...rgb, data };
}

/** Coarse to fine, factors of about 2. */
function scalesFor({ width, height }: Rgb): number[] {
  const top = Math.min(1, Math.sqrt(TOP_PIXELS / (width * height)));
  const bottom = Math.min(top, COARSEST_EDGE / Math.max(width, height));
  const steps = Math.round(Math.log2(top / bottom));
  return Array.from({ length: steps + 1 }, (_, k) => bottom * (top / bottom) ** (k / Math.max(1, steps)));
}

function levelAt(rgb: Rgb, hole: Mask, scale: number): Level {
  const [width, height] = [Math.max(1, Math.round(rgb.width * scale)), Math.max(1, Math.round(rgb.height * scale))];
  return levelOf(resizeRgb(rgb, width, height), resizeMask(threshold(hole), width, height));
}

function settleCoarsest(level: Level): void {
  peel(level);
  trustByDistance(level);
  for (let round = 0; round < 4; round++) {
    searchExhaustively(level);
    vote(level);
  }
}

function settleFrom(level: Level, coarse: Level, random: () => number): void {
  refineField(level, coarse, random);
  trustByDistance(level);
  vote(level);
  for (let round = 0; round < 3; round++) {
    measureField(level);
    improveField(level, 1, random);
    improveField(level, -1, random);
    vote(level);
  }
}
