/** The command line as a value: `buildProgram` for its shape, `runCli` for one run of it. */
import { Command, CommanderError } from "commander";
import { EditError } from "../errors.ts";
import { packageVersion } from "../tools/version.ts";
import { addChat } from "./chat.ts";
import { addDemo } from "./demo.ts";
import type { CliDeps, CliRun } from "./deps.ts";
import { addDoctor } from "./doctor.ts";
import { addEdit } from "./edit.ts";
import { addEval } from "./eval.ts";
import { addHistory } from "./history.ts";
import { addMcp } from "./mcp.ts";
import { addModels } from "./models.ts";
import { asCancelled, printError } from "./print.ts";
import { addReplay } from "./replay.ts";
import { addServe } from "./serve.ts";
import { addWorker } from "./worker.ts";

function buildProgram(run: CliRun): Command {
  const program = new Command("dragflow")
    .description("Say how a picture should change in geometry; nothing else in it changes.")
    .version(packageVersion())
    // What stands behind a command is the command's, also where one above it has a flag of that name.
    .enablePositionalOptions()
    .exitOverride()
    // Errors are printed once, by runCli; help and version are results.
    .configureOutput({ writeOut: (text) => run.stdout.write(text), writeErr: () => {}, outputError: () => {} });
  const talking = [addEdit, addChat, addReplay, addEval, addMcp, addServe, addWorker];
  for (const add of [...talking, addHistory, addModels, addDoctor, addDemo]) add(program, run);
  return program;
}

/** Runs one command line (without node and script) and resolves to its exit code; never rejects. */
export async function runCli(argv: readonly string[], deps: CliDeps): Promise<number> {
  const run: CliRun = { ...deps, exitCode: 0 };
  const program = buildProgram(run);
  try {
    await program.parseAsync(argv, { from: "user" });
    return run.exitCode;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    const json = argv.includes("--json");
    return printError(
      deps,
      error instanceof CommanderError ? usage(error, program) : asCancelled(error, deps.signal),
      json,
    );
  }
}

function usage(error: CommanderError, program: Command): EditError {
  if (error.code === "commander.help") return new EditError("usage", `Expected a command: ${commandNames(program)}`);
  const [message = "", ...more] = error.message.replace(/^error: /, "").split("\n");
  return new EditError("usage", message, { hint: [...more, "See dragflow --help"].join(" ") });
}

function commandNames(program: Command): string {
  return program.commands.map((command) => command.name()).join(", ");
}
