/** A rotation as one operation of onnxruntime's and in standard parts: the same numbers. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import onnxProto from "onnx-proto";
import { afterAll, describe, expect, test } from "vitest";
import { vjp } from "../../../src/engine/graph/grad.ts";
import { input } from "../../../src/engine/graph/value.ts";
import { emit } from "../../../src/engine/onnx/emit.ts";
import { type Rotation, rotationFor } from "../../../src/engine/onnx/rotation.ts";
import { compile } from "../../../src/engine/onnx/session.ts";
import { numbers } from "../../helpers/evaluate.ts";

const graphDir = await mkdtemp(join(tmpdir(), "dragflow-rotation-"));
afterAll(() => rm(graphDir, { recursive: true, force: true }));

const [TOKENS, HEADS, FEATURES] = [5, 3, 6];
const x = input("x", ["S", HEADS, FEATURES]);
const cos = input("cos", ["S", FEATURES]);
const sin = input("sin", ["S", FEATURES]);
const y = x.rotate(cos, sin);
const dy = input("dy", ["S", HEADS, FEATURES]);
const [dx] = vjp([y], [dy], [x]);

const table = (f: (angle: number) => number) => ({
  shape: [TOKENS, FEATURES],
  data: Float32Array.from({ length: TOKENS * FEATURES }, (_, i) => f(0.7 * (i >> 1))), // each angle twice
});
const feeds = {
  x: { shape: [TOKENS, HEADS, FEATURES], data: numbers(TOKENS * HEADS * FEATURES, 3) },
  cos: table(Math.cos),
  sin: table(Math.sin),
};

async function results(rotation: Rotation) {
  const graph = await compile({ y }, { graphDir, providers: ["cpu"], threads: 1, rotation });
  const found = await graph.run(feeds);
  await graph.release();
  return found.y;
}

function operations(rotation?: Rotation): string[] {
  const { bytes } = emit({ y }, rotation === undefined ? {} : { rotation });
  return (onnxProto.onnx.ModelProto.decode(bytes).graph?.node ?? []).map(({ opType }) => opType ?? "");
}

describe("a rotation", () => {
  test("is one operation where it is fused, and standard ONNX by default", () => {
    expect(operations("fused")).toContain("RotaryEmbedding");
    expect(operations()).not.toContain("RotaryEmbedding");
    expect(operations()).toEqual(operations("parts"));
  });

  test("is fused on the processor alone", () => {
    expect(rotationFor(["cpu"])).toBe("fused");
    expect(rotationFor(["cuda", "cpu"])).toBe("parts");
    expect(rotationFor(["webgpu"])).toBe("parts");
  });

  test("gives the same numbers in both ways", async () => {
    const [one, other] = [await results("fused"), await results("parts")];
    expect(one?.shape).toEqual([TOKENS, HEADS, FEATURES]);
    for (const [i, value] of (one?.data ?? []).entries()) expect(value).toBeCloseTo(other?.data[i] ?? Number.NaN, 5);
    expect(Math.max(...(one?.data ?? []))).toBeGreaterThan(0.5);
  });

  test("takes angles of its own size only", () => {
    expect(() => x.rotate(input("c", ["S", 4]), sin)).toThrow("Expected angles");
    expect(() => input("odd", ["S", 2, 5]).rotate(cos, sin)).toThrow("even number of features");
  });

  test("goes back by the opposite angle", async () => {
    if (!dx) throw new Error("Expected a gradient");
    const back = dy.rotate(cos, sin.neg());
    const graph = await compile({ dx, back }, { graphDir, providers: ["cpu"], threads: 1 });
    const cotangent = { shape: [TOKENS, HEADS, FEATURES], data: numbers(TOKENS * HEADS * FEATURES, 4) };
    const found = await graph.run({ ...feeds, dy: cotangent });
    await graph.release();
    expect(found.dx?.data).toEqual(found.back?.data);
  });
});
