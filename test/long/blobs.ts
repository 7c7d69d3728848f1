/** The part "blobs": files of a session damaged on the disk, in every way a disk has. What cannot be mended is found by
 * its hash, the refusal names it, and everything else stays usable. */
import { copyFile, open, readFile, rename, rm, stat, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { errorRecord } from "../../src/errors.ts";
import { BlobStore } from "../../src/session/blobs.ts";
import { Workspace } from "../../src/session/index.ts";
import { readSession } from "../../src/session/read-session.ts";
import { byteEngine, edited, pictureBytes } from "../helpers/byte-engine.ts";
import { mulberry } from "../helpers/mulberry.ts";
import { recipeFor } from "./edits.ts";
import { fastFolder } from "./fast-folder.ts";
import { check, Faults, oneOf, type PartOptions, type PartResult } from "./part.ts";

/** What happens to a file's bytes. */
const DAMAGES: Readonly<Record<string, (path: string, random: () => number) => Promise<void>>> = {
  async truncated(path, random) {
    await truncate(path, Math.floor(random() * (await stat(path)).size));
  },
  async "one bit flipped"(path, random) {
    const bytes = await readFile(path);
    const at = Math.floor(random() * bytes.length);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << Math.floor(random() * 8));
    await overwritten(path, bytes);
  },
  async zeroed(path) {
    await overwritten(path, Buffer.alloc((await stat(path)).size));
  },
  async longer(path) {
    const handle = await open(path, "a");
    await handle.write("more");
    await handle.close();
  },
  async gone(path) {
    await rm(path);
  },
};

/** The same inode keeps its number: what is linked to it is damaged too. */
async function overwritten(path: string, bytes: Uint8Array): Promise<void> {
  const handle = await open(path, "r+");
  await handle.write(bytes, 0, bytes.length, 0);
  await handle.close();
}

/** Which of a file's two names is damaged: the session's file and its blob are one on most file systems, and two elsewhere. */
const WHERES = ["both", "the session's file", "the blob"] as const;

export async function blobsPart({ seed, runs, log }: PartOptions): Promise<PartResult> {
  const faults = new Faults();
  const counts = { mended: 0, "found and named": 0 };
  for (let i = 0; i < runs; i++) {
    const random = mulberry(seed + i);
    const damage = oneOf(Object.keys(DAMAGES), random);
    const where = oneOf(WHERES, random);
    await faults.during(`run ${i}, seed ${seed + i}, ${damage}, ${where}`, async () => {
      counts[(await damaged(damage, where, random)) ? "mended" : "found and named"]++;
    });
    if (i % 20 === 19) log(`blobs: run ${i + 1} of ${runs}, ${faults.list.length} faults`);
  }
  return { runs, faults: faults.list, figures: counts };
}

/** Whether the session mended it by itself. */
async function damaged(damage: string, where: (typeof WHERES)[number], random: () => number): Promise<boolean> {
  const home = await fastFolder("blobs");
  const engine = byteEngine();
  try {
    const picture = join(home, "picture.png");
    await writeFile(picture, pictureBytes(1));
    const made = await Workspace.create(home);
    const { id: root } = await made.openImage(engine, picture);
    const edit = async (from: string, seed: number) => {
      const recipe = { ...recipeFor(0), seed };
      return (await made.edit(engine, from, { recipe, baseDir: home })).id;
    };
    const [first, second] = [await edit(root, 1), await edit(root, 2)];
    const third = await edit(second, 3);
    await made.close();
    const victim = oneOf([root, first, second, third], random);
    const { state } = await readSession(home, made.id);
    // An empty file cannot be damaged.
    const file = oneOf(
      state.filesOf(victim).filter(({ bytes }) => bytes > 0),
      random,
    );
    const blob = (await new BlobStore(home).path(file)) ?? "";
    if (where !== "both") await parted(file.path);
    await DAMAGES[damage]?.(where === "the blob" ? blob : file.path, random);
    if (where === "both" && damage === "gone") await rm(blob);

    const workspace = await Workspace.open(home, made.id);
    try {
      const failure = await refusal(() => workspace.history.checkout(victim));
      const mendable = where !== "both";
      check(
        (failure === undefined) === mendable,
        `going to the damaged picture came to ${failure?.message ?? "no error"}`,
      );
      if (failure !== undefined) {
        check(failure.code === "session-damaged", `the damage was told as ${failure.code}`);
        check(failure.message.includes(file.hash), `the refusal does not name ${file.hash}: ${failure.message}`);
        await checkRefusals(workspace, victim, file.hash);
      } else check((await hashless(workspace, victim, root)) === "whole", "it was mended to other bytes");
      for (const id of [root, first, second, third]) {
        if (id === victim && failure !== undefined) continue;
        await workspace.history.checkout(id);
        await workspace.edit(engine, id, { recipe: { ...recipeFor(0), seed: 9 }, baseDir: home });
      }
      return failure === undefined;
    } finally {
      await workspace.close();
    }
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

/** Two files with the same bytes instead of one with two names. */
async function parted(path: string): Promise<void> {
  await copyFile(path, `${path}.copy`);
  await rename(`${path}.copy`, path);
}

async function refusal(work: () => Promise<unknown>): Promise<{ code: string; message: string } | undefined> {
  return work().then(
    () => undefined,
    (error: unknown) => errorRecord(error),
  );
}

/** No picture is made of damaged bytes, and none leaves. */
async function checkRefusals(workspace: Workspace, victim: string, hash: string): Promise<void> {
  const works = {
    edit: () => workspace.edit(byteEngine(), victim, { recipe: recipeFor(1), baseDir: workspace.home }),
    export: () => workspace.intact(victim),
    archive: () => workspace.exportTo(join(workspace.home, "out.tar")),
  };
  for (const [name, work] of Object.entries(works)) {
    const failure = await refusal(work);
    check(failure?.code === "session-damaged", `${name} of damaged bytes came to ${failure?.code ?? "no error"}`);
    check(failure.message.includes(hash), `${name} does not name ${hash}: ${failure.message}`);
  }
}

async function hashless(workspace: Workspace, id: string, root: string): Promise<"whole" | "other"> {
  const bytes = await readFile(workspace.picture(id).path);
  const node = workspace.history.node(id);
  const wanted =
    node.type === "image" || id === root
      ? pictureBytes(1)
      : edited(await readFile(workspace.picture(node.parent).path), node.recipe.seed);
  return bytes.equals(wanted) ? "whole" : "other";
}
