/** The commands of the chat, one row each: what it takes, what it says of itself, what it does. */
import { resolve } from "node:path";
import { refusalError, type Selection } from "../agent/index.ts";
import { EditError } from "../errors.ts";
import { costLines, historyLines, regionLines } from "./chat-lists.ts";
import type { Screen } from "./chat-screen.ts";
import { type Chat, say } from "./chat-turn.ts";
import { outOrNone } from "./out-file.ts";
import { writeFiles } from "./run-edit.ts";
import { selectSpec } from "./select-spec.ts";

interface Slash {
  readonly takes: string;
  readonly says: string;
  /** Lines to print. */
  run(argument: string, chat: Chat, screen: Screen): Promise<readonly string[]>;
}

const COMMANDS: Readonly<Record<string, Slash>> = {
  undo: { takes: "[STEPS]", says: "take the last turn back", run: (steps, ...rest) => step("undo", steps, ...rest) },
  redo: { takes: "[STEPS]", says: "and bring it back", run: (steps, ...rest) => step("redo", steps, ...rest) },
  history: { takes: "[ID]", says: "list pictures and edits, or go to one", run: history },
  branch: { takes: "[NAME]", says: "list branches, go to one, or begin one here", run: branch },
  regions: {
    takes: "[SPEC|none]",
    says: 'what is known, what may be meant; select one, e.g. "box:10,20,110,120"',
    run: regions,
  },
  export: { takes: "FILE", says: "write the current picture at full resolution", run: exportTo },
  cost: {
    takes: "",
    says: "tokens, money, seconds and pixels sent so far",
    run: async (_, { said }) => costLines(said),
  },
  model: { takes: "[NAME|DIR]", says: "who plans and which model edits; name one to edit with it", run: model },
  help: { takes: "", says: "this list", run: async () => helpLines() },
};

/** Throws EditError, e.g. `usage` for a command that is none. */
export async function slash(line: string, chat: Chat, screen: Screen): Promise<void> {
  const [name = "", ...rest] = line.slice(1).trim().split(/\s+/);
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined) {
    throw new EditError("usage", `Expected a command, got /${name}`, { hint: "/help lists them; words need no slash" });
  }
  for (const text of await command.run(rest.join(" "), chat, screen)) screen.out.write(`${text}\n`);
}

function helpLines(): string[] {
  const rows = Object.entries(COMMANDS).map(([name, { takes, says }]) => `  ${`/${name} ${takes}`.padEnd(22)} ${says}`);
  return ["Say in words what should move; or:", ...rows, `  ${"/quit".padEnd(22)} end (so does Ctrl-C twice)`];
}

async function step(name: "undo" | "redo", steps: string, chat: Chat, screen: Screen): Promise<string[]> {
  const { refused } = await say(chat, `${name} ${steps || "1"}`, screen);
  if (refused) throw refusalError(refused);
  return [];
}

async function history(id: string, { studio: { workspace }, conversation }: Chat): Promise<readonly string[]> {
  if (id === "") return historyLines(workspace.history, conversation.current);
  const node = await workspace.history.checkout(id);
  conversation.checkout(node.id);
  return [`The picture is ${node.id} now.`];
}

async function branch(name: string, { studio: { workspace }, conversation }: Chat): Promise<readonly string[]> {
  const { history: tree } = workspace;
  if (name === "") {
    const rows = [...tree.branches()].map(([one, end]) => `${one === tree.currentBranch ? "*" : " "} ${one} (${end})`);
    return rows.length > 0 ? rows : ["No branch has a name yet: /branch NAME begins one here"];
  }
  const known = tree.branches().has(name);
  const node = known ? await tree.checkout(name) : await tree.branch(name, conversation.current);
  if (known) conversation.checkout(node.id);
  return [known ? `The picture is ${node.id}, the end of ${name}.` : `The next edits belong to ${name}.`];
}

async function regions(spec: string, chat: Chat, screen: Screen): Promise<readonly string[]> {
  const { conversation, agent, run } = chat;
  if (spec === "none") {
    conversation.select(undefined);
    return ["Nothing is selected: the thing that stands out is meant, or the one you name."];
  }
  if (spec !== "") {
    const { line, selection } = await selectSpec(chat, conversation.current, spec);
    conversation.select(selection satisfies Selection);
    return [line];
  }
  const looked = await agent.port.call("look", { id: conversation.current, overlay: "marks" }, { signal: run.signal });
  const [image] = looked.images;
  if (image) await screen.show({ data: Buffer.from(image.data, "base64") }, "numbered: what may be meant");
  return [...regionLines(conversation.memory), ...looked.text.split("\n")];
}

async function exportTo(file: string, { conversation, studio, flags, run }: Chat): Promise<readonly string[]> {
  if (file === "") throw new EditError("usage", "Expected /export FILE, got no file");
  if (studio.workspace.findEdit(conversation.current) === undefined) {
    throw new EditError("not-found", "Nothing was edited yet: this is the picture as you gave it");
  }
  const out = await outOrNone({ out: file, force: flags.force ?? false }, run.cwd);
  const { written } = await writeFiles(studio, conversation.current, { out, report: undefined }, flags, run.signal);
  return [`Wrote ${written.path} (${written.format}).`];
}

async function model(name: string, { conversation, agent, flags, run }: Chat): Promise<readonly string[]> {
  if (name !== "") {
    conversation.use({ model: /[\\/]/.test(name) ? resolve(run.cwd, name) : name });
    return [`The next edits are made by ${name}.`];
  }
  const plans =
    agent.planner.name === "local" ? "the local grammar plans: no pixel leaves this machine" : "a model plans";
  return [`Words: ${plans}.`, `Edits: ${flags.model ?? "mini"}, unless /model named another since.`];
}
