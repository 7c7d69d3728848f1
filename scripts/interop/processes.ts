/** Programs that the steps start. */
import { type ChildProcess, spawn } from "node:child_process";
import { access } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { Missing } from "./step.ts";

export const ROOT = fileURLToPath(new URL("../../", import.meta.url));
export const INTEROP = `${ROOT}test/interop/`;
export const CLI = `${ROOT}dist/cli/main.js`;

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs to the end, or for `seconds` at most. Throws Missing where the program does not exist. */
export function run(
  program: string,
  args: readonly string[],
  { seconds = 120, env = {}, cwd = ROOT }: { seconds?: number; env?: Record<string, string>; cwd?: string } = {},
): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
    const said = { stdout: "", stderr: "" };
    child.stdout.on("data", (chunk) => {
      said.stdout += String(chunk);
    });
    child.stderr.on("data", (chunk) => {
      said.stderr += String(chunk);
    });
    const timer = setTimeout(() => child.kill("SIGKILL"), seconds * 1000);
    child.once("error", (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      reject(error.code === "ENOENT" ? new Missing(`${program} is not installed`) : error);
    });
    child.once("close", (code) => {
      clearTimeout(timer);
      resolve({ code, ...said });
    });
  });
}

/** As `run`, but throws what was said where the program fails. */
export async function must(...call: Parameters<typeof run>): Promise<string> {
  const { code, stdout, stderr } = await run(...call);
  if (code === 0) return stdout;
  throw new Error(
    `${call[0]} ${call[1].join(" ")} ended with ${code}:\n${stdout.slice(-2000)}\n${stderr.slice(-2000)}`,
  );
}

/** Programs by others want a newer Node than we do. */
export const node22 = () => packagedNode("node-linux");

/** The oldest that package.json promises to run on. */
export const oldestNode = () => packagedNode("oldest-node-linux");

async function packagedNode(name: string): Promise<string> {
  const path = `${INTEROP}node_modules/${name}-${process.arch === "arm64" ? "arm64" : "x64"}/bin/node`;
  await access(path).catch(() => {
    throw new Missing(`npm ci --prefix test/interop installs ${path}`);
  });
  return path;
}

export interface Served {
  /** E.g. http://127.0.0.1:40123 */
  readonly url: string;
  stop(): Promise<void>;
}

/** dragflow serve on a free port of this machine. */
export function serve(args: readonly string[], env: Record<string, string>): Promise<Served> {
  const child = spawn(process.execPath, [CLI, "serve", "--port", "0", ...args], {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: ["ignore", "ignore", "pipe"],
  });
  return new Promise((resolve, reject) => {
    let said = "";
    child.stderr.on("data", (chunk) => {
      said += String(chunk);
      const url = /serving MCP on (\S+)\/mcp/.exec(said)?.[1];
      if (url !== undefined) resolve({ url, stop: () => stop(child) });
    });
    child.once("exit", (code) => reject(new Error(`dragflow serve ended with ${code}: ${said}`)));
  });
}

/** Asked politely, and it must obey within ten seconds. */
async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const code = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), 10_000);
  const ended = await code;
  clearTimeout(timer);
  if (ended !== 0) throw new Error(`Expected dragflow serve to end with 0 after SIGTERM, got ${ended}`);
}
