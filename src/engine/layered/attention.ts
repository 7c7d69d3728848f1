/** Attention a tile at a time: some heads, or some queries of one head, so that no matrix of scores grows beyond a number
 * of bytes. Exact, since every query's softmax is its own; the backward pass recomputes each tile's scores. */
import { vjp } from "../graph/grad.ts";
import { input, type Value } from "../graph/value.ts";
import { attention } from "../nn/layers.ts";
import type { Tensor } from "../onnx/session.ts";
import type { SessionPool } from "../onnx/session-pool.ts";

/** q [H, Q, d], k and v [H, S, d]. */
export interface Attended {
  readonly q: Tensor;
  readonly k: Tensor;
  readonly v: Tensor;
}

export interface Tile {
  /** Heads from … from + heads, and of each of them queries first … first + queries. */
  readonly from: number;
  readonly heads: number;
  readonly first: number;
  readonly queries: number;
}

const FLOAT = 4;

/** Tiles whose scores take at most `bytes`, or those of one query where even these take more. Only tiles of a single head
 * leave queries out, so that each tile is one piece of memory. */
export function attentionTiles(heads: number, queries: number, keys: number, bytes: number): Tile[] {
  const group = Math.min(heads, Math.floor(bytes / (FLOAT * queries * keys)));
  if (group >= 1) {
    return parts(heads, group).map(([from, count]) => ({ from, heads: count, first: 0, queries }));
  }
  const rows = Math.max(1, Math.floor(bytes / (FLOAT * keys)));
  return parts(heads, 1).flatMap(([from]) =>
    parts(queries, rows).map(([first, count]) => ({ from, heads: 1, first, queries: count })),
  );
}

/** [start, length] of equal parts, none longer than `most`. */
function parts(total: number, most: number): [start: number, length: number][] {
  const count = Math.ceil(total / most);
  const at = (i: number) => Math.floor((i * total) / count);
  return Array.from({ length: count }, (_, i) => [at(i), at(i + 1) - at(i)]);
}

export class TiledAttention {
  readonly #pool: SessionPool;
  readonly #bytes: number;

  /** `bytes`: of one matrix of scores; about five of them exist at the peak of the backward pass, two else. */
  constructor(pool: SessionPool, bytes: number) {
    this.#pool = pool;
    this.#bytes = bytes;
  }

  /** Whether the scores of all heads would be larger than one matrix may be. */
  isNeeded(heads: number, queries: number, keys: number): boolean {
    return FLOAT * heads * queries * keys > this.#bytes;
  }

  /** softmax(q·kᵀ/√d)·v [H, Q, d]. */
  async forward({ q, k, v }: Attended): Promise<Tensor> {
    const out = new Float32Array(q.data.length);
    for (const tile of this.#tiles(q, k)) {
      const feeds = { q: queriesOf(q, tile), k: keysOf(k, tile), v: keysOf(v, tile) };
      const { o } = await this.#pool.run(`attention|${q.shape[2]}`, () => forwardGraph(width(q)), feeds);
      out.set((o as Tensor).data, offset(q, tile)); // named in `forwardGraph`
    }
    return { shape: q.shape, data: out };
  }

  /** Cotangents of q, and added to `dk` and `dv` those of k and v; `cotangent` [H, Q, d] is that of the result. */
  async backward({ q, k, v }: Attended, cotangent: Tensor, dk: Tensor, dv: Tensor): Promise<Tensor> {
    const dq = new Float32Array(q.data.length);
    for (const tile of this.#tiles(q, k)) {
      const feeds = { q: queriesOf(q, tile), k: keysOf(k, tile), v: keysOf(v, tile), d: queriesOf(cotangent, tile) };
      const got = await this.#pool.run(`attention back|${q.shape[2]}`, () => backwardGraph(width(q)), feeds);
      // All three are named in `backwardGraph`.
      dq.set((got.dq as Tensor).data, offset(q, tile));
      addInto(keysOf(dk, tile), got.dk as Tensor);
      addInto(keysOf(dv, tile), got.dv as Tensor);
    }
    return { shape: q.shape, data: dq };
  }

  #tiles({ shape: [heads = 0, queries = 0] }: Tensor, { shape: [, keys = 0] }: Tensor): Tile[] {
    return attentionTiles(heads, queries, keys, this.#bytes);
  }
}

function forwardGraph(d: number): { o: Value } {
  const { q, k, v } = tileInputs(d);
  return { o: attention(q, k, v, d ** -0.5) };
}

function backwardGraph(d: number): Record<string, Value> {
  const { q, k, v } = tileInputs(d);
  const o = attention(q, k, v, d ** -0.5);
  const [dq, dk, dv] = vjp([o], [input("d", o.shape)], [q, k, v]);
  if (!dq || !dk || !dv) throw new TypeError("Attention depends on queries, keys and values");
  return { dq, dk, dv };
}

function tileInputs(d: number) {
  const rows = (name: string, count: string) => input(name, ["heads", count, d]);
  return { q: rows("q", "queries"), k: rows("k", "keys"), v: rows("v", "keys") };
}

function width({ shape }: Tensor): number {
  return shape[2] ?? 0;
}

/** Where a tile begins in a tensor of queries. */
function offset({ shape: [, queries = 0, d = 0] }: Tensor, { from, first }: Tile): number {
  return (from * queries + first) * d;
}

function queriesOf(x: Tensor, tile: Tile): Tensor {
  const [start, size] = [offset(x, tile), tile.heads * tile.queries * width(x)];
  return { shape: [tile.heads, tile.queries, width(x)], data: x.data.subarray(start, start + size) };
}

/** All rows of the tile's heads; writing to it writes to `x`. */
function keysOf({ shape: [, keys = 0, d = 0], data }: Tensor, { from, heads }: Tile): Tensor {
  return { shape: [heads, keys, d], data: data.subarray(from * keys * d, (from + heads) * keys * d) };
}

function addInto({ data }: Tensor, part: Tensor): void {
  for (let i = 0; i < data.length; i++) data[i] = (data[i] ?? 0) + (part.data[i] ?? 0);
}
