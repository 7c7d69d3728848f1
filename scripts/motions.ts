/** `node --import tsx scripts/motions.ts [--out DIR] [--only MOTION]`: ten shipped photos × every motion × three
 * qualities through the engine. Writes one contact sheet per motion (input, regions, preview, fast, full — each tier's own
 * picture, also where another won) and fails when any lossless output changed outside its edit. */
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { EditOutcome } from "../src/engine/api.ts";
import { contactSheet } from "../src/engine/image/contact-sheet.ts";
import { rgbFrom } from "../src/engine/image/raster-io.ts";
import { previewOf } from "../src/engine/image/views.ts";
import { LocalEngine } from "../src/engine/local.ts";
import type { Box, Point, Rgb } from "../src/engine/raster.ts";
import { parseRecipe } from "../src/engine/recipe/parse.ts";
import { type Motion, QUALITIES } from "../src/engine/recipe/schema.ts";
import { writeWhole } from "../src/engine/write-whole.ts";

interface Subject {
  readonly photo: string;
  /** Around the thing; the segmenter finds it inside. */
  readonly box: Box;
  readonly by: Point;
}

const SUBJECTS: readonly Subject[] = [
  { photo: "examples/boat.webp", box: [75, 240, 320, 410], by: [80, 0] },
  { photo: "evals/pictures/owl.webp", box: [265, 60, 415, 330], by: [-90, 0] },
  { photo: "evals/pictures/kitten.webp", box: [232, 118, 358, 252], by: [-20, 60] },
  { photo: "evals/pictures/deer.webp", box: [105, 5, 230, 175], by: [-22, 6] },
  { photo: "evals/pictures/horses.webp", box: [292, 105, 460, 290], by: [34, 4] },
  { photo: "evals/pictures/cows.webp", box: [125, 82, 220, 145], by: [70, 6] },
  { photo: "evals/pictures/duck.webp", box: [30, 95, 405, 440], by: [40, -10] },
  { photo: "evals/pictures/hat.webp", box: [268, 152, 360, 220], by: [-70, -14] },
  { photo: "evals/pictures/parrot.webp", box: [112, 42, 225, 165], by: [-14, 10] },
  { photo: "evals/pictures/sheep.webp", box: [108, 35, 372, 345], by: [60, 0] },
];

const MOTIONS: Readonly<Record<string, (by: Point, about: Point) => Motion>> = {
  relocation: (by) => ({ type: "relocation", by: [...by] }),
  rotation: (_by, about) => ({ type: "rotation", degrees: 15, about: [...about] }),
  deformation: (by) => ({ type: "deformation", by: [by[0] / 3, by[1] / 3] }),
  scale: (_by, about) => ({ type: "scale", factor: 1.2, about: [...about] }),
  compose: (by, about) => ({
    type: "compose",
    motions: [
      { type: "rotation", degrees: -10, about: [...about] },
      { type: "relocation", by: [by[0] / 2, by[1] / 2] },
    ],
  }),
};

const { values } = parseArgs({
  options: { out: { type: "string", default: "docs/motions" }, only: { type: "string" } },
});
const home = await mkdtemp(join(tmpdir(), "dragflow-motions-"));
const engine = new LocalEngine({ home });
let failed = 0;
try {
  await mkdir(values.out, { recursive: true });
  for (const [name, motion] of Object.entries(MOTIONS)) {
    if (values.only !== undefined && values.only !== name) continue;
    const rows: Rgb[][] = [];
    for (const subject of SUBJECTS) rows.push(await row(name, motion, subject));
    const { data } = await previewOf(await contactSheet(rows, 240), { maxEdge: 2400, maxBytes: 600_000 });
    await writeWhole(join(values.out, `${name}.webp`), data);
  }
} finally {
  await engine.close();
  await rm(home, { recursive: true, force: true });
}
process.exitCode = failed === 0 ? 0 : 1;

async function row(
  name: string,
  motion: (by: Point, about: Point) => Motion,
  { photo, box, by }: Subject,
): Promise<Rgb[]> {
  const image = fileURLToPath(new URL(`../${photo}`, import.meta.url));
  const maskPath = join(home, "mask.png");
  const hint = { type: "region", region: { box: [...box] }, refine: true } as const;
  const { centroid } = await engine.select({
    image,
    hint: { ...hint, region: { box: [...box] as [number, number, number, number] } },
    maskPath,
  });
  const operations = [{ region: { mask: maskPath }, motion: motion(by, centroid) }];
  const pictures: Rgb[] = [];
  for (const quality of QUALITIES) {
    const dir = join(home, "edit");
    await rm(dir, { recursive: true, force: true });
    const outcome = await engine.edit({ image, recipe: parseRecipe({ operations, quality }), baseDir: home, dir });
    report(name, photo, quality, outcome);
    if (quality === "preview") pictures.push(await read(outcome.files.before), await read(outcome.files.regions));
    pictures.push(await read(outcome.files.tiers[quality] ?? outcome.files.after));
  }
  return pictures;
}

function report(name: string, photo: string, quality: string, { receipt, tier, tiers, seconds }: EditOutcome): void {
  if (receipt.lossless && receipt.outsideChanged !== 0) failed++;
  const scores = Object.entries(tiers).map(([key, gates]) => `${key} ${gates.score.toFixed(3)}`);
  const cells = [
    name.padEnd(12),
    photo.padEnd(28),
    quality.padEnd(8),
    `outside ${receipt.outsideChanged}`,
    `${tier} won`,
  ];
  process.stdout.write(`${[...cells, scores.join(", "), `${seconds.total.toFixed(1)} s`].join("  ")}\n`);
}

async function read(path: string): Promise<Rgb> {
  return rgbFrom(await readFile(path));
}
