/** The convolutions of AlexNet (torchvision's names), up to what LPIPS reads: its features after each of five ReLUs. */
import { constant, input, type Value } from "../graph/value.ts";
import { Params } from "../nn/params.ts";
import { GraphCache } from "../onnx/graph-cache.ts";
import { type CompileOptions, compile, type Tensor } from "../onnx/session.ts";
import type { WeightSource } from "../weights/source.ts";
import { maxPool } from "./max-pool.ts";

interface Convolution {
  readonly name: string;
  readonly kernel: number;
  readonly stride: number;
  readonly padding: number;
}

/** Between stages 3×3 places are pooled to their largest, two places apart. */
const STAGES: readonly (readonly Convolution[])[] = [
  [{ name: "features.0", kernel: 11, stride: 4, padding: 2 }],
  [{ name: "features.3", kernel: 5, stride: 1, padding: 2 }],
  [
    { name: "features.6", kernel: 3, stride: 1, padding: 1 },
    { name: "features.8", kernel: 3, stride: 1, padding: 1 },
    { name: "features.10", kernel: 3, stride: 1, padding: 1 },
  ],
];

/** Mean and deviation of ImageNet on −1…1. */
const SHIFT = [-0.03, -0.088, -0.188];
const SCALE = [0.458, 0.448, 0.45];

/** Graphs kept: three stages at two sizes. */
const KEPT = 6;

export class AlexNet {
  readonly #source: WeightSource;
  readonly #options: CompileOptions;
  readonly #graphs = new GraphCache(KEPT);

  constructor(source: WeightSource, options: CompileOptions) {
    this.#source = source;
    this.#options = options;
  }

  /** [1, 3, H, W] in −1…1 → five feature maps [1, C, h, w]. Sides of 35 pixels and more, so that something is pooled. */
  async features(image: Tensor): Promise<Tensor[]> {
    const features: Tensor[] = [];
    let x = image;
    for (const [i, stage] of STAGES.entries()) {
      if (i > 0) x = maxPool(x, 3, 2);
      const graph = await this.#graphs.get(`${i}|${x.shape.join("x")}`, () =>
        compile(stageGraph(new Params(this.#source), this.#source, stage, x.shape, i === 0), this.#options),
      );
      const outputs = await graph.run({ x });
      for (const { name } of stage) features.push(outputs[name] as Tensor); // named in stageGraph
      x = features.at(-1) ?? x;
    }
    return features;
  }

  release(): Promise<void> {
    return this.#graphs.release();
  }
}

function stageGraph(
  params: Params,
  source: WeightSource,
  stage: readonly Convolution[],
  shape: readonly number[],
  first: boolean,
): Record<string, Value> {
  let x = input("x", shape);
  if (first) x = x.sub(constant(SHIFT, [3, 1, 1])).div(constant(SCALE, [3, 1, 1]));
  const outputs: Record<string, Value> = {};
  for (const { name, kernel, stride, padding } of stage) {
    const out = source.get(`${name}.weight`).shape[0] ?? 0;
    const weight = params.get(`${name}.weight`, [out, Number(x.dim(1)), kernel, kernel]);
    const pads = [padding, padding, padding, padding];
    x = x.conv(weight, params.get(`${name}.bias`, [out]), { stride, pads }).relu();
    outputs[name] = x;
  }
  return outputs;
}
