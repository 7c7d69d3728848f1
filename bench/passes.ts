/** One pass through each network of the embedded model: seconds, GFLOP, share of the matrix product's rate. */
import { gaussian } from "../src/engine/edit/noise.ts";
import type { BenchContext } from "./context.ts";
import { dragCase } from "./drag-case.ts";
import { inRounds, type Spread, type Subject, shareOf, spreadOf } from "./rounds.ts";

export interface PassRow {
  readonly pass: string;
  readonly workingSize: number;
  readonly tokens: number;
  readonly gflop: number;
  readonly seconds: Spread;
  /** Of the matrix product's rate: all seconds counted, and those inside graphs alone. */
  readonly share: Spread;
  readonly graphShare: Spread;
}

export async function passRows(context: BenchContext, workingSize: number): Promise<PassRow[]> {
  const { meter, listener, quick } = context;
  const passes = await passesAt(context, workingSize);
  const gflops = new Map<string, number>();
  const inGraphs = new Map<string, number[]>();
  for (const [name, pass] of passes) {
    await pass(); // compiles
    listener.take();
    await pass();
    gflops.set(name, listener.takeAll().flop / 1e9);
    inGraphs.set(name, []);
  }
  const listened = (name: string, pass: () => Promise<unknown>) => async () => {
    listener.take();
    const seconds = await timed(pass);
    inGraphs.get(name)?.push(listener.takeAll().seconds);
    return seconds;
  };
  const subjects = new Map<string, Subject>([...passes].map(([name, pass]) => [name, listened(name, pass)]));
  const { seconds, gemm } = await inRounds(subjects, meter, {
    least: 3,
    most: quick ? 5 : 15,
    seconds: quick ? 4 : 10,
  });
  return [...seconds].map(([pass, values]) => {
    const gflop = gflops.get(pass) ?? Number.NaN;
    return {
      pass,
      workingSize,
      tokens: (workingSize / 16) ** 2,
      gflop,
      seconds: spreadOf(values),
      share: shareOf(gflop, values, gemm),
      graphShare: shareOf(gflop, inGraphs.get(pass) ?? [], gemm),
    };
  });
}

async function passesAt({ bundle }: BenchContext, size: number): Promise<Map<string, () => Promise<unknown>>> {
  const { call } = await dragCase(bundle, { workingSize: size, replay: false, iterations: 1 });
  const picture = { shape: [1, 3, size, size], data: gaussian(3 * size * size, 4).map(Math.tanh) };
  const channels = bundle.vae.latentChannels;
  const latents = { shape: [1, channels, size / 8, size / 8], data: gaussian((channels * size * size) / 64, 5) };
  return new Map<string, () => Promise<unknown>>([
    ["velocity", () => bundle.flux.velocity(call)],
    ["encode", () => bundle.vae.encode(picture)],
    ["decode", () => bundle.vae.decode(latents)],
  ]);
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return (performance.now() - begun) / 1000;
}
