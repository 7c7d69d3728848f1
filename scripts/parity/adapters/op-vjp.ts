import { z } from "zod";
import { resizeMatrix } from "../../../src/engine/drag/resize.ts";
import { sizeOf } from "../../../src/engine/graph/dim.ts";
import { vjp } from "../../../src/engine/graph/grad.ts";
import { concat, constant, input as graphInput, type Value } from "../../../src/engine/graph/value.ts";
import * as nn from "../../../src/engine/nn/layers.ts";
import { compile } from "../../../src/engine/onnx/session.ts";
import { input, type Outputs, type ParityCase } from "../case.ts";
import { COMPILE } from "./flux.ts";

const opSchema = z
  .object({ name: z.string(), op: z.string(), inputs: z.array(z.string()), constants: z.array(z.string()) })
  .catchall(z.unknown());
type Op = z.infer<typeof opSchema>;

/** §8: every operation's value and gradient, through the emitted graphs. */
export async function opVjp(c: ParityCase): Promise<Outputs> {
  const outputs: Outputs = {};
  for (const op of z.array(opSchema).parse(c.params.ops)) Object.assign(outputs, await runOp(c, op));
  return outputs;
}

async function runOp(c: ParityCase, op: Op): Promise<Outputs> {
  const inputs = op.inputs.map((name) => graphInput(name, input(c, `${op.name}.${name}`).shape));
  const args = new Map(op.inputs.map((name, i) => [name, inputs[i] as Value]));
  for (const name of op.constants) {
    const { shape, data } = input(c, `${op.name}.${name}`);
    args.set(name, constant(data, shape));
  }
  const build = BUILDERS[op.op];
  if (build === undefined) throw new Error(`Expected one of ${Object.keys(BUILDERS).join(", ")}, got ${op.op}`);
  const y = build((name) => args.get(name) as Value, op, args);
  const { data } = input(c, `${op.name}.cotangent`);
  const gradients = vjp([y], [constant(data, y.shape.map(Number))], inputs);
  const named = Object.fromEntries(op.inputs.map((name, i) => [`grad.${name}`, gradients[i] as Value]));
  const graph = await compile({ y, ...named }, COMPILE);
  const results = await graph.run(Object.fromEntries(op.inputs.map((name) => [name, input(c, `${op.name}.${name}`)])));
  await graph.release();
  return Object.fromEntries(
    Object.entries(results).map(([name, tensor]) => [
      `${op.name}.${name}`,
      { shape: [...tensor.shape], data: tensor.data },
    ]),
  );
}

type Arguments = (name: string) => Value;
type Builder = (arg: Arguments, op: Op, all: ReadonlyMap<string, Value>) => Value;

const number = (op: Op, key: string) => z.number().parse(op[key]);
/** The token layers are 2-D: a batch axis of 1 is taken off and put back. */
const flat = (x: Value, f: (x: Value) => Value) => {
  const y = f(x.reshape(x.shape.slice(1)));
  return y.reshape([1, ...y.shape]);
};

/** x [1, H, tokens, d] as [tokens, H, d], and back. */
const headsSecond = (x: Value, f: (x: Value) => Value) => {
  const y = f(x.reshape(x.shape.slice(1)).transpose([1, 0, 2]));
  return y.transpose([1, 0, 2]).reshape(x.shape);
};

const BUILDERS: Record<string, Builder> = {
  linear: (arg) => flat(arg("x"), (x) => x.linear(arg("weight"), arg("bias"))),
  layernorm: (arg, op, all) =>
    all.has("weight")
      ? nn.layerNormAffine(arg("x"), arg("weight"), arg("bias"), number(op, "eps"))
      : arg("x").layerNorm(number(op, "eps")),
  modulate: (arg) => nn.modulate(arg("x"), arg("shift"), arg("scale")),
  rmsnorm: (arg, op) => nn.rmsNorm(arg("x"), arg("weight"), number(op, "eps")),
  "rmsnorm-outer-eps": (arg, op) => nn.rmsNormOuterEps(arg("x"), arg("weight"), number(op, "eps")),
  rope: (arg) => headsSecond(arg("x"), (x) => x.rotate(arg("cos"), arg("sin"))),
  attention: (arg, op) => nn.attention(arg("q"), arg("k"), arg("v"), number(op, "scale")),
  "gelu-tanh": (arg) => arg("x").gelu(),
  "gelu-erf": (arg) => nn.geluErf(arg("x")),
  "quick-gelu": (arg) => nn.quickGelu(arg("x")),
  silu: (arg) => nn.silu(arg("x")),
  softmax: (arg) => arg("x").attend(identity(Number(arg("x").dim(-1)))),
  "residual-gate": (arg) => arg("x").add(arg("f").mul(arg("gate"))),
  conv2d: (arg, op) => {
    const [left, top, right, bottom] = z.array(z.number()).length(4).parse(op.padding);
    const pads = [top ?? 0, left ?? 0, bottom ?? 0, right ?? 0];
    return arg("x").conv(arg("weight"), arg("bias"), { stride: number(op, "stride"), pads });
  },
  groupnorm: (arg, op) => nn.groupNorm(arg("x"), number(op, "groups"), arg("weight"), arg("bias"), number(op, "eps")),
  "resize-bilinear": (arg, op) => {
    const [height = 0, width = 0] = z.array(z.number()).length(2).parse(op.size);
    const [, , h, w] = arg("x").shape as readonly [number, number, number, number];
    return flat(arg("x"), (x) => nn.resample(x, matrix(h, height), matrix(w, width).transpose([1, 0])));
  },
  "resize-nearest-x2": (arg) => nearestTwice(arg("x")),
  concat: (arg, op) =>
    concat(
      op.inputs.map((name) => arg(name)),
      number(op, "axis"),
    ),
  split: (arg, op) => arg("x").slice(number(op, "axis"), number(op, "start"), number(op, "length")),
  unpack: (arg, op) => flat(arg("x"), (x) => nn.unpack(x, number(op, "h"), number(op, "w"))),
  "masked-l1": (arg, op) => {
    const weight = constant([number(op, "gamma") / Number(sizeOf(arg("x").shape))], []);
    return nn.maskedL1(arg("x"), arg("target"), arg("mask"), weight).reshape([1]);
  },
};

function matrix(from: number, to: number): Value {
  return constant(resizeMatrix(from, to), [to, from]);
}

function identity(n: number): Value {
  return constant(
    Float32Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? 1 : 0)),
    [n, n],
  );
}

function nearestTwice(x: Value): Value {
  const [n, c, h, w] = x.shape as readonly [number, number, number, number];
  return x
    .reshape([n, c, h, 1, w, 1])
    .expand([n, c, h, 2, w, 2])
    .reshape([n, c, 2 * h, 2 * w]);
}
