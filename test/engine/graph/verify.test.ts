import { describe, expect, test } from "vitest";
import { printGraph } from "../../../src/engine/graph/print.ts";
import { concat, constant, input, type Node, Value, weight } from "../../../src/engine/graph/value.ts";
import { verify } from "../../../src/engine/graph/verify.ts";
import type { WeightRef } from "../../../src/engine/weights/source.ts";

const ref = (name: string, file: string): WeightRef => {
  const slice = { file, dtype: "F32" as const, shape: [2], offset: 0, length: 8 };
  return { name, dtype: "F32", shape: [2], parts: [slice] };
};

describe("verify", () => {
  test("accepts what the methods build", () => {
    const x = input("x", ["h", "w"]);
    expect(() => verify({ y: x.reshape(["h*w", 1]).sigmoid().transpose([1, 0]) })).not.toThrow();
  });

  test("names the node whose stated shape is not what its rule infers", () => {
    const [a, b] = [input("a", [2, 3]), input("b", [3, 4])];
    const outputs: Value[] = [];
    const node: Node = { op: "matmul", inputs: [a.exp(), b], attributes: {}, outputs };
    outputs.push(new Value([2, 5], { type: "node", node, index: 0 }));
    expect(() => verify({ y: (outputs[0] as Value).neg() })).toThrow(
      "%1 = matmul(%0, b): expected output 0 of shape [2, 4], got [2, 5]",
    );
  });

  test("names the node whose inputs do not fit", () => {
    const outputs: Value[] = [];
    const node: Node = { op: "add", inputs: [input("a", [2]), input("b", [3])], attributes: {}, outputs };
    outputs.push(new Value([2], { type: "node", node, index: 0 }));
    expect(() => verify({ y: outputs[0] as Value })).toThrow(/^%0 = add\(a, b\): .*\[2\] and \[3\]/);
  });

  test("refuses two inputs of one name, and takes one input used twice", () => {
    const x = input("x", [2]);
    expect(() => verify({ y: x.add(x) })).not.toThrow();
    expect(() => verify({ y: x.add(input("x", [2])) })).toThrow('Two different inputs are called "x"');
  });

  test("refuses two weights of one name", () => {
    const [a, b] = [weight("w", ref("w", "a.safetensors")), weight("w", ref("w", "b.safetensors"))];
    expect(() => verify({ y: a.add(b) })).toThrow('Two different weights are called "w"');
  });

  test("refuses an output that has the name of an input it is not", () => {
    const x = input("x", [2]);
    expect(() => verify({ x: x.neg() })).toThrow('"x" is the name of an input and of an output');
  });
});

describe("an operation on shapes that do not fit names itself and the shapes", () => {
  const x = input("x", ["h", 4]);
  test.each<[string, () => unknown, RegExp]>([
    [
      "matmul",
      () => x.matmul(input("w", [5, 2])),
      /^matmul\(\[h, 4\], \[5, 2\]\): .*inner sizes that agree, got 4 and 5/,
    ],
    ["linear", () => x.linear(input("w", [2, 5])), /^linear\(.*Expected 5 input features, got 4/],
    ["add", () => x.add(input("y", ["w", 4])), /^add\(\[h, 4\], \[w, 4\]\): Expected shapes that broadcast/],
    ["reshape", () => x.reshape(["h", 5]), /Expected a shape of 4\*h elements, got \[h, 5\]/],
    ["concat", () => concat([x, input("y", ["h", 4, 1])], 0), /^concat\(/],
    ["concat of nothing", () => concat([], 0), /at least one value/],
    ["constant", () => constant([1, 2], [3]), /Expected 3 numbers for a constant, got 2/],
    ["layerNorm over a named axis", () => x.transpose([1, 0]).layerNorm(1e-6), /fixed last axis to normalise, got h/],
    ["an axis that is not there", () => x.dim(2), /axis of a rank-2 value, got 2/],
  ])("%s", (_name, build, message) => {
    expect(build).toThrow(message);
  });
});

describe("print", () => {
  test("one node a line, leaves and outputs by name", () => {
    const x = input("x", ["h*w", 4]);
    const w = weight("proj.weight", { ...ref("proj.weight", "m.safetensors"), shape: [2, 4] });
    const normal = x.layerNorm(1e-6).mul(2);
    expect(printGraph({ y: normal.linear(w).reshape(["h", "w", 2]), normal })).toMatchInlineSnapshot(`
      "input x[h*w, 4]
      constant const#1[4]
      constant 2#2[]
      weight proj.weight[2, 4]
      %0[h*w, 4], %1[h*w, 1], %2[h*w, 1] = layerNorm(x, const#1) eps=0.000001
      %3[h*w, 4] = mul(%0, 2#2)
      %4[h*w, 2] = linear(%3, proj.weight)
      %5[h, w, 2] = reshape(%4) shape=["h","w",2]
      output y = %5
      output normal = %3"
    `);
  });
});
