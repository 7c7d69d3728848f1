/** An edit's request and outcome as blobs, and back. */
import { mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
import type { EditOutcome, EditRequest } from "../engine/api.ts";
import type { BlobRef } from "../session/hash-file.ts";
import { makeFolder } from "../session/make-folder.ts";
import { modelMark } from "../session/model-mark.ts";
import { bareNames } from "../session/names.ts";
import type { SharedBlobs } from "./blobs/shared-blobs.ts";
import { portableRecipe } from "./masks.ts";
import { madeSchema, type SharedWish, wishSchema } from "./protocol.ts";
import { getJson, putJson } from "./text-blobs.ts";

/** `home` is where the asking machine keeps its models. Throws `mask-unreadable` and `store-unavailable`. */
export async function packWish(request: EditRequest, blobs: SharedBlobs, home: string): Promise<BlobRef> {
  const { image, baseDir, device, embed } = request;
  const recipe = await portableRecipe(request.recipe, baseDir);
  const model = await modelMark(recipe, baseDir, home);
  const wish: SharedWish = {
    picture: { name: `picture${safeExtension(image)}`, ...(await blobs.put(image)) },
    recipe,
    ...(model === undefined ? {} : { model }),
    ...(device === undefined ? {} : { device }),
    ...(embed === undefined ? {} : { embed }),
  };
  return putJson(blobs, wish);
}

/** The request again, with its picture in `dir`; the edit's files go to `dir`/made. */
export async function unpackWish(ref: BlobRef, blobs: SharedBlobs, dir: string): Promise<[EditRequest, SharedWish]> {
  const wish = wishSchema.parse(await getJson(blobs, ref));
  const { picture, recipe, device, embed } = wish;
  const image = join(dir, picture.name);
  await blobs.get(picture, image);
  const where = { image, baseDir: dir, dir: join(dir, "made") };
  const wishes = { ...(device === undefined ? {} : { device }), ...(embed === undefined ? {} : { embed }) };
  return [{ ...where, recipe, ...wishes }, wish];
}

/** All files of the folder, and the outcome that names them. */
export async function packOutcome(outcome: EditOutcome, dir: string, blobs: SharedBlobs): Promise<BlobRef> {
  const files = [];
  for (const name of (await readdir(dir)).sort()) files.push({ name, ...(await blobs.put(join(dir, name))) });
  return putJson(blobs, { outcome: bareNames(outcome, dir), files });
}

/** The edit's files in `dir`, all of them or none. */
export async function unpackOutcome(ref: BlobRef, blobs: SharedBlobs, dir: string): Promise<EditOutcome> {
  const { outcome, files } = madeSchema.parse(await getJson(blobs, ref));
  await makeFolder(dirname(dir), 0o700);
  const part = await mkdtemp(join(dirname(dir), `.${basename(dir)}.`));
  try {
    for (const file of files) await blobs.get(file, join(part, file.name));
    await rename(part, dir);
  } catch (error) {
    await rm(part, { recursive: true, force: true });
    throw error;
  }
  return placedIn(outcome, dir);
}

function placedIn(outcome: EditOutcome, dir: string): EditOutcome {
  const { tiers, ...files } = outcome.files;
  const placed = <Files extends Readonly<Record<string, string>>>(names: Files) =>
    // The same keys, each with a path.
    Object.fromEntries(Object.entries(names).map(([key, name]) => [key, join(dir, name)])) as Files;
  return { ...outcome, files: { ...placed(files), tiers: placed(tiers) } };
}

/** Formats are told by content; the ending is for people and for what goes by it. */
function safeExtension(path: string): string {
  const extension = extname(path).toLowerCase();
  return /^\.[a-z0-9]{1,8}$/.test(extension) ? extension : "";
}
