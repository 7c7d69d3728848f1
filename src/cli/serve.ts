/** dragflow serve: the page, the API and MCP over HTTP, for this machine or, with a token, for others. */
import { fileURLToPath } from "node:url";
import { type Command, InvalidArgumentError } from "commander";
import { EditError } from "../errors.ts";
import type { SharedQueue } from "../queue/index.ts";
import { openHome } from "../session/index.ts";
import { openRoots } from "../tools/roots.ts";
import type { CliRun } from "./deps.ts";
import { collect } from "./flags.ts";
import { type SharedFlags, sharedAgent, sharedContext, withSharedFlags } from "./shared-context.ts";
import { type QueueFlags, withQueueFlags, withSharedQueue } from "./shared-queue.ts";

interface ServeFlags extends SharedFlags, QueueFlags {
  readonly host: string;
  readonly port: number;
  readonly allowHost?: string[];
  readonly token?: string;
}

/** Shorter ones can be guessed over the network. */
const MIN_TOKEN = 16;

/** What the build makes of web/page; beside src/ and dist/ alike. */
const PAGE = fileURLToPath(new URL("../../dist/page", import.meta.url));

export function addServe(program: Command, run: CliRun): void {
  const command = program.command("serve").description("web page, HTTP API and MCP over HTTP");
  withQueueFlags(withSharedFlags(command))
    .option("--host <address>", "address to listen on; beyond this machine only with a token", "127.0.0.1")
    .option("--port <n>", "port; 0 takes any free one", portNumber, 7860)
    .option("--allow-host <name>", "a further name the server answers to (repeatable)", collect)
    .option("--token <text>", "bearer token that callers must send; several separated by commas (DRAGFLOW_TOKEN)")
    .option("--roots <dirs>", "folders that every caller may read and write; none without it (DRAGFLOW_ROOTS)")
    .action((flags: ServeFlags) => serve(run, flags));
}

/** Serves until the program is told to stop; then cancels what runs and closes what is open. */
async function serve(run: CliRun, flags: ServeFlags): Promise<void> {
  const tokens = tokensOf(flags.token ?? run.env.DRAGFLOW_TOKEN);
  // Loaded late: the protocol's SDK takes a fifth of a second that the other commands need not spend.
  const { checkExposure } = await import("../server/index.ts");
  checkExposure(flags.host, tokens);
  const log = (line: string) => run.stderr.write(`dragflow: ${line}\n`);
  const { dir: home, warning } = await openHome({
    env: run.env,
    ...(flags.home === undefined ? {} : { flag: flags.home }),
  });
  if (warning !== undefined) run.stderr.write(`warning home-not-writable: ${warning}\n`);
  await withSharedQueue({ run, flags, home, log }, (queue) => served(run, flags, { home, tokens, log, queue }));
}

interface Place {
  readonly home: string;
  readonly tokens: readonly string[];
  readonly log: (line: string) => void;
  readonly queue: SharedQueue | undefined;
}

async function served(run: CliRun, flags: ServeFlags, { home, tokens, log, queue }: Place): Promise<void> {
  const { createApp, listen, requestLog } = await import("../server/index.ts");
  const { host, port } = flags;
  const roots = await openedFolders(flags.roots ?? run.env.DRAGFLOW_ROOTS, run.cwd);
  const own = await run.createEngine({ home });
  try {
    const shared = await sharedContext(run, flags, home);
    const hostNames = (flags.allowHost ?? []).map((name) => name.toLowerCase());
    const agent = await sharedAgent(run, flags, home);
    // Somebody who watches wants to hear of failures; a log collector of everything.
    const onRequest = requestLog(run.stderr, "isTTY" in run.stderr && run.stderr.isTTY ? "error" : "info");
    const who = { roots, tokens, host, hostNames };
    const handed = queue?.engine(own);
    const elsewhere = queue && { handed, lock: queue.lock, queueDepth: () => queue.edits.depth() };
    const work = { engine: handed ?? own, home, shared, ...agent, ...elsewhere };
    const app = createApp({ ...work, ...who, pageDir: PAGE, log, onRequest });
    const server = await listen(app, { host, port });
    log(`the page and its API are on ${server.url}`);
    log(`serving MCP on ${server.url}/mcp`);
    log(
      roots.length > 0
        ? `every caller may use files of ${roots.join(", ")}`
        : "callers send pictures; no folder is open",
    );
    await stopped(run.signal);
    log("stopping");
    await server.close();
  } finally {
    await own.close();
  }
}

/** Unlike with stdio, nothing is open by default: the caller may be another person. */
async function openedFolders(named: string | undefined, cwd: string): Promise<readonly string[]> {
  return named ? (await openRoots(named, cwd)).folders : [];
}

function tokensOf(text: string | undefined): string[] {
  const tokens = (text ?? "")
    .split(",")
    .map((token) => token.trim())
    .filter((token) => token !== "");
  const short = tokens.find((token) => token.length < MIN_TOKEN);
  if (short === undefined) return tokens;
  throw new EditError("usage", `Expected tokens of at least ${MIN_TOKEN} characters, got one of ${short.length}`, {
    hint: "openssl rand -hex 32 makes a good one",
  });
}

function portNumber(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65535) return port;
  throw new InvalidArgumentError("Expected an integer from 0 to 65535.");
}

function stopped(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
