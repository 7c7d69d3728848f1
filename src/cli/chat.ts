/** dragflow chat: say in words what should move. */
import { resolve } from "node:path";
import { type Command, Option } from "commander";
import type { ChatFlags } from "./chat-order.ts";
import type { CliRun } from "./deps.ts";
import { collect, withBudgetFlags, withDryRun, withModelFlags, withOutputFlags, withRecipeFlags } from "./flags.ts";
import { checkedReport, outOrNone } from "./out-file.ts";

interface Flags extends ChatFlags {
  readonly say?: readonly string[];
  readonly region?: string;
  readonly out?: string;
}

export function addChat(program: Command, run: CliRun): void {
  const command = program
    .command("chat")
    .description("a conversation about one picture")
    .argument("[image]", "picture to talk about; with --session the one it ended with")
    .option("--say <text>", "run this turn (repeatable) and stop", collect)
    .option("--region <spec>", "the current selection, e.g. box:x0,y0,x1,y1")
    .option("--out <file>", "file that receives the result; it stays in the data folder in any case")
    .option("--session <id>", "go on with an earlier conversation: its id, or last")
    .option("--no-keep", "leave no pictures and no transcript in the data folder")
    .addOption(
      new Option("--planner <name>", "who turns words into edits").choices(["auto", "local", "model"]).default("auto"),
    )
    .option("--roots <dirs>", "folders that tools may read and write, separated like PATH (DRAGFLOW_ROOTS)")
    .option("--plain", "lines only: no redrawing and no pictures, for screen readers and logs");
  withModelFlags(withBudgetFlags(command));
  withDryRun(withOutputFlags(withRecipeFlags(command))).action((image: string | undefined, flags: Flags) =>
    chat(run, image, flags),
  );
}

async function chat(run: CliRun, named: string | undefined, flags: Flags): Promise<void> {
  const { say = [], region } = flags;
  const out = flags.out === undefined ? undefined : await outOrNone(flags, run.cwd);
  const report = await checkedReport(flags, run.cwd);
  // Loaded late: the agent takes a quarter of a second that the other commands need not spend.
  const { converse } = await import("./converse.ts");
  const order = { image: named === undefined ? undefined : resolve(run.cwd, named), say, region, out, report };
  await converse(run, order, flags);
}
