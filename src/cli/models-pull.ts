/** dragflow models pull: a model from the hub, its licence read and accepted first. */

import type { Command } from "commander";
import type { HubLicence } from "../engine/hub/client.ts";
import type { Pulled } from "../engine/hub/pull.ts";
import { canPrompt } from "./can-prompt.ts";
import type { CliRun } from "./deps.ts";
import { collect } from "./flags.ts";
import { modelsHome } from "./models-home.ts";
import { gigabytes } from "./models-words.ts";
import { progressSink } from "./progress.ts";

interface PullFlags {
  readonly home?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly name?: string;
  readonly revision?: string;
  readonly token?: string;
  readonly file?: readonly string[];
  readonly acceptLicence?: boolean;
}

export function addPull(models: Command, run: CliRun): void {
  models
    .command("pull")
    .argument("<id>", "repository on the hub, owner/name")
    .description("get a model into <home>/models, to be used with --model NAME")
    .option("--name <name>", "its name here; NAME/adapter puts it into another model's folder")
    .option("--revision <rev>", "branch, tag or commit (default: main)")
    .option("--token <token>", "access token; better given as HF_TOKEN, which other users cannot see")
    .option("--file <path>", "this file of the repository only; may be repeated", collect)
    .option("--accept-licence", "accept the licence shown without being asked")
    .option("--json", "print one JSON object")
    .option("--quiet", "no progress")
    .option("--home <dir>", "data folder (DRAGFLOW_HOME)")
    .action((id: string, flags: PullFlags) => pull(run, id, flags));
}

async function pull(run: CliRun, id: string, flags: PullFlags): Promise<void> {
  const { pullModel } = await import("../engine/hub/pull.ts");
  const sink = progressSink(run.stderr, flags.quiet === true || flags.json === true);
  const token = flags.token ?? run.env.HF_TOKEN;
  try {
    const pulled = await pullModel({
      id,
      home: modelsHome(run, flags),
      signal: run.signal,
      ...(flags.name === undefined ? {} : { name: flags.name }),
      ...(flags.revision === undefined ? {} : { revision: flags.revision }),
      ...(flags.file === undefined ? {} : { files: flags.file }),
      ...(token ? { token } : {}),
      ...(run.env.HF_ENDPOINT ? { hubUrl: run.env.HF_ENDPOINT } : {}),
      offline: /^(1|true|yes|on)$/i.test(run.env.HF_HUB_OFFLINE ?? ""),
      accept: (licence, bytes) => accept(run, id, flags, licence, bytes),
      onProgress: ({ file, done, total }) => sink.onProgress({ stage: file, done, total }),
    });
    sink.end();
    run.stdout.write(flags.json ? `${JSON.stringify({ ok: true, ...pulled })}\n` : words(pulled));
  } finally {
    sink.end();
  }
}

async function accept(run: CliRun, id: string, flags: PullFlags, licence: HubLicence, bytes: number): Promise<boolean> {
  const link = licence.link === undefined ? "" : ` (${licence.link})`;
  run.stderr.write(`Licence of ${id}: ${licence.name}${link}. ${gigabytes(bytes)} to get.\n`);
  if (flags.acceptLicence) return true;
  if (!run.stdin.isTTY || !run.stderr.isTTY || flags.json || !canPrompt()) return false;
  const { confirm, isCancel } = await import("@clack/prompts");
  const answer = await confirm({
    message: "Do you accept this licence?",
    initialValue: false,
    output: run.stderr as NodeJS.WriteStream, // a terminal, as just seen
  });
  return !isCancel(answer) && answer;
}

function words({ dir, name, commit, fetched, bytes }: Pulled): string {
  const state =
    fetched === 0 ? "already here, every file checked" : `${gigabytes(fetched)} of ${gigabytes(bytes)} fetched`;
  return `${name} is at ${dir}: ${state}\nPin this state with --revision ${commit}\nNext: dragflow models check ${name}\n`;
}
