/** From the command's start to its first line of progress, in a process with nothing warm. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { PHOTO } from "./edits.ts";
import { type Spread, spreadOf } from "./rounds.ts";

export interface ColdStart {
  readonly seconds: Spread;
  /** The built command is older than a source: the figure is of an earlier state. */
  readonly stale: boolean;
}

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const COMMAND = join(ROOT, "dist", "cli", "main.js");
const EDIT = ["--region", "box:85,255,310,345", "--motion", "relocation:by=90,0", "--quality", "full", "--force"];

/** undefined where the command is not built. */
export async function coldStart(home: string, runs: number): Promise<ColdStart | undefined> {
  const built = await stat(COMMAND).catch(() => undefined);
  if (built === undefined) return undefined;
  const seconds: number[] = [];
  for (let i = 0; i < runs; i++) seconds.push(await firstProgress(join(home, `cold-${i}`)));
  return { seconds: spreadOf(seconds), stale: (await newestOf(join(ROOT, "src"))) > built.mtimeMs };
}

async function firstProgress(home: string): Promise<number> {
  const args = [COMMAND, "edit", PHOTO, ...EDIT, "--out", join(home, "out.png"), "--home", home];
  const begun = performance.now();
  const child = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "pipe"] });
  const gone = once(child, "exit");
  const [line] = (await Promise.race([once(child.stderr, "data"), gone])) as unknown[];
  const seconds = (performance.now() - begun) / 1000;
  child.kill();
  await gone;
  const text = String(line);
  if (!/^[a-z-]+ \d+\/\d+/.test(text)) throw new Error(`Expected a line of progress from dragflow edit, got ${text}`);
  return seconds;
}

async function newestOf(dir: string): Promise<number> {
  const entries = await readdir(dir, { withFileTypes: true, recursive: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => stat(join(entry.parentPath, entry.name)));
  return Math.max(...(await Promise.all(files)).map(({ mtimeMs }) => mtimeMs));
}
