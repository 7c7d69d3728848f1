/** Writes docs/gallery.md and its sheets from what scripts/quality/run.ts left: 24 of the 30
 * reported cases, evenly by their number. `node --import tsx scripts/quality/gallery.ts [--out out/quality] [--models out/quality]` takes
 * the slower tiers' pictures from `--models`, where they were measured apart; one that was not made stays empty. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { sharp } from "../../src/engine/image/sharp.ts";
import { type QualityCase, readCases } from "../../src/evals/quality/case.ts";
import { verdict } from "../../src/evals/quality/compare.ts";
import { type CaseResult, earlierResult } from "../../src/evals/quality/run-case.ts";

const SHOWN = 24;
const WIDTH = 256;
const PICTURES = ["input", "regions", "preview", "fast", "full", "truth"] as const;
const MISSED_FILL = 15;
const MISSED_OBJECT = 24;

const root = join(import.meta.dirname, "..", "..");
const { values } = parseArgs({
  options: { out: { type: "string", default: join(root, "out", "quality") }, models: { type: "string" } },
});
const models = values.models ?? values.out;
const folder = join(root, "docs", "gallery");
await mkdir(folder, { recursive: true });
const all = (await readCases(join(root, "evals", "quality"))).filter(({ half }) => half === "reported");
const chosen = Array.from({ length: SHOWN }, (_, i) => all[Math.floor((i * all.length) / SHOWN)]).filter(
  (one) => one !== undefined,
);
const sections: string[] = [];
for (const one of chosen) {
  const result = await earlierResult(join(values.out, one.id));
  if (result === undefined) throw new Error(`Expected ${one.id} to have been run`);
  await sheet(one.id);
  sections.push(section(one, result, await earlierResult(join(models, one.id))));
}
await writeFile(join(root, "docs", "gallery.md"), `${introduction()}\n\n${sections.join("\n\n")}\n`);

function introduction(): string {
  return `# Edits side by side

<!-- Written by scripts/quality/gallery.ts; do not edit by hand. -->

${SHOWN} of the 30 reported cases of the quality suite, evenly by their number (${SHOWN} multiples of 30/24, rounded down), chosen
before they were looked at, failures included. From left to right: the input, region (red) and where it should go (green), \`preview\`, \`fast\`, \`full\` (the model's own pictures, also
where the edit delivers the preview's), and the truth. The numbers of the reported half are in [quality.md](quality.md); credits
in [SOURCES.tsv](../evals/quality/SOURCES.tsv).`;
}

async function sheet(id: string): Promise<void> {
  const own = join(values.out, id);
  const tiles = await Promise.all(
    PICTURES.map((name) => {
      if (name === "regions") return regions(own);
      return tile(join(name === "fast" || name === "full" ? join(models, id) : own, `${name}.png`));
    }),
  );
  const { height = 0 } = await sharp(tiles[0]).metadata();
  const layers = tiles.flatMap((input, i) => (input ? [{ input, left: i * (WIDTH + 4), top: 0 }] : []));
  await sharp({ create: { width: PICTURES.length * (WIDTH + 4) - 4, height, channels: 3, background: "#fff" } })
    .composite(layers)
    .webp({ quality: 80 })
    .toFile(join(folder, `${id}.webp`));
}

async function tile(path: string): Promise<Buffer | undefined> {
  const picture = await readFile(path).catch(() => undefined);
  return picture && sharp(picture).resize({ width: WIDTH }).png().toBuffer();
}

async function regions(dir: string): Promise<Buffer> {
  const { data, info } = await sharp(join(dir, "input.png")).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const masks = await Promise.all(
    ["region", "target"].map((name) =>
      sharp(join(dir, `${name}.png`))
        .extractChannel(0)
        .raw()
        .toBuffer(),
    ),
  );
  masks.forEach((mask, m) => {
    mask.forEach((value, i) => {
      if (value > 127) data[3 * i + m] = Math.min(255, (data[3 * i + m] ?? 0) + 110);
    });
  });
  return sharp(data, { raw: info }).resize({ width: WIDTH }).png().toBuffer();
}

function section(one: QualityCase, result: CaseResult, model: CaseResult | undefined): string {
  const { id, object, ground, motion, shadow, noise } = one;
  const extras = [shadow && "shadow", noise > 0 && "noise"].filter(Boolean).join(", ");
  const title = `## ${id}: ${object} on ${ground}, ${motion.type}${extras && `, ${extras}`}`;
  return [title, "", `![${id}](gallery/${id}.webp)`, "", numbers(result, model), ...failures(result, model)].join("\n");
}

function numbers(result: CaseResult, model: CaseResult | undefined): string {
  const tiers = (["preview", "fast", "full"] as const).flatMap((tier) => {
    const scores = (tier === "preview" ? result : model)?.rows[tier];
    const zone = (name: string) => scores?.[`${name}.psnr`]?.toFixed(1) ?? "–";
    return scores ? [`${tier} ${zone("vacated")} / ${zone("target")} dB`] : [];
  });
  const delivered = model?.runs.full?.delivered;
  return `Place left / object: ${tiers.join(", ")}. ${delivered ? `\`full\` delivers ${delivered}.` : "Not run through the model."}`;
}

function failures({ rows }: CaseResult, model: CaseResult | undefined): string[] {
  const named: string[] = [];
  if ((rows.preview?.["vacated.psnr"] ?? 99) < MISSED_FILL) named.push("the fill is far from the truth");
  if ((rows.preview?.["target.psnr"] ?? 99) < MISSED_OBJECT) named.push("the object is not as it should be");
  if ((rows.preview?.["source.cleared"] ?? 1) < 0.8) named.push("traces of the object stay behind");
  if (model && verdict(model, "full", "preview") === "worse")
    named.push("the model's picture is worse than the preview");
  return named.length === 0 ? [] : ["", `**Failure:** ${named.join("; ")}.`];
}
