/** What the command line touches of the world, handed in so that tests can run it in-process. */
import type { Readable } from "node:stream";
import type { Engine } from "../engine/api.ts";

export interface Output {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** Who asks to stop: the first Ctrl-C goes to what has taken it, if anything has; the next one to the program. */
export interface Interrupts {
  /** Returns what gives it back. */
  take(handler: () => void): () => void;
}

export interface CliDeps {
  /** Called once per command that needs the engine; nothing heavy happens before. */
  createEngine(options: { home: string }): Engine | Promise<Engine>;
  readonly stdin: Readable & { readonly isTTY?: boolean };
  /** Results only. */
  readonly stdout: Output;
  /** Progress, warnings, errors. */
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Fires on Ctrl-C. */
  readonly signal: AbortSignal;
  /** Absent where nobody can press it. */
  readonly interrupts?: Interrupts;
}

/** One run of the program: a command that fails without an error (doctor) sets `exitCode`. */
export interface CliRun extends CliDeps {
  exitCode: number;
}
