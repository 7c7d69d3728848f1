/** Filling a hole with texture from around it: PatchMatch over a small pyramid that begins with few large copies; its field is
 * used once at full size. */
import { boundingBox, type Size, threshold } from "../geometry/mask.ts";
import type { Mask, Rgb } from "../raster.ts";
import type { Random } from "./grain.ts";
import { meetBorder } from "./meet-border.ts";
import { matchLowTones } from "./membrane.ts";
import { leanToGuesses } from "./patch-guesses.ts";
import { afresh, arenaFor, type Level, levelOf, PIXEL, trustByDistance } from "./patch-level.ts";
import { commonOffsets, dominantOffsets } from "./patch-offsets.ts";
import { refineField } from "./patch-refine.ts";
import { settle } from "./patch-rounds.ts";
import { peel, searchExhaustively } from "./patch-search.ts";
import { shiftInto } from "./patch-shifts.ts";
import { vote, voteAtFullSize } from "./patch-vote.ts";
import { joinGradients } from "./poisson.ts";
import { growBox, resizeMask, resizeRgb } from "./resample.ts";

/** The finest searched level holds at most this many pixels. */
const TOP_PIXELS = 40_000;
/** The coarsest is searched exhaustively. */
const COARSEST_EDGE = 40;
const STEP = 1.7;
/** The second coarsest level is made of few large copies, at offsets of its own and at those of the known picture. */
const OWN = 15;
const DOMINANT = 40;
const MIN_SOURCES = 24;
/** So far beyond the hole copies are made, to compare them with what is there. */
const RIM = 3;

/**
 * The crop with `hole` (> 127) filled by copies of patches that do not touch it; all other pixels stay. Undefined when
 * the crop has too little outside the hole to copy from.
 */
export function fillByPatches(rgb: Rgb, hole: Mask, random: Random): Rgb | undefined {
  const box = boundingBox(hole);
  if (box === null) return rgb;
  const settled: Level[] = [];
  for (const level of pyramidOf(rgb, hole)) {
    if (level.sources.length < MIN_SOURCES) continue;
    const coarse = settled.at(-1);
    if (coarse) settleFrom(level, coarse, settled.length, random);
    else settleCoarsest(level);
    settled.push(level);
  }
  const coarse = settled.at(-1);
  if (!coarse) return undefined;
  const { copied, covered } = voteAtFullSize(rgb, coarse, growBox(box, RIM, rgb));
  joinGradients(coarse);
  const voted = { ...coarse, data: coarse.pixels, channels: PIXEL };
  const even = matchLowTones(copied, voted, covered, covered);
  const guesses = twoGuesses(settled, random);
  const mean = guesses ? leanToGuesses(even, guesses, covered) : even;
  return inside(hole, meetBorder(rgb, mean, covered, hole), rgb);
}

/** `filled` in the hole, `rgb` elsewhere. */
function inside(hole: Mask, filled: Rgb, rgb: Rgb): Rgb {
  const data = new Uint8Array(rgb.data);
  for (let i = 0; i < hole.data.length; i++) {
    if ((hole.data[i] as number) <= 127) continue;
    for (let c = i * 3; c < i * 3 + 3; c++) data[c] = filled.data[c] as number; // three for every pixel
  }
  return { ...rgb, data };
}

/** Coarse to fine, factors of about `STEP`; each made from the next finer one. */
function pyramidOf(rgb: Rgb, hole: Mask): Level[] {
  const levels: Level[] = [];
  let [picture, gap] = [rgb, threshold(hole)];
  const sizes = scalesFor(rgb).map((scale) => scaled(rgb, scale));
  const arena = arenaFor(sizes.map(({ width, height }) => width * height));
  for (const { width, height } of sizes) {
    [picture, gap] = [resizeRgb(picture, width, height), resizeMask(gap, width, height)];
    levels.unshift(levelOf(picture, gap, arena));
  }
  return levels;
}

function scaled({ width, height }: Size, scale: number): Size {
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/** Fine to coarse. */
function scalesFor({ width, height }: Rgb): number[] {
  const top = Math.min(1, Math.sqrt(TOP_PIXELS / (width * height)));
  const bottom = Math.min(top, COARSEST_EDGE / Math.max(width, height));
  const steps = Math.round(Math.log(top / bottom) / Math.log(STEP));
  return Array.from({ length: steps + 1 }, (_, k) => top * (bottom / top) ** (k / Math.max(1, steps)));
}

/** `depth` counts from the coarsest level, which is 0. */
function settleFrom(level: Level, coarse: Level, depth: number, random: Random): void {
  startFrom(level, coarse, random);
  if (depth === 1) shiftInto(level, [...commonOffsets(level, OWN), ...dominantOffsets(level, DOMINANT)]);
  settle(level, random);
}

function startFrom(level: Level, coarse: Level, random: Random): void {
  refineField(level, coarse, random);
  trustByDistance(level);
  vote(level);
}

/** The second finest level, and what it comes to from the coarsest one without large copies; undefined where nothing lies between
 * the coarsest and the finest. */
function twoGuesses(settled: readonly Level[], random: Random): [Level, Level] | undefined {
  const [coarsest, ...between] = settled.slice(0, -1);
  const one = between.at(-1);
  if (!coarsest || !one) return undefined;
  let other = coarsest;
  for (const [k, level] of between.entries()) {
    const next = afresh(level);
    startFrom(next, other, random);
    if (k === 0) settle(next, random); // at the others this costs more and changes no score
    other = next;
  }
  joinGradients(one);
  joinGradients(other);
  return [one, other];
}

function settleCoarsest(level: Level): void {
  peel(level);
  trustByDistance(level);
  for (let round = 0; round < 3; round++) {
    searchExhaustively(level);
    vote(level);
  }
}
