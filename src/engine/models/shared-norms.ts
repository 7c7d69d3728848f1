/** Group norms of a plane that is computed in pieces: every piece is normalised by the statistics of the whole. They are
 * found by measuring all pieces, and measuring them again under what was found, until the two agree. */
import { type Dim, dimMul, evaluateDim, type Shape, sizeOf } from "../graph/dim.ts";
import { input, type Value } from "../graph/value.ts";
import type { Tensor } from "../onnx/session.ts";
import type { Piece, PieceSpan } from "./autoencoder-tiles.ts";

type Results = Readonly<Record<string, Tensor>>;

/** x [1, C, H, W] → (x − mean)/deviation by groups. */
export type Normalise = (x: Value, groups: number, eps: number, name: string) => Value;

/** Of one norm, by group. */
interface Statistics {
  readonly mean: Float32Array;
  readonly variance: Float32Array;
}

export type NormStatistics = ReadonlyMap<string, Statistics>;

/** Planes that a norm reads, [1, C, H, W] in named sizes `lh` and `lw`. */
export interface NormSite {
  readonly shape: Shape;
  readonly groups: number;
}

/** Normalises by the plane's own statistics and gives them: `mean.<name>`, `variance.<name>` [groups]. */
export function ownNorms(outputs: Record<string, Value>): Normalise {
  return (x, groups, eps, name) => {
    const grouped = byGroup(x, groups);
    const mean = grouped.mean([-1]);
    const centred = grouped.sub(mean);
    const variance = centred.mul(centred).mean([-1]);
    outputs[`mean.${name}`] = mean.reshape([groups]);
    outputs[`variance.${name}`] = variance.reshape([groups]);
    return centred.div(variance.add(eps).sqrt()).reshape(x.shape);
  };
}

/** Normalises by the inputs `mean.<name>` and `variance.<name>` [groups], and gives Σ(x − mean) and Σ(x − mean)² over what
 * the inputs `rows.<height>` and `columns.<width>` count, as `sum.<name>` and `square.<name>` [groups]. */
export function sharedNorms(outputs: Record<string, Value>, sites: Map<string, NormSite>): Normalise {
  const masks = new Map<string, Value>();
  const mask: Mask = (name, shape) => {
    const value = masks.get(name) ?? input(name, shape);
    masks.set(name, value);
    return value;
  };
  return (x, groups, eps, name) => {
    sites.set(name, { shape: x.shape, groups });
    const [mean, variance] = [input(`mean.${name}`, [groups]), input(`variance.${name}`, [groups])];
    const centred = byGroup(x, groups).sub(mean.reshape([1, groups, 1]));
    outputs[`sum.${name}`] = counted(centred, x.shape, groups, mask);
    outputs[`square.${name}`] = counted(centred.mul(centred), x.shape, groups, mask);
    return centred.div(variance.reshape([1, groups, 1]).add(eps).sqrt()).reshape(x.shape);
  };
}

function byGroup(x: Value, groups: number): Value {
  const [c, h, w] = planeOf(x.shape);
  return x.reshape([1, groups, dimMul(c / groups, dimMul(h, w))]);
}

/** One input for all norms of a size. */
type Mask = (name: string, shape: Shape) => Value;

/** Σ over the counted places [groups]. */
function counted(values: Value, shape: Shape, groups: number, mask: Mask): Value {
  const [c, h, w] = planeOf(shape);
  const [rows, columns] = [mask(`rows.${h}`, [1, h]), mask(`columns.${w}`, [w, 1])];
  const sums = rows.matmul(values.reshape([c, h, w])).matmul(columns); // [C, 1, 1]
  return sums
    .reshape([groups, c / groups])
    .sum([-1])
    .reshape([groups]);
}

function planeOf(shape: Shape): [channels: number, height: Dim, width: Dim] {
  const [, c, h, w] = shape as readonly [1, number, Dim, Dim]; // what convolutions give
  return [c, h, w];
}

