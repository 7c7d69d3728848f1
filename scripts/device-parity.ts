/** The emitted graphs on another device against the CPU: `node --import tsx scripts/device-parity.ts DEVICE
 * [float32|float16] [FOLDER]` with the folder of a transformer (default: the embedded model's). Prints the largest difference, relative to the
 * largest value, and milliseconds of a velocity and of a drag iteration; exits 1 above the bound. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { SamplingMap } from "../src/engine/drag/paper-affine.ts";
import { WholeModel } from "../src/engine/drag/whole-model.ts";
import { gaussian } from "../src/engine/edit/noise.ts";
import { Flux } from "../src/engine/models/flux.ts";
import { conditionChannels, parseFluxConfig } from "../src/engine/models/flux-config.ts";
import { readModelJson } from "../src/engine/models/json.ts";
import { providersFor } from "../src/engine/onnx/devices.ts";
import { openTransformerWeights } from "../src/engine/weights/layouts.ts";

const SIDE = 8;
const TEXT = 4;
const RUNS = 5;
/** Of float32 arithmetic in another order, and of factors rounded to 11 bits. */
const BOUNDS = { float32: 1e-3, float16: 3e-2 } as const;
const BACK: SamplingMap = [1, 0, -8, 0, 1, -4];

const mini = fileURLToPath(new URL("../models/mini/transformer", import.meta.url));
const [device = "cpu", type = "float32", dir = mini] = process.argv.slice(2);
const matmul = type === "float16" ? "float16" : "float32";
const graphDir = await mkdtemp(join(tmpdir(), "dragflow-device-"));

interface Numbers {
  readonly velocity: Float32Array;
  readonly loss: Float32Array;
  readonly grad: Float32Array;
  readonly milliseconds: Readonly<Record<"velocity" | "iteration", number>>;
}

async function numbersOn(providers: readonly string[], matmul: keyof typeof BOUNDS): Promise<Numbers> {
  const path = join(dir, "config.json");
  const config = parseFluxConfig(await readModelJson(path), path);
  const flux = new Flux(config, await openTransformerWeights(dir), { graphDir, providers, threads: 0, matmul });
  const tensor = (channels: number, seed: number) => ({
    shape: [SIDE, SIDE, channels],
    data: gaussian(SIDE * SIDE * channels, seed),
  });
  const channels = conditionChannels(config);
  const call = {
    latents: tensor(64, 1),
    ...(channels === 0 ? {} : { condition: tensor(channels, 2) }),
    text: flux.emptyText(TEXT),
    t: 0.6,
    guidance: config.guidance ? 3.5 : null,
  };
  const model = new WholeModel(flux);
  const names = [`DOUBLE-${config.doubles - 1}-0`, `DOUBLE-${config.doubles - 1}-2`];
  const cut = [8 * SIDE, 8 * SIDE] as const;
  const box = { x: 20, y: 20, width: 20, height: 20 };
  const source = await model.features(call, names, cut);
  const goal = { box, mask: new Float32Array(400).fill(1), map: BACK, source, weight: 1 };
  const velocity = () => model.velocity(call);
  const iteration = () => model.supervise({ ...call, latents: tensor(64, 5) }, names, cut, [goal]);
  const [a, b] = [await velocity(), await iteration()];
  const milliseconds = { velocity: await median(velocity), iteration: await median(iteration) };
  await flux.release();
  return { velocity: a.velocity.data, loss: Float32Array.of(b.loss), grad: b.grad.data, milliseconds };
}

async function median(work: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < RUNS; i++) {
    const start = performance.now();
    await work();
    times.push(performance.now() - start);
  }
  return times.sort((x, y) => x - y)[Math.floor(RUNS / 2)] ?? Number.NaN;
}

function difference(a: Float32Array, b: Float32Array): number {
  const scale = b.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] ?? 0))), 0) / scale;
}

try {
  const [there, here] = [await numbersOn(await providersFor(device), matmul), await numbersOn(["cpu"], "float32")];
  let worst = 0;
  for (const name of ["velocity", "loss", "grad"] as const) {
    const found = difference(there[name], here[name]);
    worst = Math.max(worst, found);
    process.stdout.write(`${name}: ${found.toExponential(1)} relative\n`);
  }
  for (const name of ["velocity", "iteration"] as const) {
    const [a, b] = [there.milliseconds[name], here.milliseconds[name]];
    process.stdout.write(`${name}: ${device} ${a.toFixed(0)} ms, cpu ${b.toFixed(0)} ms\n`);
  }
  process.exitCode = worst <= BOUNDS[matmul] ? 0 : 1;
} finally {
  await rm(graphDir, { recursive: true, force: true });
}
