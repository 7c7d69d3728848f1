/** One drag iteration and one velocity pass of the embedded model: milliseconds, GFLOP, share of the GEMM peak. */
import { performance } from "node:perf_hooks";
import { cutShape } from "../src/engine/drag/paper-regions.ts";
import { supervise, supervisionOutputs } from "../src/engine/drag/supervision.ts";
import { gaussian } from "../src/engine/edit/noise.ts";
import type { Bundle } from "../src/engine/models/bundle.ts";
import type { FluxCall } from "../src/engine/models/flux.ts";
import { flopsOf } from "./flops.ts";

export interface Measured {
  readonly name: string;
  readonly milliseconds: number;
  readonly gflop: number;
}

const RUNS = 15;

/** At a square working size; the region's box is a third of the picture's side. */
export async function dragIteration(bundle: Bundle, workingSize: number): Promise<Measured[]> {
  const { flux, settings } = bundle;
  const side = workingSize / 16;
  const call = await replayCall(bundle, side);
  const cut = cutShape([workingSize, workingSize]);
  const box = Math.floor(cut[0] / 3);
  const channels = (settings.features.length * flux.width) / 4;
  const region = {
    box: { x: box, y: box, width: box, height: box },
    mask: new Float32Array(box * box).fill(1),
    target: gaussian(channels * box * box, 3),
    weight: 1,
  };
  const sizes = new Map([
    ["T", settings.textTokens],
    ["h", side],
    ["w", side],
    ["bh0", box],
    ["bw0", box],
  ]);
  const hooks = { inject: { doubles: settings.hookDoubles, singles: settings.hookSingles } };
  const graph = flux.symbolic(hooks);
  return [
    {
      name: `drag iteration at ${workingSize}`,
      milliseconds: await median(() => supervise(flux, call, settings.features, cut, [region])),
      gflop: flopsOf(Object.values(supervisionOutputs(graph, settings.features, 1)), sizes) / 1e9,
    },
    {
      name: `velocity at ${workingSize}`,
      milliseconds: await median(() => flux.velocity(call)),
      gflop: flopsOf([graph.velocity], sizes) / 1e9,
    },
  ];
}

async function replayCall(bundle: Bundle, side: number): Promise<FluxCall> {
  const { flux, settings } = bundle;
  const tensor = (channels: number, seed: number) => ({
    shape: [side, side, channels],
    data: gaussian(side * side * channels, seed),
  });
  const call = {
    latents: tensor(64, 1),
    ...(bundle.fill ? { condition: tensor(320, 2) } : {}),
    text: flux.emptyText(settings.textTokens),
    t: 0.4,
    guidance: settings.samplingGuidance,
  };
  const capture = { doubles: settings.hookDoubles, singles: settings.hookSingles };
  const { captured } = await flux.velocity({ ...call, capture });
  return { ...call, inject: captured };
}

async function median(work: () => Promise<unknown>): Promise<number> {
  await work(); // compiles
  const times: number[] = [];
  for (let i = 0; i < RUNS; i++) {
    const start = performance.now();
    await work();
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b)[Math.floor(RUNS / 2)] ?? Number.NaN;
}
