/** Cuts the suite's objects and grounds out of the photo collections, once: what it writes is committed, so nobody needs
 * the collections to run the suite. `node --import tsx scripts/quality/cut-objects.ts <photos> <photos-val>` */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { areaPixels, boundingBox, erode } from "../../src/engine/geometry/mask.ts";
import { sharp } from "../../src/engine/image/sharp.ts";
import type { Box, Mask, Rgb } from "../../src/engine/raster.ts";
import { foregroundColours } from "../../src/engine/retouch/foreground.ts";
import { cropMask, cropRgb, growBox } from "../../src/engine/retouch/resample.ts";
import { loadOpenCv } from "../../src/engine/segment/opencv.ts";
import { selectFromHint } from "../../src/engine/segment/select.ts";

interface Source {
  readonly name: string;
  readonly photo: string;
  readonly half: "dev" | "reported";
  /** Shares of the photo's edges: around the object, or the part that serves as a ground. */
  readonly box: Box;
}

/** Longest edge of an object, twice what it is drawn at, and width of a ground. */
const OBJECT_EDGE = 360;
const GROUND_WIDTH = 512;
const HEIGHT = 384;

const root = join(import.meta.dirname, "..", "..", "evals", "quality");
const [photos, photosVal] = process.argv.slice(2);
if (photos === undefined || photosVal === undefined) throw new Error("Expected: cut-objects.ts <photos> <photos-val>");
const folders = { dev: photos, reported: photosVal };
const { objects, grounds } = JSON.parse(await readFile(join(root, "sources.json"), "utf8")) as Record<
  "objects" | "grounds",
  Source[]
>;
const cv = await loadOpenCv();
const credits = new Map<string, string>();

for (const object of objects) await cutObject(object);
for (const ground of grounds) await cutGround(ground);
const header = (await readFile(join(photosVal, "SOURCES.tsv"), "utf8")).split("\n")[0]?.split("\t").slice(1) ?? [];
await writeFile(
  join(root, "SOURCES.tsv"),
  `${[["file", "photo", ...header].join("\t"), ...[...credits.values()].sort()].join("\n")}\n`,
);

async function cutObject(source: Source): Promise<void> {
  const rgb = await read(source);
  const { mask } = selectFromHint(rgb, { type: "box", box: scaled(source.box, rgb) }, cv);
  const alpha = await clean(mask);
  const box = growBox(boundingBox(alpha) ?? [0, 0, rgb.width, rgb.height], 3, rgb);
  const colours = foregroundColours(cropRgb(rgb, box), cropMask(alpha, box));
  await write(join(root, "objects", source.name), colours, cropMask(alpha, box));
  console.log(source.name, (areaPixels(mask) / (rgb.width * rgb.height)).toFixed(3));
  await credit(`objects/${source.name}.webp`, source);
}

/** Inside the border, where no colour of the photo's ground is left, and smooth. */
async function clean(mask: Mask): Promise<Mask> {
  const { width, height } = mask;
  const raw = { raw: { width, height, channels: 1 as const } };
  const smooth = await sharp(mask.data, raw).blur(2.5).threshold(128).toColourspace("b-w").raw().toBuffer();
  const inner = erode({ width, height, data: new Uint8Array(smooth) }, 1.5);
  const data = await sharp(inner.data, raw).blur(1).toColourspace("b-w").raw().toBuffer();
  return { width, height, data: new Uint8Array(data) };
}

async function write(path: string, { width, height, data }: Rgb, alpha: Mask): Promise<void> {
  const fit = { width: OBJECT_EDGE, height: OBJECT_EDGE, fit: "inside" as const, withoutEnlargement: true };
  await sharp(data, { raw: { width, height, channels: 3 } })
    .resize(fit)
    .webp({ quality: 92 })
    .toFile(`${path}.webp`);
  await sharp(alpha.data, { raw: { width, height, channels: 1 } })
    .resize(fit)
    .toColourspace("b-w")
    .png({ compressionLevel: 9 })
    .toFile(`${path}.png`);
}

async function cutGround(source: Source): Promise<void> {
  const rgb = await read(source);
  const [left, top, right, bottom] = scaled(source.box, rgb);
  await sharp(rgb.data, { raw: { width: rgb.width, height: rgb.height, channels: 3 } })
    .extract({ left, top, width: right - left, height: bottom - top })
    .resize({ width: GROUND_WIDTH, height: HEIGHT, fit: "cover" })
    .webp({ quality: 88 })
    .toFile(join(root, "grounds", `${source.name}.webp`));
  await credit(`grounds/${source.name}.webp`, source);
}

async function read({ half, photo }: Source): Promise<Rgb> {
  const { data, info } = await sharp(join(folders[half], photo))
    .removeAlpha()
    .toColourspace("srgb")
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data: new Uint8Array(data) };
}

function scaled([x0, y0, x1, y1]: Box, { width, height }: Rgb): Box {
  return [Math.round(x0 * width), Math.round(y0 * height), Math.round(x1 * width), Math.round(y1 * height)];
}

async function credit(file: string, { half, photo }: Source): Promise<void> {
  const table = await readFile(join(folders[half], "SOURCES.tsv"), "utf8");
  const row = table.split("\n").find((line) => line.startsWith(`${photo}\t`));
  if (row === undefined) throw new Error(`Expected a credit for ${photo}`);
  credits.set(file, [file, row].join("\t"));
}
