/** Undo, redo and back to the original, as a turn of its own: told on the same stream, done through the history tool. */
import { EditError } from "../errors.ts";
import type { Command } from "./commands.ts";
import { callTool } from "./executing.ts";
import { type Memory, originalOf } from "./memory.ts";
import { asRefusal, refusalError, refusalOf } from "./parsing.ts";
import type { TurnOptions, TurnOutcome } from "./turn.ts";
import { Turn } from "./turn-run.ts";

/** Where the command leads: a cursor among the remembered turns. Throws `not-found` where there is nothing to go to. */
function cursorAfter(command: Command, { made, cursor }: Memory): number {
  switch (command.type) {
    case "original":
      if (cursor === 0) throw new EditError("not-found", "This is the original: nothing was edited");
      return 0;
    case "undo":
      if (command.steps > cursor) throw new EditError("not-found", tooFar(command.steps, cursor, "undo"));
      return cursor - command.steps;
    case "redo": {
      const undone = made.length - cursor;
      if (command.steps > undone) throw new EditError("not-found", tooFar(command.steps, undone, "redo"));
      return cursor + command.steps;
    }
    default: {
      const never: never = command;
      throw new TypeError(`Unknown command: ${String(never)}`);
    }
  }
}

function tooFar(steps: number, there: number, what: string): string {
  if (there === 0) return `Nothing is there to ${what}`;
  return `Expected at most ${there} ${there === 1 ? "step" : "steps"} to ${what}, got ${steps}`;
}

/** `at` is the picture that the conversation goes on from; nothing is overwritten. */
export async function stepInHistory(command: Command, memory: Memory, options: TurnOptions): Promise<TurnOutcome> {
  const turn = new Turn(options);
  try {
    const cursor = cursorAfter(command, memory);
    const at = memory.made[cursor - 1]?.editId ?? originalOf(memory) ?? options.imageId;
    await checkOut(at, command, options, turn);
    return turn.went(at, wordsFor(command, memory, cursor, at));
  } catch (error) {
    const refusal = asRefusal(error);
    if (refusal === undefined) throw error;
    return turn.refuse(undefined, refusal);
  }
}

/** The session's own cursor follows, where it has one: the page and other clients see the same picture. */
async function checkOut(id: string, { type }: Command, { port }: TurnOptions, turn: Turn): Promise<void> {
  const tools = await port.list();
  if (!tools.some(({ name }) => name === "history")) return;
  const run = { port, step: 1, signal: turn.signal, onEvent: turn.emit };
  const why = type === "original" ? "back to the original" : type;
  const answer = await callTool({ type: "call", tool: "history", args: { action: "checkout", id }, why }, run);
  if (answer.isError) throw refusalError(refusalOf(answer.text));
}

function wordsFor({ type }: Command, { made, cursor }: Memory, to: number, at: string): string {
  const turns = type === "redo" ? made.slice(cursor, to) : made.slice(to, cursor).reverse();
  const list = turns.map(({ request }) => `"${request}"`).join(", ");
  return `${type === "redo" ? "Redone" : "Undone"}: ${list}. The picture is ${at}${to === 0 ? ", the original" : ""}.`;
}
