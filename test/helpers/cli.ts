/** One run of the command line in-process, against an engine without a model, in a temporary folder. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { runCli } from "../../src/cli/program.ts";
import { FakeEngine } from "./fake-engine.ts";
import { photo } from "./mcp.ts";

export interface CliResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliBench {
  readonly engine: FakeEngine;
  /** Working directory; holds photo.png, 48 x 32. */
  readonly cwd: string;
  readonly home: string;
  /** How often an engine was asked for. */
  started: number;
  /** `heard` receives stderr as it comes. */
  run(
    argv: readonly string[],
    options?: {
      stdin?: string;
      signal?: AbortSignal;
      debug?: boolean;
      env?: Readonly<Record<string, string>>;
      heard?: (text: string) => void;
    },
  ): Promise<CliResult>;
  close(): Promise<void>;
}

export async function startBench(): Promise<CliBench> {
  const base = await mkdtemp(join(tmpdir(), "dragflow-cli-"));
  const cwd = await mkdtemp(join(base, "cwd-"));
  await photo(join(cwd, "photo.png"));
  const home = join(base, "home");
  const engine = new FakeEngine();
  const bench: CliBench = {
    engine,
    cwd,
    home,
    started: 0,
    async run(argv, { stdin = "", signal = new AbortController().signal, debug = false, env = {}, heard } = {}) {
      const said = { stdout: "", stderr: "" };
      const sink = (name: keyof typeof said) => ({
        write(text: string) {
          said[name] += text;
          if (name === "stderr") heard?.(text);
        },
      });
      const code = await runCli(argv, {
        createEngine() {
          bench.started++;
          return engine;
        },
        stdin: Readable.from([stdin]),
        stdout: sink("stdout"),
        stderr: sink("stderr"),
        env: { DRAGFLOW_HOME: home, ...(debug ? { DRAGFLOW_DEBUG: "1" } : {}), ...env },
        cwd,
        signal,
      });
      return { code, ...said };
    },
    close: () => rm(base, { recursive: true, force: true }),
  };
  return bench;
}
