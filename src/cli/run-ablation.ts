import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { findBundle } from "../engine/models/bundle.ts";
import { exists } from "../engine/models/find-bundle.ts";
import { parseFluxConfig } from "../engine/models/flux-config.ts";
import { readModelJson } from "../engine/models/json.ts";
import { readSettings } from "../engine/models/read-settings.ts";
import { EditError } from "../errors.ts";
import { runAblations } from "../evals/ablation/run.ts";
import { ablationTable } from "../evals/ablation/table.ts";
import { type Ablation, ablations } from "../evals/ablation/variants.ts";
import { loadDataset } from "../evals/datasets/index.ts";
import { SCORERS } from "../evals/metrics/index.ts";
import { datasetSuite } from "../evals/suite/dataset-suite.ts";
import { wantedHome } from "../session/index.ts";
import type { CliRun } from "./deps.ts";
import { evalNetworks } from "./eval-networks.ts";
import { stepsOnStderr } from "./eval-steps.ts";
import { openTable, type TableFlags } from "./table-out.ts";

export interface AblationFlags extends TableFlags {
  readonly seed: number;
  readonly only?: string;
  readonly dataset?: string;
  readonly limit?: number;
}

const SHIPPED = fileURLToPath(new URL("../../evals/sets/red-mini", import.meta.url));

/** @throws EditError `usage` for an ablation that is none, of the data set and the model, `cancelled`. */
export async function ablation(run: CliRun, flags: AblationFlags): Promise<void> {
  const home = wantedHome({ env: run.env, ...(flags.home === undefined ? {} : { flag: flags.home }) });
  const { all, missing } = await known(run, flags, home);
  const wanted = chosen(all, flags.only);
  const path = flags.dataset === undefined ? SHIPPED : resolve(run.cwd, flags.dataset);
  const { suite, notes } = await cases(path, flags, home);
  const table = await openTable(run, flags, home);
  const opened = await evalNetworks(run, flags, { quality: "full", model: flags.model }, { home });
  const engine = await run.createEngine({ home });
  const dir = await mkdtemp(join(tmpdir(), "dragflow-ablation-"));
  const steps = stepsOnStderr(run, flags.quiet);
  try {
    const { networks } = opened;
    const { memo, ground } = table;
    const what = { ablations: wanted, cases: suite.cases, scorers: SCORERS, networks, dir, memo, ground };
    const call = { signal: run.signal };
    const results = await runAblations({ ...what, engine, call, device: flags.device, onStep: steps.tell });
    steps.end();
    const said = [ALWAYS, ...(flags.only === undefined ? missing : []), ...notes, ...opened.notes];
    const tables = results.map((one) => ablationTable(one, SCORERS)).join("\n");
    await table.finish(`${tables}\n${said.join("\n")}\n`, { ablations: results, notes: said });
  } finally {
    await engine.close();
    await opened.close();
    await table.memo.close();
    await rm(dir, { recursive: true, force: true });
  }
}

/** What this model can be asked, and in words what it cannot. */
async function known({ cwd }: CliRun, { model }: AblationFlags, home: string) {
  const dir = await findBundle(model, cwd, home);
  const { features, transportIterations } = await readSettings(dir);
  const config = join(dir, "transformer", "config.json");
  const { doubles } = parseFluxConfig(await readModelJson(config), config);
  const readsPrompts = await exists(join(dir, "text_encoder"));
  const hasAdapter = await exists(join(dir, "adapter", "config.json"));
  const all = ablations({ features, iterations: transportIterations, doubles, readsPrompts, hasAdapter });
  const missing = [
    ...(readsPrompts ? [] : ["The paper's Table 5 is left out: this model reads no prompts."]),
    ...(hasAdapter ? [] : ["The adapter's row of Table 3 is left out: this model has none."]),
  ];
  return { all, missing };
}

function chosen(all: readonly Ablation[], only: string | undefined): Ablation[] {
  if (only === undefined) return [...all];
  return only.split(",").map((name) => {
    const found = all.find((one) => one.name === name.trim());
    if (found !== undefined) return found;
    const names = all.map((one) => one.name).join(", ");
    throw new EditError("usage", `Expected --only of ${names} for this model, got ${name}`);
  });
}

async function cases(path: string, { seed, model, limit }: AblationFlags, home: string) {
  const dataset = await loadDataset(path, { limit, cacheDir: join(home, "evals", "regions") });
  return datasetSuite(dataset, { quality: "full", seed, model });
}

/** What no number says. */
const ALWAYS =
  "Every picture is the model's own, whatever the preview would have scored; outside the editable area it is the input's by construction, so that what a free background changes shows in the editable columns only.";
