/** A conversation in lines: pipes, logs, screen readers. Nothing is redrawn, nothing is coloured. */
import { createInterface } from "node:readline";
import type { Question } from "../agent/index.ts";
import type { Screen, Typed } from "./chat-screen.ts";
import type { CliRun } from "./deps.ts";

const PROMPT = "Say how the picture should change (/help lists commands, /quit ends): ";

/** From a pipe an empty line ends the conversation; a person's is passed over. */
export function plainScreen(run: CliRun): Screen {
  const isLive = run.stdin.isTTY === true;
  const lines = createInterface({ input: run.stdin, terminal: false, signal: run.signal });
  const typed = lines[Symbol.asyncIterator]();
  let next: Promise<Typed> | undefined;
  return {
    isLive,
    out: run.stdout,
    async ask() {
      if (isLive) run.stderr.write(PROMPT);
      const interrupted = interruption(run);
      // A line that was asked for before Ctrl-C is still to come.
      next ??= typed.next().then(({ value, done }): Typed => (done ? { type: "end" } : { type: "line", text: value }));
      const answer = await Promise.race([next, interrupted.pressed]);
      interrupted.release();
      if (answer.type !== "interrupt") next = undefined;
      return answer.type === "line" && !isLive && answer.text.trim() === "" ? { type: "end" } : answer;
    },
    async choose({ text, choices }: Question) {
      run.stdout.write(`${text}\n${choices.map(({ say }, at) => `  ${at + 1}. ${say}\n`).join("")}`);
      return undefined;
    },
    show: async () => {},
    close: () => lines.close(),
  };
}

function interruption({ interrupts }: CliRun): { pressed: Promise<Typed>; release: () => void } {
  let release = () => {};
  const pressed = new Promise<Typed>((resolve) => {
    release = interrupts?.take(() => resolve({ type: "interrupt" })) ?? release;
  });
  return { pressed, release };
}
