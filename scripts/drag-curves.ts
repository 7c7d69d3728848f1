/** Does the drag bring the region nearer to its target? Five photos on the embedded model, with region supervision, with
 * points, and without: `node --import tsx scripts/drag-curves.ts` writes docs/fidelity/drag-curves.{md,csv,svg}. Takes
 * about ten minutes on two cores. */
import { mkdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openBundle } from "../src/engine/models/bundle.ts";
import { measure } from "./drag-curves/measure.ts";
import { csvText, type Row, svgText, tableText } from "./drag-curves/page.ts";
import { CONFIGURATIONS, PHOTOS } from "./drag-curves/photos.ts";

const MINI = fileURLToPath(new URL("../models/mini", import.meta.url));
const OUT = fileURLToPath(new URL("../docs/fidelity", import.meta.url));

const graphDir = join(tmpdir(), "dragflow-curves");
const bundle = await openBundle(MINI, { graphDir, providers: ["cpu"], threads: 2 });
const rows: Row[] = [];
for (const photo of PHOTOS) {
  for (const [configuration, options] of Object.entries(CONFIGURATIONS)) {
    rows.push({ photo: photo.name, configuration, ...(await measure(bundle, photo, options)) });
    const { way = 0, pixels = 0, difference = 0 } = rows.at(-1) ?? {};
    process.stderr.write(`${photo.name}: ${configuration}: way ${way}, left ${pixels}, difference ${difference}\n`);
  }
}
await bundle.release();
mkdirSync(OUT, { recursive: true });
writeFileSync(join(OUT, "drag-curves.csv"), csvText(rows));
writeFileSync(join(OUT, "drag-curves.svg"), svgText(rows));
writeFileSync(join(OUT, "drag-curves.md"), tableText(rows));
