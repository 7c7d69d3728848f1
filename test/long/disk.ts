/** The parts "disk-full" and "read-only": a data folder on a disk that runs full at any point of any work, or that cannot
 * be written any more. What fails says so and leaves nothing; what was finished stays; with room again all goes on. */
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createEngine, type Engine } from "../../src/engine/index.ts";
import { errorRecord } from "../../src/errors.ts";
import { Workspace } from "../../src/session/index.ts";
import { exportRequest } from "../../src/tools/export-image.ts";
import { mulberry } from "../helpers/mulberry.ts";
import { Expected, recipeFor, VARIANTS } from "./edits.ts";
import { check, Faults, oneOf, type PartOptions, type PartResult } from "./part.ts";
import { noisyPhoto } from "./photo.ts";
import { SmallDisk } from "./small-disk.ts";
import { blobsWhole, openWhole } from "./whole.ts";

const MEGABYTES = 16;
/** More than any single work below needs. */
const NEED = 1_500_000;

interface Desk {
  readonly disk: SmallDisk;
  readonly engine: Engine;
  readonly photo: string;
  /** A folder on another disk. */
  readonly elsewhere: string;
  readonly expected: Expected;
  workspace: Workspace;
  imageId: string;
}

/** Named works; each does what it does once, and takes away again what it made. */
const WORKS: Readonly<Record<string, (desk: Desk, random: () => number) => Promise<void>>> = {
  async edit({ workspace, engine, imageId, disk, expected }, random) {
    const recipe = recipeFor(oneOf(VARIANTS, random));
    const { id } = await workspace.edit(engine, imageId, { recipe, baseDir: disk.dir });
    await expected.holds(workspace.edited(id));
  },
  async job({ workspace, engine, imageId, disk }, random) {
    const recipe = recipeFor(oneOf(VARIANTS, random));
    const { jobId } = workspace.jobs.start(async (call) => ({
      editId: (await workspace.edit(engine, imageId, { recipe, baseDir: disk.dir }, call)).id,
    }));
    const { status, error } = await workspace.jobs.wait(jobId, { seconds: 60 });
    if (status !== "done") throw Object.assign(new Error(`${error?.code}: ${error?.message}`), { told: error?.code });
  },
  async open({ workspace, engine, photo }) {
    await workspace.openImage(engine, photo);
  },
  async select({ workspace, engine, imageId, disk }) {
    await workspace.select(engine, imageId, { hint: { type: "salient" }, baseDir: disk.dir });
  },
  async favourite({ workspace, imageId }, random) {
    await workspace.history.favourite(imageId, random() < 0.5);
  },
  async branch({ workspace, imageId }, random) {
    await workspace.history.branch(`b${Math.floor(random() * 1e9)}`, imageId);
  },
  async export({ workspace, engine, imageId, disk }) {
    const out = join(disk.dir, "out.png");
    await engine.exportImage(await exportRequest({ workspace }, imageId, out, true));
    await rm(out);
  },
  async archive({ workspace, disk }) {
    const { path } = await workspace.exportTo(join(disk.dir, "session.tar"), { overwrite: true });
    await rm(path);
  },
  async session({ disk }) {
    await (await Workspace.create(disk.dir)).remove();
  },
};

export async function diskFullPart(options: PartOptions): Promise<PartResult> {
  return onSmallDisk(options, async (desk, faults, counts) => {
    for (let i = 0; i < options.runs; i++) {
      const random = mulberry(options.seed + i);
      const name = oneOf(Object.keys(WORKS), random);
      const work = WORKS[name] ?? (async () => {});
      await faults.during(`run ${i}, seed ${options.seed + i}, ${name}`, async () => {
        // Most works need little: half of the fillings leave next to nothing.
        await desk.disk.fill(Math.floor(random() * (random() < 0.5 ? NEED / 20 : NEED)));
        const before = shapeOf(desk.workspace);
        const failed = await refusal(work(desk, mulberry(options.seed + i)));
        if (failed !== undefined) {
          counts.refused = (counts.refused ?? 0) + 1;
          check(failed === "disk-full" || failed === "out-unwritable", `a full disk was told as ${failed}`);
          check(shapeOf(desk.workspace) === before, "what failed changed the session");
          await nothingLeft(desk);
        }
        await desk.disk.drain();
        await work(desk, random);
        await tidied(desk);
      });
      await desk.disk.drain();
      if (i % 10 === 9) await faults.during(`after run ${i}`, () => reopened(desk));
      options.log(`disk-full: run ${i + 1} of ${options.runs}, ${faults.list.length} faults`);
    }
  });
}

