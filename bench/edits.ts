/** Whole edits, each kind in a process of its own: seconds and GFLOP by stage, share of the matrix product's rate, peak
 * memory. The photo is the shipped one. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Seconds } from "../src/engine/api.ts";
import type { Quality, RecipeInput } from "../src/engine/recipe/schema.ts";
import type { BenchContext } from "./context.ts";
import { type GraphWork, OUTSIDE } from "./listen.ts";
import { ratios, type Spread, shareOf, spreadOf } from "./rounds.ts";

export interface EditWish {
  readonly home: string;
  readonly threads: number;
  readonly quality: Quality;
  readonly options?: RecipeInput["options"];
  /** One after another, in one engine. Another seed fills what is uncovered anew, the same one finds it filled. */
  readonly edits: readonly { image: string; operations: RecipeInput["operations"]; seed: number }[];
  /** Whether the matrix product is measured before and after each. */
  readonly gemm: boolean;
}

export interface RunTiming {
  readonly seconds: Seconds;
  readonly work: Readonly<Record<string, GraphWork>>;
  /** Of the process, up to the end of each stage. */
  readonly peaks: Readonly<Record<string, number>>;
  /** Of the process, up to then. */
  readonly peakMemoryBytes: number;
  readonly tier: Quality;
  /** GFLOP/s of the matrix product beside it. */
  readonly gemm?: number;
}

export interface EditTimings {
  readonly runs: readonly RunTiming[];
}

export interface StageRow {
  readonly stage: string;
  readonly seconds: Spread;
  /** Of it, inside the runs of graphs. */
  readonly inGraphs: number;
  readonly gflop: number;
  /** Absent for stages without graphs. */
  readonly share?: Spread;
  /** Most that the process took in its first edit, up to the stage's end. */
  readonly peakMemoryBytes: number;
}

export interface EditRow {
  readonly quality: Quality;
  readonly workingSize: number;
  /** The first edit of a process: graphs are compiled, OpenCV is loaded. */
  readonly cold: number;
  readonly total: Spread;
  /** A preview of the same region once more: what it uncovers is filled already. */
  readonly again?: number;
  readonly stages: readonly StageRow[];
  readonly gflop: number;
  /** Seconds over GFLOP / (0.6 · matrix product's rate beside it); absent without a model. */
  readonly overBound?: Spread;
  readonly peakMemoryBytes: number;
}

export const PHOTO = fileURLToPath(new URL("../examples/boat.webp", import.meta.url));
export const OPERATIONS: RecipeInput["operations"] = [
  { region: { box: [85, 255, 310, 345] }, motion: { type: "relocation", by: [90, 0] } },
];
/** A graph is said to be good that reaches so much of the matrix product's rate. */
export const GOOD = 0.6;

const CHILD = fileURLToPath(new URL("edit-child.ts", import.meta.url));
const run = promisify(execFile);

export async function inChild(wish: EditWish): Promise<EditTimings> {
  const args = ["--import", "tsx", CHILD, JSON.stringify(wish)];
  const { stdout } = await run(process.execPath, args, { maxBuffer: 2 ** 26 });
  return JSON.parse(stdout) as EditTimings; // as edit-child.ts writes it
}

export async function editRow({ home, threads, quick }: BenchContext, quality: Quality, workingSize: number) {
  const warm = quick ? 1 : 3;
  const seeds = [...Array(warm + 1).keys(), ...(quality === "preview" ? [warm] : [])];
  const edits = seeds.map((seed) => ({ image: PHOTO, operations: OPERATIONS, seed }));
  const options = quality === "preview" ? {} : { options: { workingSize } };
  const { runs } = await inChild({ home, threads, quality, ...options, edits, gemm: true });
  return rowOf(quality, workingSize, runs);
}

/** The first run is the cold one; of a preview, the last is the repeated one. */
export function rowOf(quality: Quality, workingSize: number, runs: readonly RunTiming[]): EditRow {
  const [cold, ...warm] = runs;
  const again = quality === "preview" ? warm.pop() : undefined;
  const gemm = warm.map((one) => one.gemm ?? Number.NaN);
  const totals = warm.map(({ seconds }) => seconds.total);
  const gflop = gflopOf(warm[0]?.work ?? {});
  const bounds = gemm.map((rate) => gflop / (GOOD * rate));
  return {
    quality,
    workingSize,
    cold: cold?.seconds.total ?? Number.NaN,
    total: spreadOf(totals),
    ...(again && { again: again.seconds.total }),
    stages: stagesOf(warm, gemm, cold),
    gflop,
    ...(gflop === 0 ? {} : { overBound: ratios(totals, bounds) }),
    peakMemoryBytes: Math.max(...runs.map(({ peakMemoryBytes }) => peakMemoryBytes)),
  };
}

function gflopOf(work: RunTiming["work"]): number {
  return Object.values(work).reduce((sum, { flop }) => sum + flop, 0) / 1e9;
}

/** What is timed, in order, and the rest of the whole: decoding, preview, measuring, writing. */
function stagesOf(runs: readonly RunTiming[], gemm: readonly number[], cold: RunTiming | undefined): StageRow[] {
  const [first] = runs;
  if (first === undefined) return [];
  const { total: _, ...timed } = first.seconds;
  const names = (Object.keys(timed) as (keyof typeof timed)[]).filter((name) => timed[name] > 0);
  const rows = names.map((stage) => {
    const seconds = runs.map((one) => one.seconds[stage]);
    const gflop = (first.work[stage]?.flop ?? 0) / 1e9;
    return {
      stage,
      seconds: spreadOf(seconds),
      inGraphs: inGraphs(runs, stage),
      gflop,
      ...(gflop === 0 ? {} : { share: shareOf(gflop, seconds, gemm) }),
      peakMemoryBytes: cold?.peaks[stage] ?? Number.NaN,
    };
  });
  const rest = runs.map(({ seconds }) => seconds.total - names.reduce((sum, name) => sum + seconds[name], 0));
  const gflop = (first.work[OUTSIDE]?.flop ?? 0) / 1e9;
  return [
    ...rows,
    {
      stage: "picture",
      seconds: spreadOf(rest),
      inGraphs: inGraphs(runs, OUTSIDE),
      gflop,
      peakMemoryBytes: cold?.peakMemoryBytes ?? Number.NaN,
    },
  ];
}

function inGraphs(runs: readonly RunTiming[], stage: string): number {
  return spreadOf(runs.map(({ work }) => work[stage]?.seconds ?? 0)).median;
}
