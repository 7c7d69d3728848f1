/** kill -9 at any moment loses at most what was being done: a process works on a session, is killed, and the session is
 * looked over; fifty times, each time from where the last process left it. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Workspace } from "../../src/session/index.ts";
import { readJournal } from "../../src/session/journal.ts";
import { edited, pictureBytes } from "../helpers/byte-engine.ts";
import { mulberry } from "../helpers/mulberry.ts";
import { type Report, type Shape, shapeOf } from "./shape.ts";

const KILLS = 50;
const SEED = 20251124;
const random = mulberry(SEED);

let dir: string;
let home: string;
let script: string;

beforeAll(async () => {
  // Inside the package, so that the script finds what it imports.
  const out = fileURLToPath(new URL("../../out/", import.meta.url));
  await mkdir(out, { recursive: true });
  dir = await mkdtemp(join(out, "kill-"));
  home = await mkdtemp(join(tmpdir(), "dragflow-kill-"));
  await writeFile(join(home, "picture.png"), pictureBytes(1));
  script = join(dir, "scripted.mjs");
  const source = fileURLToPath(new URL("scripted.ts", import.meta.url));
  // In one file with all its packages it starts twice as fast; those that want it find a `require`.
  await build({
    entryPoints: [source],
    outfile: script,
    bundle: true,
    platform: "node",
    format: "esm",
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
  });
});
afterAll(async () => {
  for (const folder of [dir, home]) await rm(folder, { recursive: true, force: true });
});

it(`comes back whole after ${KILLS} kills at random moments`, { timeout: 240_000 }, async () => {
  let workspace = await Workspace.create(home);
  const { id } = workspace;
  let inFlight = 0;
  let before = shapeOf(workspace);
  await workspace.close();
  for (let run = 0; run < KILLS; run++) {
    const said = await killedSomewhere(id, run);
    workspace = await Workspace.open(home, id);
    const after = shapeOf(workspace);
    const known = said.done ?? before;
    // What was finished is there to the last detail; one more step may be, if it was the one that was begun.
    if (said.begun && JSON.stringify(after) !== JSON.stringify(known)) {
      inFlight++;
      expect(stepsBetween(known, after), `run ${run}`).toBe(1);
    } else {
      expect(after, `run ${run}`).toEqual(known);
    }
    await checkBytes(workspace);
    await checkFolder(workspace);
    before = after;
    await workspace.close();
  }
  expect(before.nodes.length).toBeGreaterThan(10);
  expect(inFlight).toBeLessThan(KILLS);
});

/** Starts the script and kills it somewhere in its first steps. */
async function killedSomewhere(id: string, run: number): Promise<{ done: Shape | undefined; begun: boolean }> {
  const child = spawn(process.execPath, [script, home, id, String(SEED + run)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = once(child, "exit");
  const said = { done: undefined as Shape | undefined, begun: false };
  let steps = 1 + Math.floor(random() * 8);
  // Some die while they read and sweep what the last one left, or at any time after that.
  if (run % 5 === 4) void killSoon(child, 100 + random() * 500);
  for await (const line of createInterface({ input: child.stdout })) {
    const report: Report = JSON.parse(line);
    said.begun = report.type === "begin";
    if (report.type === "done") said.done = report.shape;
    if (report.type === "begin" && --steps === 0) void killSoon(child, random() * 12);
  }
  const [, signal] = await exited;
  expect(signal, "the script ended by itself").toBe("SIGKILL");
  return said;
}

async function killSoon(child: ChildProcess, milliseconds: number): Promise<void> {
  await sleep(milliseconds);
  child.kill("SIGKILL");
}

/** How many changes at least lie between two shapes: new or lost pictures count as one change together with the cursor. */
function stepsBetween(before: Shape, after: Shape): number {
  const had = new Set(before.nodes.map(([id]) => id));
  const has = new Set(after.nodes.map(([id]) => id));
  const added = after.nodes.filter(([id]) => !had.has(id)).length;
  const lost = before.nodes.filter(([id]) => !has.has(id)).length;
  if (added > 0 || lost > 0) return added + (lost > 0 ? 1 : 0);
  const renamed = after.nodes.filter((node, i) => JSON.stringify(node) !== JSON.stringify(before.nodes[i])).length;
  const regions = Math.abs(after.regions.length - before.regions.length);
  const moved = after.current !== before.current || after.branches.length !== before.branches.length;
  return renamed + regions + (moved || after.branch !== before.branch ? 1 : 0);
}

/** Every picture is what its parent and its seed make. */
async function checkBytes(workspace: Workspace): Promise<void> {
  expect(workspace.warnings).toEqual([]);
  for (const node of workspace.history.nodes()) {
    const bytes = await readFile(workspace.picture(node.id).path);
    const wanted =
      node.type === "image"
        ? pictureBytes(1)
        : edited(await readFile(workspace.picture(node.parent).path), node.recipe.seed);
    expect(bytes.equals(wanted), node.id).toBe(true);
  }
}

/** A journal without a fault, and nothing that it does not know of. */
async function checkFolder(workspace: Workspace): Promise<void> {
  expect((await readJournal(join(workspace.dir, "journal.jsonl"), () => {})).damaged).toBeUndefined();
  const edits = workspace.history.nodes().flatMap(({ id, type }) => (type === "edit" ? [id] : []));
  expect((await readdir(join(workspace.dir, "edits"))).sort()).toEqual(edits.sort());
  expect((await readdir(workspace.dir)).sort()).toEqual(["edits", "images", "journal.jsonl", "lock", "regions"]);
}
