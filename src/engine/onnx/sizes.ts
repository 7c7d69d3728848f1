/** Integer vectors of a model whose entries may be named sizes: these are computed from the shapes of its inputs when it runs. */
import { type Dim, dimSub, type Shape, termsOf } from "../graph/dim.ts";
import type { AttributeValue } from "./proto.ts";

export interface SizeEmitter {
  emit(op: string, inputs: readonly string[], attributes?: Readonly<Record<string, AttributeValue>>): string;
  constant(vector: readonly number[]): string;
}

export class SizeVectors {
  readonly #emitter: SizeEmitter;
  /** Vectors that are there already, by their entries. */
  readonly #known = new Map<string, string>();
  /** Where a named size, or a product of named sizes ("h*w"), can be read at run time. */
  readonly #sizes = new Map<string, { input: string; axis: number; times: number }>();
  /** Sums of sizes ("T+h*w") that inputs show, to read one from when the others are known. */
  readonly #sums: { input: string; axis: number; size: Dim }[] = [];

  constructor(emitter: SizeEmitter) {
    this.#emitter = emitter;
  }

  /** An input shows its sizes. */
  shown(input: string, shape: Shape): void {
    for (const [axis, size] of shape.entries()) {
      const [[names, times] = [[], 1], ...others] = termsOf(size);
      if (others.length > 0) this.#sums.push({ input, axis, size });
      if (names.length === 0 || others.length > 0) continue;
      const product = names.join("*");
      const known = this.#sizes.get(product);
      if (known === undefined || times < known.times) this.#sizes.set(product, { input, axis, times });
    }
  }

  /** An int64 vector by its name. Throws TypeError for a size that no input shows. */
  vector(vector: Shape): string {
    const key = vector.join(",");
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const name = vector.every((size) => typeof size === "number")
      ? this.#emitter.constant(vector)
      : joined(
          vector.map((size) => this.#dimension(size)),
          this.#emitter.emit,
        );
    this.#known.set(key, name);
    return name;
  }

  #dimension(size: Dim): string {
    if (typeof size === "number") return this.vector([size]);
    const terms = termsOf(size).map(([names, coefficient]) => {
      const factors = this.#factors(names);
      if (coefficient !== 1 || factors.length === 0) factors.push(this.vector([coefficient]));
      return factors.reduce((a, b) => this.#emitter.emit("Mul", [a, b]));
    });
    return terms.reduce((a, b) => this.#emitter.emit("Add", [a, b]));
  }

  /** Each size by itself, or their product where that is what an input shows. */
  #factors(names: readonly string[]): string[] {
    const product = names.join("*");
    const alone = names.every((name) => this.#sizes.has(name));
    return !alone && this.#sizes.has(product) ? [this.#sizeOf(product)] : names.map((name) => this.#sizeOf(name));
  }

  #sizeOf(name: string): string {
    const key = `size:${name}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const source = this.#sizes.get(name);
    const result = source === undefined ? this.#fromSum(name) : this.#alone(source);
    this.#known.set(key, result);
    return result;
  }

  #alone({ input, axis, times }: { input: string; axis: number; times: number }): string {
    const size = this.#axis(input, axis);
    return times === 1 ? size : this.#emitter.emit("Div", [size, this.vector([times])]);
  }

  /** A sum that an input shows, less its other terms. */
  #fromSum(name: string): string {
    for (const { input, axis, size } of this.#sums) {
      const rest = dimSub(size, name);
      const others = termsOf(rest);
      if (others.length >= termsOf(size).length) continue; // the name alone is none of its terms
      if (!others.every(([names]) => this.#isShown(names))) continue;
      return this.#emitter.emit("Sub", [this.#axis(input, axis), this.#dimension(rest)]);
    }
    throw new TypeError(`No input has an axis of size "${name}" to read it from`);
  }

  #isShown(names: readonly string[]): boolean {
    return this.#sizes.has(names.join("*")) || names.every((name) => this.#sizes.has(name));
  }

  #axis(input: string, axis: number): string {
    return this.#emitter.emit("Shape", [input], { start: axis, end: axis + 1 });
  }
}

/** Parts one after another; one part as it is. */
export function joined(parts: readonly string[], emit: SizeEmitter["emit"]): string {
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : emit("Concat", parts, { axis: 0 });
}
