import { availableParallelism } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { findBundle, openBundle } from "../engine/models/bundle.ts";
import { matmulOn, providersFor } from "../engine/onnx/devices.ts";
import { EditError } from "../errors.ts";
import { runInversion } from "../evals/inversion/run.ts";
import { inversionTable } from "../evals/inversion/table.ts";
import { wantedHome } from "../session/index.ts";
import type { CliRun } from "./deps.ts";
import { evalNetworks } from "./eval-networks.ts";
import { stepsOnStderr } from "./eval-steps.ts";
import { openTable, type TableFlags } from "./table-out.ts";

export interface InversionFlags extends TableFlags {
  readonly steps: number;
  readonly skip: number;
}

const SHIPPED = ["hat", "duck", "sheep", "cows", "parrot"];

/** @throws EditError of the pictures and the model, `cancelled`. */
export async function inversion(run: CliRun, pictures: readonly string[], flags: InversionFlags): Promise<void> {
  if (flags.skip >= flags.steps) {
    throw new EditError("usage", `Expected --skip below the ${flags.steps} of --steps, got ${flags.skip}`);
  }
  const home = wantedHome({ env: run.env, ...(flags.home === undefined ? {} : { flag: flags.home }) });
  const only = { ...flags, features: "none" };
  const table = await openTable(run, only, home);
  const opened = await evalNetworks(run, only, { quality: "full", model: flags.model }, { home });
  const providers = await providersFor(flags.device);
  const matmul = await matmulOn(providers);
  const dir = await findBundle(flags.model, run.cwd, home);
  const bundle = await openBundle(dir, {
    graphDir: join(home, "graphs"),
    providers,
    threads: availableParallelism(),
    matmul,
  });
  const steps = stepsOnStderr(run, flags.quiet);
  try {
    const result = await runInversion({
      bundle,
      model: flags.model,
      pictures: pictures.length === 0 ? shipped() : pictures.map((path) => resolve(run.cwd, path)),
      home,
      lpips: opened.networks.lpips,
      numSteps: flags.steps,
      skip: flags.skip,
      memo: table.memo,
      ground: table.ground,
      signal: run.signal,
      onStep: steps.tell,
    });
    steps.end();
    await table.finish(inversionTable(result), result);
  } finally {
    await bundle.release();
    await opened.close();
    await table.memo.close();
  }
}

function shipped(): string[] {
  return SHIPPED.map((name) => fileURLToPath(new URL(`../../evals/pictures/${name}.webp`, import.meta.url)));
}
