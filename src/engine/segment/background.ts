/** How much each superpixel belongs to the background: regions that run along the picture's border do, an object that
 * the frame merely cuts does not (boundary connectivity; Zhu et al., "Saliency Optimization from Robust Background
 * Detection", CVPR 2014). */
import type { Superpixels } from "./superpixels.ts";

const SIGMA_GEODESIC = 8;

export interface Graph {
  readonly count: number;
  /** Lab distance between every two superpixels, [count, count]. */
  readonly colour: Float32Array;
  /** Pairs that share an edge of the picture's grid. */
  readonly edges: readonly (readonly [number, number])[];
  /** Share of the picture's border pixels that each superpixel holds, non-zero where it touches the border. */
  readonly border: Float32Array;
}

export function graphOf(parts: Superpixels): Graph {
  return { count: parts.count, colour: colourDistances(parts), edges: edgesOf(parts), border: borderShares(parts) };
}

function colourDistances({ centres, count }: Superpixels): Float32Array {
  const out = new Float32Array(count * count);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < count; j++) {
      const d = (c: number): number => (centres[i * 5 + c] ?? 0) - (centres[j * 5 + c] ?? 0);
      out[i * count + j] = Math.hypot(d(0), d(1), d(2));
    }
  }
  return out;
}

function edgesOf({ labels, width, count }: Superpixels): [number, number][] {
  const seen = new Set<number>();
  const meet = (a: number, b: number): void => {
    if (a !== b) seen.add(Math.min(a, b) * count + Math.max(a, b));
  };
  for (let i = 0; i < labels.length; i++) {
    if ((i + 1) % width !== 0) meet(labels[i] ?? 0, labels[i + 1] ?? 0);
    if (i + width < labels.length) meet(labels[i] ?? 0, labels[i + width] ?? 0);
  }
  return [...seen].map((pair) => [Math.floor(pair / count), pair % count]);
}

function borderShares({ labels, width, height, count }: Superpixels): Float32Array {
  const out = new Float32Array(count);
  const share = 1 / (2 * (width + height) - 4);
  labels.forEach((label, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    if (x === 0 || y === 0 || x === width - 1 || y === height - 1) out[label] = (out[label] ?? 0) + share;
  });
  return out;
}

/** 0 (object) to 1 (background) per superpixel. */
export function backgroundWeights(graph: Graph): Float32Array {
  const { count, border } = graph;
  const geodesic = geodesicDistances(graph);
  return Float32Array.from({ length: count }, (_, i) => {
    let [area, length] = [0, 0];
    for (let j = 0; j < count; j++) {
      const similarity = Math.exp(-((geodesic[i * count + j] ?? 0) ** 2) / (2 * SIGMA_GEODESIC ** 2));
      area += similarity;
      if ((border[j] ?? 0) > 0) length += similarity;
    }
    const connectivity = length / Math.sqrt(area);
    return 1 - Math.exp(-(connectivity ** 2) / 2);
  });
}

/** All pairs' cheapest paths, [count, count]; border superpixels are neighbours of each other, small steps are free. */
function geodesicDistances({ count, colour, edges, border }: Graph): Float32Array {
  const free = freeStep(count, colour, edges);
  const out = new Float32Array(count * count).fill(1e6);
  const join = (i: number, j: number): void => {
    const cost = Math.max(0, (colour[i * count + j] ?? 0) - free);
    out[i * count + j] = cost;
    out[j * count + i] = cost;
  };
  for (const [i, j] of edges) join(i, j);
  const rim = [...border.keys()].filter((i) => (border[i] ?? 0) > 0);
  for (const i of rim) for (const j of rim) join(i, j);
  for (let i = 0; i < count; i++) out[i * count + i] = 0;
  return closePaths(out, count);
}

/** Floyd–Warshall, in place. */
function closePaths(out: Float32Array, count: number): Float32Array {
  for (let k = 0; k < count; k++) {
    for (let i = 0; i < count; i++) {
      const through = out[i * count + k] ?? 0;
      for (let j = 0; j < count; j++) {
        const way = through + (out[k * count + j] ?? 0);
        if (way < (out[i * count + j] ?? 0)) out[i * count + j] = way;
      }
    }
  }
  return out;
}

/** Mean over the superpixels of the distance to the most similar neighbour. */
function freeStep(count: number, colour: Float32Array, edges: Graph["edges"]): number {
  const nearest = new Float32Array(count).fill(Infinity);
  for (const [i, j] of edges) {
    const distance = colour[i * count + j] ?? 0;
    nearest[i] = Math.min(nearest[i] ?? 0, distance);
    nearest[j] = Math.min(nearest[j] ?? 0, distance);
  }
  const finite = nearest.filter((value) => value < Infinity);
  return finite.length === 0 ? 0 : finite.reduce((sum, value) => sum + value, 0) / finite.length;
}
