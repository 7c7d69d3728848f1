/** The rectangle of tokens that a loss looks at: what only leads to the others is never computed. */
import { dimMul } from "../graph/dim.ts";
import { input, type Value } from "../graph/value.ts";
import type { Tensor } from "../onnx/session.ts";
import type { TokenGrid } from "./packing.ts";

/** Tokens of the rectangle. */
const F = dimMul("fh", "fw");

/** Inputs `focus.rows` [fh, h] and `focus.columns` [fw, w], both with a single 1 in each row. */
export class Focus {
  readonly #rows = input("focus.rows", ["fh", "h"]);
  readonly #columns = input("focus.columns", ["fw", "w"]);

  /** [h·w, X] → [fh·fw, X]; what is inside already stays. */
  pick(x: Value): Value {
    if (x.dim(0) === F) return x;
    const width = x.dim(1);
    const rows = this.#rows.matmul(x.reshape(["h", dimMul("w", width)])); // [fh, w·X]
    return this.#columns.matmul(rows.reshape(["fh", "w", width])).reshape([F, width]);
  }
}

/** Tokens by row and column, half-open; at least two of each, because a named size is never 1. */
export interface TokenBox {
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
}

export function focusFeeds({ h, w }: TokenGrid, box: TokenBox): Record<string, Tensor> {
  return {
    "focus.rows": { shape: [box.height, h], data: ones(box.height, h, box.top) },
    "focus.columns": { shape: [box.width, w], data: ones(box.width, w, box.left) },
  };
}

function ones(count: number, size: number, from: number): Float32Array {
  const data = new Float32Array(count * size);
  for (let i = 0; i < count; i++) data[i * size + from + i] = 1;
  return data;
}
