/** The program at a pseudo-terminal, typed to by a script: Python's pty does what Node has no module for. */
import { spawn, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));
const TYPIST = fileURLToPath(new URL("at-terminal.py", import.meta.url));

export interface TypedStep {
  /** Regular expression that new output has to match before anything is typed. */
  readonly wait: string;
  readonly send: string;
  /** Seconds between the match and the keys; default 0.2. */
  readonly pause?: number;
}

export interface Seen {
  /** Without escape sequences. */
  readonly text: string;
  readonly raw: string;
  readonly code: number;
  /** Steps that never came to their turn. */
  readonly left: number;
}

/** Why no pseudo-terminal can be had here; undefined where one can. */
export function whyNoTerminal(): string | undefined {
  const { status } = spawnSync("python3", ["-c", "import pty, fcntl, termios"]);
  return status === 0 ? undefined : "python3 with its pty module is needed to test the program at a terminal";
}

/** Runs `dragflow ...argv` and types the steps; killed after `seconds`. */
export async function atTerminal(
  argv: readonly string[],
  steps: readonly TypedStep[],
  { cwd, env, seconds = 100 }: { cwd: string; env: Readonly<Record<string, string>>; seconds?: number },
): Promise<Seen> {
  const program = [process.execPath, "--import", import.meta.resolve("tsx"), MAIN, ...argv];
  const order = { argv: program, cwd, env: { ...process.env, TERM: "xterm-256color", ...env }, steps, seconds };
  const child = spawn("python3", [TYPIST, JSON.stringify(order)], { stdio: ["ignore", "pipe", "inherit"] });
  const parts: Buffer[] = [];
  child.stdout.on("data", (part) => parts.push(part));
  await new Promise((resolve) => child.on("close", resolve));
  const { output, code, left } = JSON.parse(Buffer.concat(parts).toString("utf8"));
  // biome-ignore lint/suspicious/noControlCharactersInRegex: terminals are spoken to in them
  return { text: output.replaceAll(/\u001b\[[0-9;?]*[A-Za-z]/g, ""), raw: output, code, left };
}
