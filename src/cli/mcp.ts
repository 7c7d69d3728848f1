/** dragflow mcp: the tools over stdio. stdout belongs to the protocol; every log line goes to stderr. */
import type { Command } from "commander";
import { openRoots } from "../tools/roots.ts";
import type { CliRun } from "./deps.ts";
import { inStudio, type Studio } from "./studio.ts";

interface McpFlags {
  readonly home?: string;
  readonly roots?: string;
  readonly device?: string;
}

export function addMcp(program: Command, run: CliRun): void {
  program
    .command("mcp")
    .description("MCP server over stdio")
    .option("--home <dir>", "data folder (DRAGFLOW_HOME)")
    .option("--roots <dirs>", "folders that tools may read and write, separated like PATH (DRAGFLOW_ROOTS)")
    .option("--device <name>", "auto, cpu, cuda, webgpu, …")
    .action((flags: McpFlags) => mcp(run, flags));
}

/** Serves until the client goes away; edits that were made stay in the data folder. */
async function mcp(run: CliRun, flags: McpFlags): Promise<void> {
  await inStudio(
    run,
    flags.home,
    (studio) => serve(run, studio, flags),
    ({ hasEdits }) => hasEdits,
  );
}

async function serve(run: CliRun, { engine, workspace }: Studio, flags: McpFlags): Promise<void> {
  // Loaded late: the protocol's SDK takes a fifth of a second that the other commands need not spend.
  const { createMcpServer } = await import("../tools/mcp/server.ts");
  const { StdioServerTransport } = await import("@modelcontextprotocol/sdk/server/stdio.js");
  const roots = await openRoots(flags.roots ?? run.env.DRAGFLOW_ROOTS, run.cwd, [workspace.dir]);
  const log = (line: string) => run.stderr.write(`dragflow: ${line}\n`);
  const device = flags.device === undefined ? {} : { device: flags.device };
  const server = createMcpServer({ engine, workspace, roots, log, ...device });
  await server.connect(new StdioServerTransport());
  log(`serving MCP on stdio; files of ${roots.folders.join(", ")}`);
  await clientGone(run);
  await server.close();
}

function clientGone({ stdin, signal }: CliRun): Promise<void> {
  return new Promise((resolve) => {
    stdin.once("end", resolve);
    stdin.once("close", resolve);
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
