/** What a conversation leaves behind: the last edit's file, the report, the words. */
import { join } from "node:path";
import { writeWhole } from "../engine/write-whole.ts";
import type { ChatFlags, ChatOrder, Said } from "./chat-order.ts";
import type { Chat } from "./chat-turn.ts";
import type { CliRun } from "./deps.ts";
import { allWarnings, printWarnings, resultJson, resultLines } from "./print.ts";
import { writeFiles } from "./run-edit.ts";

/** The picture that the conversation is at: the last edit, unless it was taken back. */
export async function finishChat({ run, studio, conversation, said, flags }: Chat, order: ChatOrder): Promise<void> {
  const editId = studio.workspace.findEdit(conversation.current)?.id;
  if (editId === undefined) return nothing(run, said, flags, "Nothing was edited.");
  if (flags.keep === false && (order.out ?? order.report) === undefined) {
    return nothing(run, said, flags, "Nothing is kept, as --no-keep asked; /export FILE writes a picture.");
  }
  const done = await writeFiles(studio, editId, order, flags, run.signal);
  if (order.report !== undefined) {
    await writeWhole(join(order.report, "transcript.jsonl"), said.map(({ outcome }) => outcome.transcript).join(""));
  }
  if (!flags.quiet && !flags.json) printWarnings(run, allWarnings(done.record, done.written));
  const kept = flags.keep === false ? [] : [keptLine(studio.workspace.id)];
  const session = flags.keep === false ? {} : { session: studio.workspace.id };
  run.stdout.write(
    flags.json
      ? `${JSON.stringify({ ...resultJson(done), ...session, turns: said.map(turnJson) })}\n`
      : `${[...resultLines(done), ...kept].join("\n")}\n`,
  );
}

function keptLine(id: string): string {
  return `Kept as ${id}: "dragflow chat --session last" goes on, "dragflow history" lists, --no-keep leaves nothing`;
}

function nothing(run: CliRun, said: readonly Said[], { json }: ChatFlags, why: string): void {
  run.stderr.write(`${why}\n`);
  if (json) run.stdout.write(`${JSON.stringify({ ok: true, turns: said.map(turnJson), warnings: [] })}\n`);
}

function turnJson({ request, outcome: { text, assumed, accepted, editId, tier, at, used } }: Said): object {
  return { request, text, assumed, accepted, editId, tier, at, used };
}
