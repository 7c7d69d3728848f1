/** dragflow mcp: the tools over stdio. stdout belongs to the protocol; every log line goes to stderr. */
import { type Command, Option } from "commander";
import type { SharedQueue } from "../queue/index.ts";
import { openHome, openSession } from "../session/index.ts";
import { openRoots } from "../tools/roots.ts";
import type { CliRun } from "./deps.ts";
import { type SharedFlags, sharedContext, withSharedFlags } from "./shared-context.ts";
import { type QueueFlags, withQueueFlags, withSharedQueue } from "./shared-queue.ts";

interface McpFlags extends SharedFlags, QueueFlags {
  readonly session: string;
}

export function addMcp(program: Command, run: CliRun): void {
  const command = program.command("mcp").description("MCP server over stdio");
  withQueueFlags(withSharedFlags(command))
    .option("--roots <dirs>", "folders that tools may read and write, separated like PATH (DRAGFLOW_ROOTS)")
    .addOption(new Option("--session <id>", "new, last (the one that changed last), or an id").default("new"))
    .action((flags: McpFlags) => mcp(run, flags));
}

/** Serves until the client goes away. What was opened and edited stays in the data folder. */
async function mcp(run: CliRun, flags: McpFlags): Promise<void> {
  const log = (line: string) => run.stderr.write(`dragflow: ${line}\n`);
  const home = await openHome({ env: run.env, ...(flags.home === undefined ? {} : { flag: flags.home }) });
  if (home.warning !== undefined) log(`warning home-not-writable: ${home.warning}`);
  await withSharedQueue({ run, flags, home: home.dir, log }, (queue) =>
    served(run, flags, { home: home.dir, log, queue }),
  );
}

interface Place {
  readonly home: string;
  readonly log: (line: string) => void;
  readonly queue: SharedQueue | undefined;
}

async function served(run: CliRun, flags: McpFlags, { home, log, queue }: Place): Promise<void> {
  const own = await run.createEngine({ home });
  const handed = queue?.engine(own);
  const engine = handed ?? own;
  const workspace = await openSession(home, flags.session, queue && { lock: queue.lock, handed }).catch(
    async (error) => {
      await own.close();
      throw error;
    },
  );
  try {
    for (const { code, message } of workspace.warnings) log(`warning ${code}: ${message}`);
    const shared = await sharedContext(run, flags, home);
    // Loaded late: the protocol's SDK takes a fifth of a second that the other commands need not spend.
    const { createMcpServer } = await import("../tools/mcp/server.ts");
    const { StdioServerTransport } = await import("@modelcontextprotocol/sdk/server/stdio.js");
    const roots = await openRoots(flags.roots ?? run.env.DRAGFLOW_ROOTS, run.cwd, [workspace.dir]);
    const server = createMcpServer({ ...shared, engine, workspace, roots, log });
    await server.connect(new StdioServerTransport());
    log(`serving MCP on stdio; session ${workspace.id}; files of ${roots.folders.join(", ")}`);
    await clientGone(run);
    await server.close();
  } finally {
    await (workspace.history.nodes().length > 0 ? workspace.close() : workspace.remove());
    await own.close();
  }
}

function clientGone({ stdin, signal }: CliRun): Promise<void> {
  return new Promise((resolve) => {
    stdin.once("end", resolve);
    stdin.once("close", resolve);
    // A client that is killed closes our output first; unheard, that would end the process before its session.
    process.stdout.once("error", resolve);
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
