/** kill -9 of `dragflow mcp` while an agent edits: its session opens again whole, or, where it never held a picture, is
 * there to be swept; a file that it exported is whole or not there. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import sharp from "sharp";
import { mulberry } from "../../helpers/mulberry.ts";
import { type Expected, VARIANTS, wishOf } from "../edits.ts";
import { check, oneOf } from "../part.ts";
import { descendants, survivors } from "../program.ts";
import { openWhole } from "../whole.ts";

/** From the start of the process to the end of a few edits on a quiet machine. */
const WINDOW_MS = 4000;
const ORPHAN_MS = 20_000;

export interface McpBench {
  readonly home: string;
  readonly program: readonly string[];
  readonly photo: string;
  readonly expected: Expected;
}

/** Whether it was killed with pictures in its session. */
export async function killMcp({ home, program, photo, expected }: McpBench, seed: number): Promise<boolean> {
  const random = mulberry(seed);
  const root = await mkdtemp(join(home, "root-"));
  const args = [...program, "mcp", "--home", home, "--roots", `${root}:${photo}`];
  const transport = new StdioClientTransport({ command: process.execPath, args, stderr: "pipe" });
  let said = "";
  transport.stderr?.on("data", (chunk) => {
    said += chunk;
  });
  const client = new Client({ name: "killer", version: "1" });
  const working = work(client, transport, { photo, out: join(root, "out.png"), random }).catch(() => {});
  await sleep(300 + random() * WINDOW_MS);
  const pid = transport.pid ?? 0;
  const children = await descendants(pid);
  if (pid > 0) process.kill(pid, "SIGKILL");
  await working;
  await client.close();
  const orphans = await survivors([pid, ...children], ORPHAN_MS);
  check(orphans.length === 0, `processes ${orphans.join(", ")} outlived the one that was killed`);
  await wholePicture(join(root, "out.png"));
  await rm(root, { recursive: true });
  const id = /session (ses_\w+)/.exec(said)?.[1];
  if (id === undefined) return false;
  const workspace = await openWhole(home, id, expected);
  const held = workspace.history.nodes().length > 0;
  await workspace.remove();
  return held;
}

interface Work {
  readonly photo: string;
  readonly out: string;
  readonly random: () => number;
}

/** Until it is killed. */
async function work(client: Client, transport: StdioClientTransport, { photo, out, random }: Work): Promise<void> {
  await client.connect(transport);
  const ask = async (name: string, args: Record<string, unknown>) => {
    const { structuredContent } = await client.callTool({ name, arguments: args });
    return (structuredContent ?? {}) as Record<string, unknown>; // what the tool's schema says
  };
  const { imageId } = await ask("open_image", { path: photo });
  for (;;) {
    const { editId } = await ask("start_edit", { imageId, ...wishOf(oneOf(VARIANTS, random)), waitSeconds: 20 });
    await ask("export_image", { id: editId ?? imageId, path: out, overwrite: true });
    await ask("history", { action: "undo" });
  }
}

/** Throws where there is the beginning of a picture. */
async function wholePicture(path: string): Promise<void> {
  const bytes = await readFile(path).catch(() => undefined);
  if (bytes !== undefined) await sharp(bytes, { failOn: "warning" }).raw().toBuffer();
}
