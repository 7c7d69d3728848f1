/** Edits photos without a truth, by a fixed rule: `node --import tsx scripts/quality/photos.ts --photos <folder>
 * --dragbench <folder> --quality preview --limit 20`. Prints gates beside those of doing nothing, and writes the section of
 * docs/quality.md (photos.md in the output folder). A limit takes every k-th. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Gates } from "../../src/engine/api.ts";
import { LocalEngine } from "../../src/engine/local.ts";
import { qualitySchema } from "../../src/engine/recipe/schema.ts";
import {
  dragBenchEdits,
  type PhotoEdit,
  type PhotoResult,
  runPhotoEdit,
  salientEdits,
} from "../../src/evals/quality/photos.ts";
import { meanOf } from "../../src/evals/quality/table.ts";

const root = join(import.meta.dirname, "..", "..");
const { values } = parseArgs({
  options: {
    photos: { type: "string" },
    dragbench: { type: "string" },
    quality: { type: "string", default: "preview" },
    limit: { type: "string", default: "1000" },
    out: { type: "string", default: join(root, "out", "quality") },
  },
});
const quality = qualitySchema.parse(values.quality);
const dir = await mkdtemp(join(tmpdir(), "quality-photos-"));
const engine = new LocalEngine({ home: join(dir, "home") });
const rows: string[] = [];
if (values.photos)
  rows.push(await measured("photos: what stands out, moved", await salientEdits(values.photos, engine, dir)));
if (values.dragbench)
  rows.push(await measured("DragBench: regions around the points, bent", await dragBenchEdits(values.dragbench)));
const text = [
  "## Photos without a truth",
  "",
  `\`${quality}\`, by a fixed rule (\`scripts/quality/photos.ts\`). In brackets: the same gates of the untouched picture.`,
  "",
  "| | edits | refused | source cleared | target arrived | seam energy | fill texture | gates' score | mean distance, px at 512 | changed outside |",
  "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
  ...rows,
].join("\n");
await mkdir(values.out, { recursive: true });
await writeFile(join(values.out, "photos.md"), `${text}\n`);
console.log(text);
await engine.close();
await rm(dir, { recursive: true, force: true });

async function measured(name: string, edits: readonly PhotoEdit[]): Promise<string> {
  const count = Math.min(Number(values.limit), edits.length);
  const results: PhotoResult[] = [];
  let refused = 0;
  for (let i = 0; i < count; i++) {
    const edit = edits[Math.floor((i * edits.length) / count)];
    if (edit === undefined) continue;
    try {
      results.push(await runPhotoEdit(edit, quality, dir, engine));
    } catch (error) {
      refused++;
      console.error(`${edit.id}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return row(name, results, refused);
}

function row(name: string, results: readonly PhotoResult[], refused: number): string {
  const gate = (key: keyof Gates) => {
    const own = results.flatMap(({ outcome }) => outcome.tiers[outcome.tier]?.[key] ?? []);
    const nothing = results.flatMap(({ outcome }) => outcome.nothing?.[key] ?? []);
    return `${meanOf(own).toFixed(2)} (${meanOf(nothing).toFixed(2)})`;
  };
  const outside = results.reduce((sum, { outsideChanged }) => sum + outsideChanged, 0);
  const cells = [
    results.length,
    refused,
    gate("sourceCleared"),
    gate("targetArrived"),
    gate("seamEnergy"),
    gate("fillTexture"),
    gate("score"),
  ];
  return `| ${[name, ...cells, meanOf(results.map(({ distance }) => distance)).toFixed(1), outside].join(" | ")} |`;
}
