/** One inversion step, drag iterations and one velocity on a transformer, block by block, with what they took. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { KvCache } from "../../src/engine/drag/kv-cache.ts";
import type { SamplingMap } from "../../src/engine/drag/paper-affine.ts";
import { memoryNeed, modelSize } from "../../src/engine/edit/memory.ts";
import { modelView } from "../../src/engine/edit/model-view.ts";
import { gaussian } from "../../src/engine/edit/noise.ts";
import { LayeredModel } from "../../src/engine/layered/layered-model.ts";
import { Flux } from "../../src/engine/models/flux.ts";
import { parseFluxConfig } from "../../src/engine/models/flux-config.ts";
import { readModelJson } from "../../src/engine/models/json.ts";
import { parseSettings } from "../../src/engine/models/settings.ts";
import { openTransformerWeights } from "../../src/engine/weights/layouts.ts";

export interface BigModelReport {
  /** Bytes. */
  readonly stored: number;
  readonly largestBlock: number;
  readonly peak: number;
  readonly bound: number;
  readonly estimate: number;
  /** Milliseconds. */
  readonly velocity: number;
  readonly iteration: number;
  readonly grad: Float32Array;
}

const GIB = 2 ** 30;
const TEXT_TOKENS = 64;
const BACK: SamplingMap = [1, 0, -24, 0, 1, -8];

export async function runBigModel(
  dir: string,
  workingSize: number,
  say: (line: string) => void,
): Promise<BigModelReport> {
  const path = join(dir, "config.json");
  const config = parseFluxConfig(await readModelJson(path), path);
  const source = await openTransformerWeights(dir);
  const flux = new Flux(config, source, { graphDir: join(dir, "graphs"), providers: ["cpu"], threads: 2 });
  const size = modelSize(config, source);
  const [last, before] = [config.doubles - 1, config.doubles - 2];
  const settings = parseSettings(
    {
      features: [`DOUBLE-${before}-0`, `DOUBLE-${before}-2`, `DOUBLE-${last}-0`, `DOUBLE-${last}-2`],
      hookDoubles: [0, last],
      hookSingles: [config.singles - 1],
      textTokens: TEXT_TOKENS,
      workingSize,
      kvMemory: 0, // as the cache below
    },
    "settings",
  );
  const picture = { width: workingSize, height: workingSize };
  const view = modelView([0, 0, workingSize, workingSize], picture, workingSize);
  const need = memoryNeed(size, settings, view, "layerwise");
  const model = new LayeredModel(flux, size.stored);
  const latents = { shape: [view.h, view.w, 64], data: gaussian(view.h * view.w * 64, 1) };
  const states = { shape: [TEXT_TOKENS, config.textWidth], data: gaussian(TEXT_TOKENS * config.textWidth, 2) };
  const text = { txt: states, pooled: { shape: [1, config.pooledWidth], data: gaussian(config.pooledWidth, 3) } };
  const call = { latents, text, t: 0.8, guidance: config.guidance ? 3.5 : null };
  const kv = new KvCache({ precision: "16-bit", budget: 0, dir: join(dir, "scratch") });

  const capture = { doubles: settings.hookDoubles, singles: settings.hookSingles };
  const [velocity] = await timed(async () => kv.add((await model.velocity({ ...call, capture })).captured));
  say(`velocity with capture: ${(velocity / 1000).toFixed(1)} s, resident ${gib(resident("VmRSS"))}`);
  const replay = { ...call, inject: await kv.get(0) };
  const side = Math.floor(view.cut[0] / 3);
  const box = { x: side, y: side, width: side, height: side };
  const mask = new Float32Array(side * side).fill(1);
  const original = await model.features(replay, settings.features, view.cut);
  let grad = new Float32Array();
  let iteration = 0;
  for (let k = 0; k < 2; k++) {
    const [spent, result] = await timed(() =>
      model.supervise(replay, settings.features, view.cut, [{ box, mask, map: BACK, source: original, weight: 1 }]),
    );
    iteration = spent;
    grad = Float32Array.from(result.grad.data);
    say(
      `drag iteration: ${(spent / 1000).toFixed(1)} s, loss ${result.loss.toFixed(4)}, resident ${gib(resident("VmRSS"))}`,
    );
  }
  const [again] = await timed(() => model.velocity(replay));
  await model.release();
  await kv.close();
  const peak = resident("VmHWM");
  const bound = size.stored + 2 * 4 * size.largestBlock + GIB;
  say(`velocity with replay: ${(again / 1000).toFixed(1)} s`);
  say(`weights as stored ${gib(size.stored)}, largest block in float32 ${gib(4 * size.largestBlock)}`);
  say(`estimate ${gib(need.total)} beside mapped weights ${gib(size.stored)}`);
  say(`peak ${gib(peak)} of at most ${gib(bound)}`);
  return {
    stored: size.stored,
    largestBlock: size.largestBlock,
    peak,
    bound,
    estimate: need.total,
    velocity,
    iteration,
    grad,
  };
}

async function timed<T>(work: () => Promise<T>): Promise<[milliseconds: number, result: T]> {
  const start = performance.now();
  const result = await work();
  return [performance.now() - start, result];
}

/** Bytes from /proc: resident now or at its peak; elsewhere what Node knows of its peak. */
function resident(field: "VmRSS" | "VmHWM"): number {
  try {
    const [, kib] = new RegExp(`${field}:\\s+(\\d+)`).exec(readFileSync("/proc/self/status", "utf8")) ?? [];
    return Number(kib) * 1024;
  } catch {
    return process.resourceUsage().maxRSS * 1024;
  }
}

function gib(bytes: number): string {
  return `${(bytes / GIB).toFixed(2)} GiB`;
}
