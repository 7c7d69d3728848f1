/** The weights of one graph: each name becomes one value, so that forward and backward share its initializer. */
import { type Value, weight } from "../graph/value.ts";
import type { WeightSource } from "../weights/source.ts";

export class Params {
  readonly #source: WeightSource;
  readonly #values = new Map<string, Value>();

  constructor(source: WeightSource) {
    this.#source = source;
  }

  has(name: string): boolean {
    return this.#source.has(name);
  }

  /** Throws `checkpoint-invalid` when the tensor is missing or has another shape. */
  get(name: string, shape: readonly number[]): Value {
    const known = this.#values.get(name);
    if (known !== undefined) return known;
    const value = weight(name, this.#source.expectShape(name, shape));
    this.#values.set(name, value);
    return value;
  }

  /** x·Wᵀ + b with `name.weight` (out, in) and `name.bias`. */
  linear(x: Value, name: string, out: number): Value {
    const width = x.dim(-1);
    if (typeof width !== "number") throw new TypeError(`Expected a fixed number of features into ${name}`);
    return x.linear(this.get(`${name}.weight`, [out, width]), this.get(`${name}.bias`, [out]));
  }
}
