/** The loss on block features, some channels at a time: the tensors at cut size never exist whole (flux.md §8.3). Every
 * channel is resized, warped and compared by itself, so this is exact. */
import type { CutFeatures, FeatureGoal, WarpOptions } from "../drag/model.ts";
import type { SamplingMap } from "../drag/paper-affine.ts";
import type { Size2 } from "../drag/resize.ts";
import { lossScale, samplers } from "../drag/supervision.ts";
import { type CutBox, warpBox } from "../drag/warp-box.ts";
import { dimMul } from "../graph/dim.ts";
import { vjp } from "../graph/grad.ts";
import { constant, input, type Value } from "../graph/value.ts";
import { L } from "../models/flux-graph.ts";
import { maskedL1, resample, unpack } from "../nn/layers.ts";
import type { Tensor } from "../onnx/session.ts";
import type { SessionPool } from "../onnx/session-pool.ts";
import { GROUP } from "./limits.ts";

/** Features of one pass: a tap [L, D] for each name, in order. */
export interface Taps {
  readonly names: readonly string[];
  readonly tensors: readonly Tensor[];
  /** Token grid. */
  readonly h: number;
  readonly w: number;
}

export class LayeredFeatures implements CutFeatures {
  readonly channels: number;
  readonly #taps: Taps;
  readonly #cut: Size2;
  readonly #pool: SessionPool;

  constructor(taps: Taps, cut: Size2, pool: SessionPool) {
    this.#taps = taps;
    this.#cut = cut;
    this.#pool = pool;
    this.channels = taps.tensors.length * channelsOf(taps);
  }

  async warp(
    map: SamplingMap,
    box: CutBox,
    { from = 0, count = this.channels - from, mask }: WarpOptions = {},
  ): Promise<Float32Array<ArrayBuffer>> {
    const out = new Float32Array(count * box.width * box.height);
    const [a, b, c, d, e, f] = map;
    const part = footprint(map, box, this.#cut);
    const here: SamplingMap = [a, b, c - part.x, d, e, f - part.y];
    let at = 0;
    for (const { tap, first, length } of groups(this.#taps, from, count)) {
      const planes = await this.#planes(tap, first, length, part);
      const moving = { channels: length, height: part.height, width: part.width, data: planes };
      const warped = warpBox(moving, here, box, mask);
      out.set(warped, at);
      at += warped.length;
    }
    return out;
  }

  /** Channels of one tap inside a box of the cut size. */
  async #planes(tap: Tensor, first: number, length: number, box: CutBox): Promise<Float32Array> {
    const feeds = { tap: columns(tap, first, length), ...samplers(this.#taps, this.#cut, box) };
    const { planes } = await this.#pool.run(`planes|${length}`, () => ({ planes: resized(length) }), feeds);
    return (planes as Tensor).data; // named in the line before
  }
}

/** Loss, and `scale` times its gradient with respect to every tap [L, D]. */
export async function layeredLoss(taps: Taps, cut: Size2, goals: readonly FeatureGoal[], pool: SessionPool) {
  const channels = taps.tensors.length * channelsOf(taps);
  const count = channels * cut[0] * cut[1];
  const scale = lossScale(count);
  const grads = taps.tensors.map(({ shape, data }) => ({ shape, data: new Float32Array(data.length) }));
  let loss = 0;
  for (const { box, mask, map, source, weight } of goals) {
    const fixed = {
      ...samplers(taps, cut, box),
      mask: { shape: [box.height, box.width], data: mask },
      weight: { shape: [], data: Float32Array.of((scale * weight) / count) },
    };
    for (const { tap, index, first, length, from } of groups(taps, 0, channels)) {
      const target = {
        shape: [length, box.height, box.width],
        data: await source.warp(map, box, { from, count: length, mask }),
      };
      const feeds = { ...fixed, tap: columns(tap, first, length), target };
      const part = await pool.run(`loss|${length}`, () => lossGraph(length), feeds);
      loss += part.loss?.data[0] ?? Number.NaN;
      addColumns(grads[index] as Tensor, first, part.grad as Tensor); // one per tap; named in `lossGraph`
    }
  }
  return { loss: loss / scale, grads, scale };
}

function lossGraph(channels: number): Record<string, Value> {
  const tap = input("tap", [L, 4 * channels]);
  const got = resized(channels, tap);
  const target = input("target", [channels, "bh", "bw"]);
  const loss = maskedL1(got, target, input("mask", ["bh", "bw"]), input("weight", []));
  const [grad] = vjp([loss], [constant([1], [])], [tap]);
  if (!grad) throw new TypeError("The loss does not depend on its features");
  return { loss, grad };
}

/** [channels, bh, bw] of the tap's channels. */
function resized(channels: number, tap = input("tap", [L, 4 * channels])): Value {
  const rows = input("rows", ["bh", dimMul("h", 2)]);
  return resample(unpack(tap, "h", "w"), rows, input("columnsT", [dimMul("w", 2), "bw"]));
}

function channelsOf({ tensors }: Taps): number {
  return (tensors[0]?.shape[1] ?? 0) / 4;
}

interface Group {
  readonly tap: Tensor;
  readonly index: number;
  /** First channel within the tap, and within all taps. */
  readonly first: number;
  readonly from: number;
  readonly length: number;
}

/** Channels [from, from + count) in parts that do not cross from tap to tap. */
function* groups(taps: Taps, from: number, count: number): Generator<Group> {
  const own = channelsOf(taps);
  for (let at = from; at < from + count; ) {
    const index = Math.floor(at / own);
    const first = at - index * own;
    const length = Math.min(GROUP, own - first, from + count - at);
    yield { tap: taps.tensors[index] as Tensor, index, first, from: at, length }; // as many as `channels` says
    at += length;
  }
}

/** Feature channel c of a tap is its columns 4c … 4c + 3. */
function columns({ shape, data }: Tensor, first: number, channels: number): Tensor {
  const [rows = 0, width = 0] = shape;
  const out = new Float32Array(rows * 4 * channels);
  for (let row = 0; row < rows; row++) {
    const at = row * width + 4 * first;
    out.set(data.subarray(at, at + 4 * channels), row * 4 * channels);
  }
  return { shape: [rows, 4 * channels], data: out };
}

function addColumns({ shape, data }: Tensor, first: number, part: Tensor): void {
  const [rows = 0, width = 0] = shape;
  const own = part.data.length / rows;
  for (let row = 0; row < rows; row++) {
    const at = row * width + 4 * first;
    for (let i = 0; i < own; i++) data[at + i] = (data[at + i] ?? 0) + (part.data[row * own + i] ?? 0);
  }
}

/** The pixels that a map reads for a box, clamped to the cut size. */
function footprint([a, b, c, d, e, f]: SamplingMap, box: CutBox, [rows, width]: Size2): CutBox {
  const [x1, y1] = [box.x + box.width - 1, box.y + box.height - 1];
  const corners = [
    [box.x, box.y],
    [x1, box.y],
    [box.x, y1],
    [x1, y1],
  ] as const;
  const span = (values: readonly number[], limit: number) => {
    const clamp = (value: number) => Math.min(Math.max(value, 0), limit - 1);
    const low = clamp(Math.floor(Math.min(...values)));
    return [low, clamp(Math.floor(Math.max(...values)) + 1) - low + 1] as const;
  };
  const [x, w] = span(
    corners.map(([px, py]) => a * px + b * py + c),
    width,
  );
  const [y, h] = span(
    corners.map(([px, py]) => d * px + e * py + f),
    rows,
  );
  return { x, y, width: w, height: h };
}