/** The statistics of planes of one size from those of each. */
export function averaged(planes: readonly Results[]): NormStatistics {
  const names = Object.keys(planes[0] ?? {}).flatMap((name) => (name.startsWith("mean.") ? [name.slice(5)] : []));
  return new Map(names.map((name) => [name, pooled(planes, name)]));
}

function pooled(planes: readonly Results[], name: string): Statistics {
  const read = (what: string) => planes.map((plane) => plane[`${what}.${name}`]?.data ?? new Float32Array());
  const means = read("mean");
  const mean = average(means);
  const squares = read("variance").map((row, i) => row.map((value, g) => value + (means[i]?.[g] ?? 0) ** 2));
  return { mean, variance: average(squares).map((square, g) => Math.max(0, square - (mean[g] ?? 0) ** 2)) };
}

function average(rows: readonly Float32Array[]): Float32Array {
  return (rows[0] ?? new Float32Array()).map((_, g) => rows.reduce((sum, row) => sum + (row[g] ?? 0), 0) / rows.length);
}

/** What one round of measuring under `known` found: sums of pieces whose own parts cover a plane of so many latents. */
export function measured(
  known: NormStatistics,
  pieces: readonly Results[],
  sites: ReadonlyMap<string, NormSite>,
  [height, width]: readonly [number, number],
): NormStatistics {
  const sizes = new Map(Object.entries({ lh: height, lw: width }));
  const entries = [...known].map(([name, { mean }]) => {
    const { shape = [], groups = 1 } = sites.get(name) ?? {};
    const count = evaluateDim(sizeOf(shape), sizes) / groups;
    const total = (what: string, g: number) =>
      pieces.reduce((sum, piece) => sum + (piece[`${what}.${name}`]?.data[g] ?? 0), 0) / count;
    const shift = mean.map((_, g) => total("sum", g));
    const variance = mean.map((_, g) => Math.max(0, total("square", g) - (shift[g] ?? 0) ** 2));
    return [name, { mean: mean.map((value, g) => value + (shift[g] ?? 0)), variance }] as const;
  });
  return new Map(entries);
}

/** Largest difference of means and of deviations, in deviations. */
export function disagreement(a: NormStatistics, b: NormStatistics): number {
  let worst = 0;
  for (const [name, { mean, variance }] of a) {
    const other = b.get(name);
    for (const [g, value] of mean.entries()) {
      const [mine, theirs] = [Math.sqrt(variance[g] ?? 0), Math.sqrt(other?.variance[g] ?? 0)];
      const apart = Math.max(Math.abs(value - (other?.mean[g] ?? 0)), Math.abs(mine - theirs));
      worst = Math.max(worst, apart / Math.max(mine, Number.MIN_VALUE));
    }
  }
  return worst;
}

/** As the inputs of `sharedNorms`. */
export function statisticFeeds(statistics: NormStatistics): Record<string, Tensor> {
  const entries = [...statistics].flatMap(([name, { mean, variance }]) => [
    [`mean.${name}`, { shape: [mean.length], data: mean }] as const,
    [`variance.${name}`, { shape: [variance.length], data: variance }] as const,
  ]);
  return Object.fromEntries(entries);
}

/** The inputs `rows.<height>` and `columns.<width>` for a piece: 1 over its own part, else 0. */
export function countFeeds(sites: ReadonlyMap<string, NormSite>, { rows, columns }: Piece): Record<string, Tensor> {
  const feeds: Record<string, Tensor> = {};
  for (const { shape } of sites.values()) {
    const [, height, width] = planeOf(shape);
    const [down, across] = [ownPart(rows, height), ownPart(columns, width)];
    feeds[`rows.${height}`] ??= { shape: [1, down.length], data: down };
    feeds[`columns.${width}`] ??= { shape: [across.length, 1], data: across };
  }
  return feeds;
}

function ownPart({ from, size, own }: PieceSpan, along: Dim): Float32Array {
  const scale = evaluateDim(along, new Map(Object.entries({ lh: 1, lw: 1 })));
  const data = new Float32Array(size * scale);
  return data.fill(1, (own.from - from) * scale, (own.from - from + own.size) * scale);
}
