/** The supervision of one iteration as one graph: block features of the moving latents inside each region against the
 * moved source features, masked L1, and its gradient (flux.md §5.6, §5.9). Cropped to each region's box, and the last blocks
 * to the tokens under the boxes; the denominator stays that of the whole feature map, so the crop is exact. */
import { vjp } from "../graph/grad.ts";
import { concat, constant, input, type Value } from "../graph/value.ts";
import type { Flux, FluxCall } from "../models/flux.ts";
import type { FluxTaps } from "../models/flux-graph.ts";
import { focusFeeds, type TokenBox } from "../models/focus.ts";
import type { TokenGrid } from "../models/packing.ts";
import { maskedL1, resample, unpack } from "../nn/layers.ts";
import type { Tensor } from "../onnx/session.ts";
import type { Supervision } from "./model.ts";
import { type Planes, resizeMatrix, type Size2 } from "./resize.ts";
import type { CutBox } from "./warp-box.ts";

/** What the features of one region must become: at the box of its moved mask. */
export interface RegionTarget {
  readonly box: CutBox;
  /** {0, 1}, [bh, bw]. */
  readonly mask: Float32Array;
  /** Moved source features [F, bh, bw]. */
  readonly target: Float32Array;
  /** γ of the region. */
  readonly weight: number;
}

/** Loss and gradient at `call.latents`. */
export async function supervise(
  flux: Flux,
  call: FluxCall,
  features: readonly string[],
  cut: Size2,
  regions: readonly RegionTarget[],
  penalty: Penalty = maskedL1,
): Promise<Supervision> {
  const feeds = regionFeeds(flux, call, features, cut, regions);
  const build = (values: FluxTaps) => supervisionOutputs(values, features, regions.length, penalty);
  const key = `supervise:${penalty.name}:${features.join(",")}:${regions.length}`;
  const outputs = await flux.runFocused(key, call, lastBlock(features), build, feeds);
  const { loss, grad } = outputs as { loss: Tensor; grad: Tensor }; // `supervisionOutputs` names both
  const scale = 1 / lossScale(featureCount(flux, features, cut));
  return {
    loss: scale * (loss.data[0] ?? Number.NaN),
    grad: { shape: grad.shape, data: scaled(grad.data, scale) },
  };
}

function scaled(values: Float32Array, scale: number): Float32Array {
  const out = new Float32Array(values.length);
  for (let i = 0; i < out.length; i++) out[i] = scale * (values[i] as number);
  return out;
}

/** Features at cut size: [F, hc, wc], F = taps · D/4. */
export async function cutFeatures(
  flux: Flux,
  call: FluxCall,
  features: readonly string[],
  cut: Size2,
): Promise<Planes> {
  const { rows, columnsT } = samplers(gridOf(call.latents), cut, { x: 0, y: 0, width: cut[1], height: cut[0] });
  const outputs = await flux.run(
    `features:${features.join(",")}`,
    call,
    (values) => ({ features: resampled(planes(values, features), 0) }),
    { "region.0.rows": rows, "region.0.columnsT": columnsT },
  );
  const { shape, data } = outputs.features as Tensor; // named just above
  return { channels: shape[0] ?? 0, height: cut[0], width: cut[1], data };
}

/** What a region's residual costs: (features, target, mask, weight) → a scalar. */
export type Penalty = (x: Value, target: Value, mask: Value, weight: Value) => Value;

/** Loss and gradient as graph values, on inputs `region.i.*`. */
export function supervisionOutputs(
  values: FluxTaps,
  features: readonly string[],
  count: number,
  penalty: Penalty = maskedL1,
): Record<string, Value> {
  const unpacked = planes(values, features);
  const losses = Array.from({ length: count }, (_, i) => regionLoss(unpacked, i, penalty));
  const loss = losses.reduce((sum, term) => sum.add(term));
  const [grad] = vjp([loss], [constant([1], [])], [values.latents]);
  if (!grad) throw new TypeError(`The features ${features.join(", ")} do not depend on the latents`);
  return { loss, grad };
}

function regionLoss(unpacked: readonly Value[], i: number, penalty: Penalty): Value {
  const got = resampled(unpacked, i);
  const [rows, columns] = [`bh${i}`, `bw${i}`];
  const target = input(`region.${i}.target`, [got.dim(0), rows, columns]);
  return penalty(got, target, input(`region.${i}.mask`, [rows, columns]), input(`region.${i}.weight`, []));
}

/** Every tap as planes [D/4, 2h, 2w], or those of the focus. */
function planes({ taps, focus }: FluxTaps, features: readonly string[]): Value[] {
  return features.map((name) => {
    const tap = taps.get(name);
    if (tap === undefined) throw new TypeError(`Expected one of ${[...taps.keys()].join(", ")}, got ${name}`);
    return focus === undefined ? unpack(tap, "h", "w") : unpack(focus.pick(tap), "fh", "fw");
  });
}

