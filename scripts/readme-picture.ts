/** `node --import tsx scripts/readme-picture.ts`: docs/demo.webp from the report that `npm run demo` left in out/. */
import { readFile } from "node:fs/promises";
import { contactSheet } from "../src/engine/image/contact-sheet.ts";
import { rgbFrom } from "../src/engine/image/raster-io.ts";
import { previewOf } from "../src/engine/image/views.ts";
import { writeWhole } from "../src/engine/write-whole.ts";

const panels = ["before.png", "regions.png", "after.png"];
const row = await Promise.all(panels.map(async (name) => rgbFrom(await readFile(`out/report/${name}`))));
const sheet = await contactSheet([row], 512);
const { data } = await previewOf(sheet, { maxEdge: 1560, maxBytes: 400_000 });
await writeWhole("docs/demo.webp", data);
