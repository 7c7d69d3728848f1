/** The two ways to write a rotation of neighbouring pairs (rotary position embedding): in standard operations, or as one operation
 * of onnxruntime's own, which takes a sixth of the time on a processor. */
import type { AttributeValue } from "./proto.ts";

/** "fused": `com.microsoft` RotaryEmbedding; "parts": standard ONNX, for every provider and every other implementation. */
export type Rotation = "fused" | "parts";

/** Only where there is nothing but the processor is it known that onnxruntime has the fused operation. */
export function rotationFor(providers: readonly string[]): Rotation {
  return providers.every((name) => name === "cpu") ? "fused" : "parts";
}

/** The domain of onnxruntime's own operations. */
export const CONTRIB = "com.microsoft";

/** What a rotation asks of the emitter; all give the name of a value. */
export interface RotationEmitter {
  emit(op: string, inputs: readonly string[], attributes?: Readonly<Record<string, AttributeValue>>): string;
  contrib(op: string, inputs: readonly string[], attributes: Readonly<Record<string, AttributeValue>>): string;
  floats(shape: readonly number[], data: Float32Array): string;
  integers(vector: readonly number[]): string;
  /** Made once per model. */
  once(key: string, make: () => string): string;
}

/** x [tokens, H, d], cos and sin [tokens, d] by their names. */
export function emitRotation(
  emitter: RotationEmitter,
  x: { readonly name: string; readonly heads: number; readonly features: number },
  [cos, sin]: readonly [string, string],
  rotation: Rotation,
): string {
  const write = rotation === "fused" ? fused : parts;
  return write(emitter, [x.name, cos, sin], x.heads, x.features);
}

type Write = (emitter: RotationEmitter, names: readonly [string, string, string], heads: number, d: number) => string;

const fused: Write = (emitter, [x, cos, sin], heads, d) => {
  const { emit, integers, once } = emitter;
  const halves = (table: string) =>
    once(`halves ${table}`, () => emit("MatMul", [table, once(`even ${d}`, () => emitter.floats(...evenColumns(d)))]));
  const flat = emit("Reshape", [x, integers([1, -1, heads * d])]);
  const tables = [halves(cos), halves(sin)];
  const turned = emitter.contrib("RotaryEmbedding", [flat, integers([0]), ...tables], {
    interleaved: 1,
    num_heads: heads,
  });
  return emit("Reshape", [turned, integers([-1, heads, d])]);
};

const parts: Write = (emitter, [x, cos, sin], _heads, d) => {
  const { emit, integers, once } = emitter;
  const forAllHeads = (table: string) => once(`heads ${table}`, () => emit("Reshape", [table, integers([-1, 1, d])]));
  const quarter = once(`quarter ${d}`, () => emitter.floats(...quarterTurn(d)));
  const turned = emit("Mul", [emit("MatMul", [x, quarter]), forAllHeads(sin)]);
  return emit("Add", [emit("Mul", [x, forAllHeads(cos)]), turned]);
};

/** The matrix R with (x·R)₂ⱼ = −x₂ⱼ₊₁ and (x·R)₂ⱼ₊₁ = x₂ⱼ. */
function quarterTurn(d: number): [shape: number[], data: Float32Array] {
  const r = new Float32Array(d * d);
  for (let j = 0; j < d; j += 2) {
    r[(j + 1) * d + j] = -1;
    r[j * d + j + 1] = 1;
  }
  return [[d, d], r];
}

/** The matrix E with (x·E)ⱼ = x₂ⱼ. */
function evenColumns(d: number): [shape: number[], data: Float32Array] {
  const e = new Float32Array((d * d) / 2);
  for (let j = 0; j < d / 2; j++) e[2 * j * (d / 2) + j] = 1;
  return [[d, d / 2], e];
}