function resampled(unpacked: readonly Value[], i: number): Value {
  const [height, width] = unpacked[0]?.shape.slice(1) ?? [];
  if (height === undefined || width === undefined) throw new TypeError("Expected at least one feature");
  const rows = input(`region.${i}.rows`, [`bh${i}`, height]);
  const columnsT = input(`region.${i}.columnsT`, [width, `bw${i}`]);
  const parts = unpacked.map((plane) => resample(plane, rows, columnsT));
  const [first, ...more] = parts;
  return first !== undefined && more.length === 0 ? first : concat(parts, 0);
}

function regionFeeds(
  flux: Flux,
  call: FluxCall,
  features: readonly string[],
  cut: Size2,
  regions: readonly RegionTarget[],
): Record<string, Tensor> {
  const channels = (features.length * flux.width) / 4;
  const count = featureCount(flux, features, cut);
  const grid = gridOf(call.latents);
  const focus = tokensUnder(
    grid,
    cut,
    regions.map(({ box }) => box),
  );
  const feeds: Record<string, Tensor> = focusFeeds(grid, focus);
  for (const [i, { box, mask, target, weight }] of regions.entries()) {
    const { rows, columnsT } = samplers(grid, cut, box, focus);
    feeds[`region.${i}.rows`] = rows;
    feeds[`region.${i}.columnsT`] = columnsT;
    feeds[`region.${i}.mask`] = { shape: [box.height, box.width], data: mask };
    feeds[`region.${i}.target`] = { shape: [channels, box.height, box.width], data: target };
    feeds[`region.${i}.weight`] = { shape: [], data: Float32Array.of((lossScale(count) * weight) / count) };
  }
  return feeds;
}

function lastBlock(features: readonly string[]): number {
  return Math.max(...features.map((name) => Number(name.split("-")[1])));
}

function featureCount(flux: Flux, features: readonly string[], cut: Size2): number {
  return ((features.length * flux.width) / 4) * cut[0] * cut[1];
}

/** The power of two nearest to the loss's denominator: cotangents of order one instead of 1e-9 in a 16-bit chain, and not
 * one bit different in float32. */
export function lossScale(count: number): number {
  return 2 ** Math.round(Math.log2(count));
}

/** The bilinear resize 2h × 2w → cut, only the rows and columns of `box`, from those of `focus`, which it must not leave. */
export function samplers(
  { h, w }: TokenGrid,
  cut: Size2,
  box: CutBox,
  focus: TokenBox = { top: 0, left: 0, height: h, width: w },
): { rows: Tensor; columnsT: Tensor } {
  const rows = resizePart(2 * h, cut[0], [box.y, box.height], [2 * focus.top, 2 * focus.height]);
  const columns = resizePart(2 * w, cut[1], [box.x, box.width], [2 * focus.left, 2 * focus.width]);
  const [count = 0, width = 0] = columns.shape;
  const columnsT = new Float32Array(columns.data.length);
  for (let c = 0; c < count; c++) {
    for (let x = 0; x < width; x++) columnsT[x * count + c] = columns.data[c * width + x] ?? 0;
  }
  return { rows, columnsT: { shape: [width, count], data: columnsT } };
}

type Span = readonly [start: number, length: number];

/** Rows and columns of a resize matrix. */
function resizePart(from: number, to: number, [top, height]: Span, [left, width]: Span): Tensor {
  const whole = resizeMatrix(from, to);
  const data = new Float32Array(height * width);
  for (let i = 0; i < height; i++) {
    const row = (top + i) * from;
    data.set(whole.subarray(row + left, row + left + width), i * width);
  }
  return { shape: [height, width], data };
}

/** The tokens that the boxes' pixels are resized from. */
export function tokensUnder({ h, w }: TokenGrid, cut: Size2, boxes: readonly CutBox[]): TokenBox {
  const rows = boxes.map(({ y, height }) => spanUnder(h, cut[0], [y, height]));
  const columns = boxes.map(({ x, width }) => spanUnder(w, cut[1], [x, width]));
  const [[top, height], [left, width]] = [hull(rows, h), hull(columns, w)];
  return { top, left, height, width };
}

/** Latents 2t and 2t + 1 lie in token t. */
function spanUnder(tokens: number, cut: number, [start, length]: Span): Span {
  const matrix = resizeMatrix(2 * tokens, cut);
  const first = matrix.subarray(start * 2 * tokens).findIndex((value) => value !== 0);
  const last = matrix.subarray(0, (start + length) * 2 * tokens).findLastIndex((value) => value !== 0) % (2 * tokens);
  return [first >> 1, (last >> 1) - (first >> 1) + 1];
}

/** Of all spans; two tokens at least. */
function hull(spans: readonly Span[], tokens: number): Span {
  const end = Math.max(...spans.map(([start, length]) => start + length));
  const start = Math.min(tokens - 2, ...spans.map(([first]) => first));
  return [start, Math.max(2, end - start)];
}

function gridOf({ shape: [h = 0, w = 0] }: Tensor): TokenGrid {
  return { h, w };
}
