/** The emitted .onnx graphs on another implementation: `node --import tsx scripts/onnx-python.ts [python]`. Writes the
 * velocity and the drag iteration of the embedded model and of a small synthetic FLUX (bfloat16) with their inputs and
 * our results to a folder, and lets scripts/onnx-python.py run them with Python's onnxruntime and with the reference
 * evaluator of `onnx` (both from pip). */
import { spawnSync } from "node:child_process";
import { copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { samplers, supervisionOutputs } from "../src/engine/drag/supervision.ts";
import { gaussian } from "../src/engine/edit/noise.ts";
import type { Value } from "../src/engine/graph/value.ts";
import { Flux } from "../src/engine/models/flux.ts";
import { conditionChannels, hiddenWidth, parseFluxConfig } from "../src/engine/models/flux-config.ts";
import { ropeTables } from "../src/engine/models/flux-embed.ts";
import { fluxGraph } from "../src/engine/models/flux-graph.ts";
import { readModelJson } from "../src/engine/models/json.ts";
import { Params } from "../src/engine/nn/params.ts";
import { type EmitOptions, emit } from "../src/engine/onnx/emit.ts";
import { compile, type Tensor } from "../src/engine/onnx/session.ts";
import { openTransformerWeights } from "../src/engine/weights/layouts.ts";
import { writeSafetensors } from "../src/engine/weights/safetensors.ts";
import { writeSyntheticFlux } from "./big-model/synthetic-flux.ts";

const SIDE = 6;
const TEXT = 4;
const BOX = { x: 10, y: 12, width: 20, height: 16 };
const CUT = [8 * SIDE, 8 * SIDE] as const;

interface Case {
  readonly name: string;
  readonly options: EmitOptions;
  /** Largest difference that is allowed, relative to the largest value. */
  readonly bound: number;
}

/** Half precision: 11 bits, a few hundred roundings one after another. */
const CASES: readonly Case[] = [
  { name: "float32", options: {}, bound: 2e-5 },
  { name: "float16", options: { matmul: "float16" }, bound: 3e-2 },
];

async function exportModel(out: string, name: string, dir: string): Promise<object[]> {
  const path = join(dir, "config.json");
  const config = parseFluxConfig(await readModelJson(path), path);
  const source = await openTransformerWeights(dir);
  const compileOptions = { graphDir: join(out, "graphs"), providers: ["cpu"], threads: 2 };
  const flux = new Flux(config, source, compileOptions);
  const values = fluxGraph(new Params(source), config);
  const features = [`DOUBLE-${config.doubles - 1}-0`, `DOUBLE-${config.doubles - 1}-2`];
  const outputs: Record<string, Value> = { velocity: values.velocity, ...supervisionOutputs(values, features, 1) };
  const channels = (features.length * hiddenWidth(config)) / 4;
  const text = flux.emptyText(TEXT);
  const tensor = (shape: number[], seed: number): Tensor => {
    return {
      shape,
      data: gaussian(
        shape.reduce((a, b) => a * b, 1),
        seed,
      ),
    };
  };
  const rope = ropeTables(config.ropeAxes, TEXT, SIDE, SIDE);
  const { rows, columnsT } = samplers({ h: SIDE, w: SIDE }, CUT, BOX);
  const feeds: Record<string, Tensor> = {
    latents: tensor([SIDE, SIDE, 64], 1),
    condition: tensor([SIDE, SIDE, conditionChannels(config)], 2),
    txt: tensor([TEXT, config.textWidth], 3),
    "pe.cos": rope.cos,
    "pe.sin": rope.sin,
    ...(await flux.conditioning(0.6, config.guidance ? 3.5 : null, text)),
    "region.0.rows": rows,
    "region.0.columnsT": columnsT,
    "region.0.mask": { shape: [BOX.height, BOX.width], data: new Float32Array(BOX.height * BOX.width).fill(1) },
    "region.0.target": tensor([channels, BOX.height, BOX.width], 4),
    "region.0.weight": { shape: [], data: Float32Array.of(1 / channels) },
  };
  const graph = await compile(outputs, compileOptions);
  const wanted = Object.fromEntries(graph.inputNames.map((input) => [input, feeds[input] as Tensor])); // all are above
  const expected = await graph.run(wanted);
  await graph.release();
  await flux.release();
  const listed = [];
  for (const { name: kind, options, bound } of CASES) {
    const folder = join(out, `${name} ${kind}`);
    await mkdir(folder);
    const model = emit(outputs, options);
    await writeFile(join(folder, "model.onnx"), model.bytes);
    for (const [location, file] of model.files) await copyFile(file, join(folder, location));
    await writeSafetensors(join(folder, "feeds.safetensors"), wanted);
    await writeSafetensors(join(folder, "expected.safetensors"), expected);
    listed.push({ name: `${name} ${kind}`, bound });
  }
  return listed;
}

const out = await mkdtemp(join(tmpdir(), "dragflow-python-"));
try {
  const synthetic = join(out, "synthetic");
  await writeSyntheticFlux(synthetic, { heads: 2, headDim: 64, doubles: 3, singles: 3 });
  const mini = fileURLToPath(new URL("../models/mini/transformer", import.meta.url));
  const cases = [...(await exportModel(out, "mini", mini)), ...(await exportModel(out, "synthetic", synthetic))];
  await writeFile(join(out, "cases.json"), JSON.stringify(cases));
  const script = fileURLToPath(new URL("./onnx-python.py", import.meta.url));
  process.exitCode = spawnSync(process.argv[2] ?? "python3", [script, out], { stdio: "inherit" }).status ?? 1;
} finally {
  await rm(out, { recursive: true, force: true });
}