export async function readOnlyPart(options: PartOptions): Promise<PartResult> {
  return onSmallDisk(options, async (desk, faults, counts) => {
    for (let i = 0; i < options.runs; i++) {
      await faults.during(`run ${i}`, async () => {
        const { workspace, engine, imageId, elsewhere } = desk;
        await desk.disk.remount("ro");
        for (const [name, work] of Object.entries(WORKS)) {
          const failed = await refusal(work(desk, mulberry(i)));
          const told = failed === "disk-read-only" || (name === "export" && failed === "out-unwritable");
          check(told || name === "archive", `${name} on a read-only disk was told as ${failed ?? "done"}`);
          counts.refused = (counts.refused ?? 0) + 1;
        }
        // What only reads goes on.
        await engine.look({ image: workspace.picture(imageId).path, maxEdge: 64, maxBytes: 60_000 });
        const out = join(elsewhere, `out-${i}.png`);
        await engine.exportImage(await exportRequest({ workspace }, imageId, out, true));
        const reader = await Workspace.open(desk.disk.dir, workspace.id, { readOnly: true });
        check(shapeOf(reader) === shapeOf(workspace), "another reader sees another session");
        await reader.close();
        await desk.disk.remount("rw");
        for (const work of Object.values(WORKS)) await work(desk, mulberry(i));
        await tidied(desk);
        await reopened(desk);
      });
      await desk.disk.remount("rw");
      options.log(`read-only: run ${i + 1} of ${options.runs}, ${faults.list.length} faults`);
    }
  });
}

async function onSmallDisk(
  { runs }: PartOptions,
  work: (desk: Desk, faults: Faults, counts: Record<string, number>) => Promise<void>,
): Promise<PartResult> {
  const why = await SmallDisk.whyNot();
  if (why !== undefined) return { runs: 0, faults: [], figures: { skipped: why } };
  const disk = await SmallDisk.mounted(MEGABYTES);
  const elsewhere = await mkdtemp(join(tmpdir(), "dragflow-elsewhere-"));
  const engine = createEngine({ home: disk.dir, threads: 1 });
  const faults = new Faults();
  const counts: Record<string, number> = {};
  try {
    const photo = await noisyPhoto(join(elsewhere, "photo.png"));
    const workspace = await Workspace.create(disk.dir);
    const { id: imageId } = await workspace.openImage(engine, photo);
    const desk: Desk = { disk, engine, photo, elsewhere, expected: new Expected(), workspace, imageId };
    await work(desk, faults, counts);
    await faults.during("at the end", async () => void (await reopened(desk)));
    await desk.workspace.close();
  } finally {
    await engine.close();
    await disk.unmount();
    await rm(elsewhere, { recursive: true, force: true });
  }
  return { runs, faults: faults.list, figures: counts };
}

/** The code that it was refused with; undefined where it was done. */
async function refusal(work: Promise<void>): Promise<string | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    const told = error instanceof Error && "told" in error ? String(error.told) : undefined;
    const { code, message } = errorRecord(error);
    return told ?? (code === "unexpected" ? `unexpected: ${message}` : code);
  }
}

function shapeOf(workspace: Workspace): string {
  const { history } = workspace;
  const regions = history.nodes().map(({ id }) => workspace.regionsOf(id).length);
  return JSON.stringify([history.nodes(), [...history.branches()], history.current, history.currentBranch, regions]);
}

async function nothingLeft({ workspace, disk }: Desk): Promise<void> {
  const { dir } = workspace;
  const folders = await readdir(join(dir, "edits"));
  check(folders.length === workspace.edits().length, `left in edits/: ${folders.join(", ")}`);
  const strange = (await readdir(dir)).filter((name) => /part|tmp|export-|^lock\./.test(name));
  check(strange.length === 0, `left in the session: ${strange.join(", ")}`);
  const outside = (await readdir(disk.dir)).filter((name) => /part|out\.png|session\.tar/.test(name));
  check(outside.length === 0, `left in the data folder: ${outside.join(", ")}`);
}

/** Only the first picture stays. */
async function tidied({ workspace, imageId }: Desk): Promise<void> {
  await workspace.history.checkout(imageId);
  for (const { id } of [...workspace.images(), ...workspace.edits()]) {
    if (id !== imageId && workspace.history.nodes().some((node) => node.id === id)) await workspace.history.remove(id);
  }
  for (const name of [...workspace.history.branches().keys()]) {
    if (name !== workspace.history.currentBranch) await workspace.history.deleteBranch(name);
  }
}

async function reopened(desk: Desk): Promise<void> {
  await desk.workspace.close();
  desk.workspace = await openWhole(desk.disk.dir, desk.workspace.id, desk.expected);
  await blobsWhole(desk.disk.dir);
}
