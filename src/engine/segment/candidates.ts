/** What a person may mean, for a picture where no single thing stands out: a few separate parts, the clearest first.
 * Parts come from the saliency map cut at several levels and from neighbouring superpixels of like colour; each is
 * judged by how it differs from its surroundings. No OpenCV is needed. */
import type { Guess } from "../api.ts";
import { areaPixels, boundingBox, centroidOf } from "../geometry/mask.ts";
import type { Mask, Rgb } from "../raster.ts";
import { wholeBox } from "../retouch/resample.ts";
import { graphOf } from "./background.ts";
import { componentsOf } from "./components.ts";
import { separationConfidence } from "./confidence.ts";
import { sharedOf } from "./overlap.ts";
import { otsu, saliencyMap } from "./saliency.ts";
import { shrinkRgb } from "./shrink.ts";
import { superpixels } from "./superpixels.ts";

const MOST = 5;
const SUPERPIXELS = 200;
/** Lab steps up to which neighbours join. */
const JOINS = [7, 12, 18] as const;
/** Shares of the picture outside of which a part is a speck or the ground itself. */
const SMALLEST = 0.003;
const LARGEST = 0.5;
/** Parts that share more than this (intersection over union) are one guess. */
const SAME = 0.35;
/** Guesses below this would only be noise. */
const WORTHLESS = 0.12;
/** Only the most promising parts are looked at closely. */
const LOOKED_AT = 60;
/** A part of a guess, or what it is a part of, must be that much clearer to be a guess of its own. */
const NESTED = 0.4;

interface Candidate {
  readonly mask: Mask;
  readonly salience: number;
  readonly score: number;
}

/** At most five, in pixels of the picture. Deterministic; about the same work for every size of picture. */
export function candidateRegions(rgb: Rgb): Guess[] {
  const map = saliencyMap(rgb);
  const small = shrinkRgb(rgb, wholeBox(rgb), map.width, map.height);
  const parts = [...levelParts(map), ...colourParts(small)].filter(hasSize);
  const salient = parts.map((mask) => ({ mask, salience: meanInside(map, mask) }));
  const promise = ({ mask, salience }: (typeof salient)[number]): number => (0.2 + salience) * weightOf(mask);
  const looked = salient.sort((a, b) => promise(b) - promise(a)).slice(0, LOOKED_AT);
  const judged = looked.map(({ mask, salience }) => ({ mask, salience, score: judge(small, mask, salience) }));
  const kept = distinct(judged.filter(({ score }) => score >= WORTHLESS));
  return kept.map((candidate) => guessOf(candidate, rgb.width / map.width, rgb.height / map.height));
}

function levelParts(map: Mask): Mask[] {
  const split = otsu(map);
  return [split, (split + 255) / 2, 0.6 * split].flatMap((level) => {
    const above = { ...map, data: map.data.map((value) => (value > level ? 255 : 0)) };
    return separate(above);
  });
}

function colourParts(small: Rgb): Mask[] {
  const parts = superpixels(small, SUPERPIXELS);
  const { colour, edges, count } = graphOf(parts);
  return JOINS.flatMap((step) => {
    const roots = joined(
      count,
      edges.filter(([i, j]) => (colour[i * count + j] ?? 0) < step),
    );
    return [...new Set(roots)].map((root) => {
      const data = Uint8Array.from(parts.labels, (label) => (roots[label] === root ? 255 : 0));
      return { width: small.width, height: small.height, data };
    });
  });
}

/** The least member of each node's group (union-find). */
function joined(count: number, edges: readonly (readonly [number, number])[]): number[] {
  const parent = Array.from({ length: count }, (_, i) => i);
  const find = (i: number): number => {
    let root = i;
    while (parent[root] !== root) root = parent[root] ?? root;
    return root;
  };
  for (const [i, j] of edges) {
    const [a, b] = [find(i), find(j)];
    parent[Math.max(a, b)] = Math.min(a, b);
  }
  return parent.map((_, i) => find(i));
}

function separate(mask: Mask): Mask[] {
  const { labels, areas } = componentsOf(mask, "inside");
  const large = areas.flatMap((area, i) => (area >= SMALLEST * labels.length ? [i + 1] : []));
  return large.map((label) => ({ ...mask, data: Uint8Array.from(labels, (one) => (one === label ? 255 : 0)) }));
}

function hasSize(mask: Mask): boolean {
  const share = areaPixels(mask) / mask.data.length;
  return share >= SMALLEST && share <= LARGEST;
}

/** Distinct from its surroundings, where the eye goes, and not cut off by the picture's border. */
function judge(small: Rgb, mask: Mask, salience: number): number {
  return separationConfidence(small, mask) * (0.35 + 0.65 * salience) * (1 - 0.8 * borderShare(mask)) * weightOf(mask);
}

/** Whole things are meant more often than details: 1 at a tenth of the picture, less below. */
function weightOf(mask: Mask): number {
  return Math.min(1, (10 * areaPixels(mask)) / mask.data.length) ** 0.25;
}

/** Share of the picture's border that the part holds, ten times over: a tenth is enough to be background. */
function borderShare({ width, height, data }: Mask): number {
  let count = 0;
  const hit = (x: number, y: number): number => ((data[y * width + x] ?? 0) > 127 ? 1 : 0);
  for (let x = 0; x < width; x++) count += hit(x, 0) + hit(x, height - 1);
  for (let y = 0; y < height; y++) count += hit(0, y) + hit(width - 1, y);
  return Math.min(1, (10 * count) / (2 * (width + height)));
}

/** The best one first, then each time the best of what is left, where what overlaps an earlier guess counts for less. */
function distinct(candidates: readonly Candidate[]): Candidate[] {
  let left = [...candidates];
  const kept: Candidate[] = [];
  while (left.length > 0 && kept.length < MOST) {
    const best = left.reduce((a, b) => (b.score > a.score ? b : a));
    kept.push(best);
    left = left.flatMap((one) => {
      const { same, ofFirst, ofSecond } = sharedOf(best.mask, one.mask);
      const score = one.score * (Math.max(ofFirst, ofSecond) > 0.7 ? NESTED : 1);
      return one === best || same > SAME || score < WORTHLESS ? [] : [{ ...one, score }];
    });
  }
  return kept;
}

function meanInside(map: Mask, mask: Mask): number {
  let [sum, count] = [0, 0];
  mask.data.forEach((value, i) => {
    if (value <= 127) return;
    sum += (map.data[i] ?? 0) / 255;
    count++;
  });
  return count === 0 ? 0 : sum / count;
}

function guessOf({ mask, salience }: Candidate, sx: number, sy: number): Guess {
  const [x0, y0, x1, y1] = boundingBox(mask) ?? [0, 0, 0, 0];
  const [cx, cy] = centroidOf(mask);
  return {
    box: [Math.round(x0 * sx), Math.round(y0 * sy), Math.round(x1 * sx), Math.round(y1 * sy)],
    centroid: [Math.round(cx * sx), Math.round(cy * sy)],
    area: areaPixels(mask) / mask.data.length,
    salience,
  };
}
