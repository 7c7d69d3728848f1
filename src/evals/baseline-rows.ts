/** The rows of a trial's table: the baselines, and whatever else is measured over the edit's zones. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { CallOptions, EditOutcome, Warning } from "../engine/api.ts";
import { EditError } from "../errors.ts";
import type { Baseline, BaselineCase } from "./baseline.ts";
import { measure } from "./measures.ts";
import type { Networks } from "./metrics/networks.ts";
import { BASELINE_FAILED, type MethodResult } from "./result.ts";
import type { KeptPictures } from "./run-folder.ts";
import { type Cost, type Reference, readShot, type Shot, sampleOf, type Zones } from "./sample.ts";
import type { Scorer } from "./scorer.ts";
import type { EvalStudio } from "./studio.ts";

export interface RowGround {
  readonly scorers: readonly Scorer[];
  readonly baselines: readonly Baseline[];
}

export interface Rows {
  /** Baselines first. */
  readonly methods: readonly MethodResult[];
  readonly warnings: readonly Warning[];
}

export interface Scene {
  readonly zones: Zones;
  readonly original: Shot;
  readonly recipe: EditOutcome["recipe"];
  readonly reference: Reference;
  readonly networks: Networks;
}

export async function row(
  { scorers }: Pick<RowGround, "scorers">,
  scene: Scene,
  method: string,
  image: string,
  cost: Cost,
  pictures: KeptPictures,
): Promise<MethodResult> {
  const measures = await measure(sampleOf({ ...scene, result: await readShot(image), cost }), scorers);
  const picture = await pictures.result(method, image);
  return { method, measures, cost, ...(picture === undefined ? {} : { picture }) };
}

export async function runBaselines(
  { engine }: EvalStudio,
  ground: RowGround,
  scene: Scene,
  base: Omit<BaselineCase, "dir">,
  work: string,
  pictures: KeptPictures,
  call: CallOptions,
): Promise<Rows> {
  const methods: MethodResult[] = [];
  const warnings: Warning[] = [];
  for (const baseline of ground.baselines) {
    const dir = join(work, baseline.name);
    await mkdir(dir, { recursive: true });
    const made = await baseline.run({ ...base, dir }, engine, call).catch((error: unknown) => failure(error, call));
    if (made === undefined) continue;
    if (made instanceof EditError) {
      warnings.push({ code: BASELINE_FAILED, message: `${baseline.label}: ${made.message}` });
      continue;
    }
    const { image, ...cost } = made;
    methods.push(await row(ground, scene, baseline.name, image, cost, pictures));
  }
  return { methods, warnings };
}

/** A baseline that cannot is no fault of the edit: its row is missing, and why is said. */
function failure(error: unknown, { signal }: CallOptions): EditError {
  if (error instanceof EditError && error.code !== "cancelled" && !signal?.aborted) return error;
  throw error;
}
