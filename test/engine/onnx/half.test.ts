/** 16-bit products: which factors are rounded, which sums and layers stay float32. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import onnxProto from "onnx-proto";
import { afterAll, describe, expect, test } from "vitest";
import { vjp } from "../../../src/engine/graph/grad.ts";
import { constant, input, type Value, weight } from "../../../src/engine/graph/value.ts";
import { attention, resample, rmsNorm } from "../../../src/engine/nn/layers.ts";
import { type EmitOptions, emit } from "../../../src/engine/onnx/emit.ts";
import { compile } from "../../../src/engine/onnx/session.ts";
import { type TensorData, writeSafetensors } from "../../../src/engine/weights/safetensors.ts";
import { openWeights } from "../../../src/engine/weights/source.ts";
import { numbers } from "../../helpers/evaluate.ts";

const dir = await mkdtemp(join(tmpdir(), "dragflow-half-"));
afterAll(() => rm(dir, { recursive: true, force: true }));
const file = join(dir, "w.safetensors");
const half = (count: number) => new Uint8Array(new Uint16Array(count).fill(0x3555).buffer); // 0.3333
const TENSORS: Record<string, TensorData> = {
  plain: { shape: [4, 4], data: numbers(16, 3) },
  half: { shape: [4, 4], dtype: "F16", bytes: half(16) },
  bfloat: { shape: [4, 4], dtype: "BF16", bytes: new Uint8Array(new Uint16Array(16).fill(0x3eab).buffer) },
  bias: { shape: [4], data: numbers(4, 5) },
};
await writeSafetensors(file, TENSORS);
const source = await openWeights(file);
const w = (name: string) => weight(name, source.get(name));
const x = input("x", [3, 4]);
const HALF: EmitOptions = { matmul: "float16" };

/** Nodes as "op(types of inputs)", F for float32, H for float16. */
function typed(outputs: Record<string, Value>, options: EmitOptions = HALF): string[] {
  const { graph } = onnxProto.onnx.ModelProto.decode(emit(outputs, options).bytes);
  const types = new Map<string, string>();
  const letter = (type: number | null | undefined) => ({ 1: "F", 10: "H", 16: "B" })[type ?? 0] ?? "i";
  for (const value of graph?.input ?? []) types.set(value.name ?? "", "F");
  for (const { name, dataType } of graph?.initializer ?? []) types.set(name ?? "", letter(dataType));
  return (graph?.node ?? []).map(({ opType, input: names, output, attribute }) => {
    const inputs = (names ?? []).map((name) => types.get(name) ?? "?");
    const to = attribute?.find(({ name }) => name === "to")?.i;
    for (const name of output ?? []) types.set(name, opType === "Cast" ? letter(Number(to)) : (inputs[0] ?? "?"));
    return `${opType}(${inputs.join("")})`;
  });
}

const products = (nodes: readonly string[]) => nodes.filter((node) => /^(Gemm|MatMul)/.test(node)).sort();

describe("products in 16 bit", () => {
  test("a linear layer: both factors rounded, the bias added in float32", () => {
    expect(typed({ y: x.linear(w("plain"), w("bias")) })).toEqual([
      "Cast(F)",
      "Cast(F)",
      "Gemm(HH)",
      "Cast(H)",
      "Add(FF)",
      "Identity(F)",
    ]);
  });

  test("weights stored as halves are used as they are, bfloat16 is converted once", () => {
    expect(typed({ y: x.linear(w("half")) })).toEqual(["Cast(F)", "Gemm(HH)", "Cast(H)", "Identity(F)"]);
    const shared = w("bfloat");
    const again = typed({ y: x.linear(shared).linearBack(shared) });
    expect(again.filter((node) => node === "Cast(B)")).toHaveLength(1);
  });

  test("without the option nothing is rounded", () => {
    expect(products(typed({ y: x.linear(w("half")) }, {}))).toEqual(["Gemm(FF)"]);
  });

  test("attention's products, forward and back; norms, softmax and the rotation stay float32", () => {
    const q = input("q", [2, 3, 4]);
    const normal = rmsNorm(q, constant(new Float32Array(4).fill(1), [4]), 1e-6);
    const turned = normal
      .transpose([1, 0, 2])
      .rotate(input("c", [3, 4]), input("s", [3, 4]))
      .transpose([1, 0, 2]);
    const y = attention(turned, turned.mul(2), turned.mul(3), 0.5);
    const [dq] = vjp([y], [input("dy", [2, 3, 4])], [q]);
    if (!dq) throw new Error("Expected a gradient");
    const nodes = typed({ y, dq });
    const [rounded, exact] = [nodes.filter((n) => n === "MatMul(HH)"), nodes.filter((n) => n === "MatMul(FF)")];
    expect(exact).toHaveLength(2); // the rotation and its gradient
    expect(rounded).toHaveLength(2 + 4);
    expect(nodes.filter((node) => node.startsWith("Softmax"))).toEqual(["Softmax(F)"]);
  });

  test("a resize of features stays float32, its gradient too", () => {
    const planes = x.mul(2).reshape([1, 3, 4]);
    const y = resample(planes, input("rows", [5, 3]), input("columnsT", [4, 6]));
    const [dx] = vjp([y.abs().sum([0, 1, 2])], [constant([1], [1, 1, 1])], [x]);
    if (!dx) throw new Error("Expected a gradient");
    expect(new Set(products(typed({ y, dx })))).toEqual(new Set(["MatMul(FF)"]));
  });

  test("the numbers are those of float32 to a half's precision", async () => {
    const outputs = { y: x.linear(w("plain"), w("bias")).gelu().linear(w("half")) };
    const feeds = { x: { shape: [3, 4], data: numbers(12, 9) } };
    const results = [];
    for (const options of [{}, HALF]) {
      const graph = await compile(outputs, { graphDir: dir, providers: ["cpu"], threads: 1, ...options });
      results.push((await graph.run(feeds)).y.data);
      await graph.release();
    }
    const [full = [], rounded = []] = results;
    for (const [i, value] of full.entries()) expect(rounded[i]).toBeCloseTo(value, 2);
  });
});
