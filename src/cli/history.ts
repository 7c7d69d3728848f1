/** dragflow history: the sessions of the data folder, and the ways through one of them. */
import { resolve } from "node:path";
import type { Command } from "commander";
import { EditError } from "../errors.ts";
import { openHome, Workspace } from "../session/index.ts";
import { historyView } from "../tools/history-output.ts";
import type { CliRun } from "./deps.ts";
import { ACTIONS, type Action, type ActionFlags } from "./history-actions.ts";
import { sessionLine, treeLines } from "./history-print.ts";
import { printWarnings } from "./print.ts";

/** Pictures that --json lists at most. */
const MOST = 100_000;

export function addHistory(program: Command, run: CliRun): void {
  const history = program.command("history").description("sessions and their edits: list, undo, redo, branches, …");
  common(history.command("list", { isDefault: true }), "the sessions, the one that changed last first").action(
    (flags: ActionFlags) => list(run, flags),
  );
  for (const action of ACTIONS) {
    const command = common(history.command([action.name, action.args ?? ""].join(" ").trim()), action.about);
    action.options?.(command);
    if (!command.options.some(({ long }) => long === "--session")) {
      command.option("--session <id>", "which session; default: the one that changed last");
    }
    command.action(() => onSession(run, action, command.args, command.opts<ActionFlags>()));
  }
  common(history.command("import <file>"), "a new session from an exported file").action(
    (file: string, flags: ActionFlags) => imported(run, file, flags),
  );
}

function common(command: Command, about: string): Command {
  return command
    .description(about)
    .option("--json", "print one JSON object")
    .option("--home <dir>", "data folder (DRAGFLOW_HOME)");
}

async function list(run: CliRun, flags: ActionFlags): Promise<void> {
  const sessions = await Workspace.list(await homeOf(run, flags));
  const lines = sessions.length === 0 ? ["No sessions yet: dragflow chat and dragflow mcp make some."] : [];
  say(run, flags, { sessions }, [...lines, ...sessions.map(sessionLine)]);
}

async function onSession(run: CliRun, action: Action, args: readonly string[], flags: ActionFlags): Promise<void> {
  const home = await homeOf(run, flags);
  const id = await sessionOf(home, flags);
  const workspace = await Workspace.open(home, id, { readOnly: action.looks ?? false });
  try {
    const { fields, line } = await action.run(workspace, args, flags, run.cwd);
    printWarnings(run, workspace.warnings);
    const { action: _, ...tree } = historyView(action.name, { workspace }, MOST);
    const about = [`Session ${id}`, ...treeLines(workspace)];
    say(run, flags, { session: id, ...tree, ...fields }, line === undefined ? about : [line]);
  } finally {
    await workspace.close();
  }
}

async function imported(run: CliRun, file: string, flags: ActionFlags): Promise<void> {
  const workspace = await Workspace.importFrom(await homeOf(run, flags), resolve(run.cwd, file));
  await workspace.close();
  say(run, flags, { session: workspace.id }, [`Imported as session ${workspace.id}`]);
}

async function homeOf(run: CliRun, { home }: ActionFlags): Promise<string> {
  const { dir, warning } = await openHome({ env: run.env, ...(home === undefined ? {} : { flag: home }) });
  if (warning !== undefined) run.stderr.write(`warning home-not-writable: ${warning}\n`);
  return dir;
}

/** Throws `not-found` where there is no session at all. */
async function sessionOf(home: string, { session }: ActionFlags): Promise<string> {
  if (session !== undefined && session !== "last") return session;
  const [last] = await Workspace.list(home);
  if (last) return last.id;
  throw new EditError("not-found", "Expected a session in the data folder, there is none", {
    hint: "dragflow chat and dragflow mcp make some",
  });
}

function say(run: CliRun, { json }: ActionFlags, fields: object, lines: readonly string[]): void {
  run.stdout.write(json ? `${JSON.stringify({ ok: true, ...fields })}\n` : `${lines.join("\n")}\n`);
}
