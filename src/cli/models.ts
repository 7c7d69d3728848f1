/** dragflow models: which models are here, what is wrong with one, getting one. */
import { resolve } from "node:path";
import type { Command } from "commander";
import { findBundle, namedBundles } from "../engine/models/find-bundle.ts";
import { ERROR_CODES } from "../errors.ts";
import type { CliRun } from "./deps.ts";
import { modelsHome } from "./models-home.ts";
import { addPull } from "./models-pull.ts";
import { checkLines, type ListedModel, listLine } from "./models-words.ts";

interface ModelsFlags {
  readonly home?: string;
  readonly json?: boolean;
}

export function addModels(program: Command, run: CliRun): void {
  const models = program.command("models").description("models on this machine: list, check, pull");
  withFlags(models.command("list").description("embedded and pulled models")).action((flags: ModelsFlags) =>
    list(run, flags),
  );
  withFlags(
    models
      .command("check")
      .argument("<model>", "a name, a folder, or FLUX's single .safetensors file")
      .description("what a model is and every tensor that is missing, unexpected or misshapen: exit 0 or 3"),
  ).action((model: string, flags: ModelsFlags) => check(run, model, flags));
  addPull(models, run);
}

function withFlags(command: Command): Command {
  return command.option("--json", "print one JSON object").option("--home <dir>", "data folder (DRAGFLOW_HOME)");
}

async function list(run: CliRun, flags: ModelsFlags): Promise<void> {
  const { checkModel } = await checker();
  const models: ListedModel[] = [];
  for (const bundle of await namedBundles(modelsHome(run, flags))) {
    const { ok, variant, parameters, bytes } = await checkModel(bundle.dir);
    models.push({ ...bundle, ok, variant: variant?.name, parameters, bytes });
  }
  run.stdout.write(flags.json ? `${JSON.stringify({ ok: true, models })}\n` : models.map(listLine).join(""));
}

async function check(run: CliRun, model: string, flags: ModelsFlags): Promise<void> {
  const { checkModel } = await checker();
  const path = /[\\/]/.test(model) ? resolve(run.cwd, model) : await findBundle(model, run.cwd, modelsHome(run, flags));
  const found = await checkModel(path);
  if (!found.ok) run.exitCode = ERROR_CODES["checkpoint-invalid"].exit;
  run.stdout.write(flags.json ? `${JSON.stringify(found)}\n` : `${checkLines(found).join("\n")}\n`);
}

/** Loaded when needed: it names graphs, which load the runtime. */
function checker() {
  return import("../engine/models/check/check-model.ts");
}
