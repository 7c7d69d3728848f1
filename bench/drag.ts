/** Drag iterations of the embedded model: seconds, GFLOP, share of the matrix product's rate; beside the same computation in
 * PyTorch, once both have been seen to give the same loss and gradient. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { BenchContext } from "./context.ts";
import { type DragCase, dragCase, writeCase } from "./drag-case.ts";
import { inRounds, ratios, type Spread, type Subject, shareOf, spreadOf } from "./rounds.ts";
import { LOOPS, type Loop, type Torch } from "./torch-process.ts";

export interface DragRow {
  readonly workingSize: number;
  readonly replay: boolean;
  readonly tokens: number;
  /** Of one iteration, as its graphs count it. */
  readonly gflop: number;
  readonly seconds: Spread;
  /** Of the matrix product's rate: all seconds counted, and those inside graphs alone. */
  readonly share: Spread;
  readonly graphShare: Spread;
  readonly gemm: Spread;
  readonly rounds: number;
  readonly loops: readonly LoopRow[];
}

export interface LoopRow {
  readonly loop: Loop;
  readonly seconds: Spread;
  /** Its seconds over ours, round by round. */
  readonly ratio: Spread;
  readonly agreement: Agreement;
}

/** How far PyTorch's numbers at the first iteration are from ours, relative. */
export interface Agreement {
  readonly loss: number;
  /** Length of the difference over the length of the gradient. */
  readonly gradient: number;
}

/** Beyond these the two do not compute the same, and no time is compared. A residual whose sign falls otherwise in the last
 * bit moves a gradient by about 1e-4. */
const SAME = { loss: 1e-4, gradient: 5e-3 };
/** In one timed piece of work. */
const ITERATIONS = 2;

export async function dragRow(context: BenchContext, workingSize: number, replay: boolean): Promise<DragRow> {
  const { bundle, meter, torch, listener, home, quick } = context;
  const built = await dragCase(bundle, { workingSize, replay, iterations: ITERATIONS });
  const folder = join(home, `case-${workingSize}-${replay}`);
  const agreements = torch === undefined ? new Map<Loop, Agreement>() : await compared(built, torch, folder);
  const inGraphs: number[] = [];
  const listened = async () => {
    listener.take();
    const seconds = await ours(built);
    inGraphs.push(listener.takeAll().seconds / ITERATIONS);
    return seconds;
  };
  const subjects = new Map<string, Subject>([["ours", listened]]);
  for (const loop of torch === undefined ? [] : LOOPS) {
    subjects.set(loop, async () => ((await torch?.drag(loop, ITERATIONS))?.seconds ?? Number.NaN) / ITERATIONS);
  }
  await ours(built); // warm
  listener.take();
  await ours(built);
  const gflop = listener.takeAll().flop / ITERATIONS / 1e9;
  const { seconds, gemm } = await inRounds(subjects, meter, {
    least: 3,
    most: quick ? 5 : 15,
    seconds: quick ? 6 : 18,
  });
  const mine = seconds.get("ours") ?? [];
  return {
    workingSize,
    replay,
    tokens: (workingSize / 16) ** 2,
    gflop,
    seconds: spreadOf(mine),
    share: shareOf(gflop, mine, gemm),
    graphShare: shareOf(gflop, inGraphs, gemm),
    gemm: spreadOf(gemm),
    rounds: gemm.length,
    loops: [...agreements].map(([loop, agreement]) => {
      const theirs = seconds.get(loop) ?? [];
      return { loop, seconds: spreadOf(theirs), ratio: ratios(theirs, mine), agreement };
    }),
  };
}

/** Seconds of one iteration, everything that it does counted: goals, loss, gradient, update. */
async function ours({ drag, inversion, anchors, start }: DragCase): Promise<number> {
  const begun = performance.now();
  await drag.drag(inversion, anchors, start);
  return (performance.now() - begun) / 1000 / ITERATIONS;
}

/** Throws where PyTorch finds another loss or gradient. */
export async function compared(built: DragCase, torch: Torch, folder: string): Promise<Map<Loop, Agreement>> {
  await writeCase(folder, built);
  await torch.open(folder);
  const { drag, start, inversion, anchors } = built;
  const { loss, grad } = await drag.iterate(start, 0, inversion, anchors);
  const found = new Map<Loop, Agreement>();
  for (const loop of LOOPS) {
    const theirs = await torch.gradient(loop);
    const agreement = {
      loss: Math.abs(theirs - loss) / Math.abs(theirs),
      gradient: distance(await floats(join(folder, "grad.raw")), grad.data),
    };
    if (!(agreement.loss <= SAME.loss && agreement.gradient <= SAME.gradient)) {
      const apart = `loss by ${agreement.loss.toExponential(1)}, gradient by ${agreement.gradient.toExponential(1)}`;
      throw new Error(`Expected the ${loop} PyTorch loop to compute what we do, they differ: ${apart}`);
    }
    found.set(loop, agreement);
  }
  return found;
}

async function floats(path: string): Promise<Float32Array> {
  const { buffer, byteOffset, byteLength } = await readFile(path);
  return new Float32Array(buffer.slice(byteOffset, byteOffset + byteLength));
}

/** Relative to the length of `a`. */
function distance(a: Float32Array, b: Float32Array): number {
  let [apart, length] = [0, 0];
  for (const [i, value] of a.entries()) {
    apart += (value - (b[i] ?? Number.NaN)) ** 2;
    length += value ** 2;
  }
  return Math.sqrt(apart / length);
}
