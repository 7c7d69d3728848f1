#!/usr/bin/env node
/** Entry of the command line: the real world handed to `runCli`. */
import { createEngine } from "../engine/process/engine.ts";
import { Spares } from "../engine/process/spares.ts";
import { processesFor } from "./early-start.ts";
import { limitsFrom } from "./limits.ts";

const interrupt = new AbortController();
let interrupts = 0;
let taken: (() => void) | undefined;
for (const name of ["SIGINT", "SIGTERM"] as const) {
  process.on(name, () => {
    const handler = name === "SIGINT" ? taken : undefined;
    taken = undefined;
    if (handler !== undefined) return handler();
    // Who asks twice does not want to wait for the engine to let go.
    if (interrupts++ > 0) process.exit(130);
    interrupt.abort();
  });
}

// Who reads no further (`| head`) has what they wanted: what is still written goes nowhere.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
}

const spares = new Spares(processesFor(process.argv.slice(2)));
const { runCli } = await import("./program.ts"); // most of what there is to load, at the same time

process.exitCode = await runCli(process.argv.slice(2), {
  createEngine: (options) => createEngine({ ...options, ...limitsFrom(process.env), spares }),
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  cwd: process.cwd(),
  signal: interrupt.signal,
  interrupts: {
    take(handler) {
      taken = handler;
      return () => {
        if (taken === handler) taken = undefined;
      };
    },
  },
});
spares.release();
