/** Does the drag bring the region nearer to its target? Five photos on the embedded model, with region supervision, with
 * points, and without: `node --import tsx scripts/drag-curves.ts` writes docs/fidelity/drag-curves.{md,csv,svg}, with
 * `tokens` whole-tokens.{md,csv,svg}. Takes about fifteen minutes on two idle cores, the second five. */
import { mkdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openBundle } from "../src/engine/models/bundle.ts";
import { measure, overTokens } from "./drag-curves/measure.ts";
import { csvText, type Row, svgText, tableText } from "./drag-curves/page.ts";
import { CONFIGURATIONS, OVER_TOKENS, PHOTOS } from "./drag-curves/photos.ts";

const MINI = fileURLToPath(new URL("../models/mini", import.meta.url));
const OUT = fileURLToPath(new URL("../docs/fidelity", import.meta.url));

const graphDir = join(tmpdir(), "dragflow-curves");
const bundle = await openBundle(MINI, { graphDir, providers: ["cpu"], threads: 2 });
const rows: Row[] = [];
const whole = process.argv[2] === "tokens";
const configurations = Object.entries(CONFIGURATIONS).filter(
  ([name]) => !whole || OVER_TOKENS.some((one) => one === name),
);
for (const one of PHOTOS) {
  const photo = whole ? await overTokens(one) : one;
  for (const [configuration, options] of configurations) {
    rows.push({ photo: photo.name, configuration, ...(await measure(bundle, photo, options)) });
    const { way = 0, pixels = 0, difference = 0 } = rows.at(-1) ?? {};
    process.stderr.write(`${photo.name}: ${configuration}: way ${way}, left ${pixels}, difference ${difference}\n`);
  }
}
await bundle.release();
const name = whole ? "whole-tokens" : "drag-curves";
mkdirSync(OUT, { recursive: true });
writeFileSync(join(OUT, `${name}.csv`), csvText(rows));
writeFileSync(join(OUT, `${name}.svg`), svgText(rows));
writeFileSync(join(OUT, `${name}.md`), tableText(rows));
