/** A JPEG through the tools and the real engine: opened, edited twice, exported. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, expect, it } from "vitest";
import { LocalEngine } from "../../src/engine/local.ts";
import { startTour, type Tour } from "../helpers/mcp.ts";
import { discOnGround } from "../helpers/pictures.ts";

let home: string;
let engine: LocalEngine;
let tour: Tour;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "dragflow-export-jpeg-"));
  engine = new LocalEngine({ home });
  tour = await startTour(engine);
});
afterAll(async () => {
  await tour.close();
  await engine.close();
  await rm(home, { recursive: true, force: true });
});

async function edited(imageId: unknown, by: readonly number[]): Promise<unknown> {
  const operations = [{ region: { box: [24, 24, 56, 56] }, motion: { type: "relocation", by } }];
  const job = await tour.ask("start_edit", { imageId, operations, quality: "preview", waitSeconds: 50 });
  expect(job.status).toBe("done");
  return tour.ctx.workspace.edits().at(-1)?.id;
}

it("keeps the opened file's coefficients where neither edit met them", async () => {
  const { data, width, height } = discOnGround(160, 112, 40, 40, 14);
  const picture = sharp(data, { raw: { width, height, channels: 3 } });
  await picture.jpeg({ quality: 85, progressive: true }).toFile(join(tour.root, "photo.jpg"));
  const { imageId } = await tour.ask("open_image", { path: "photo.jpg" });
  const id = await edited(await edited(imageId, [26, 3]), [4, 20]);
  const { structuredContent, content } = await tour.call("export_image", { id, path: "moved", format: "jpeg" });
  expect(structuredContent).toMatchObject({ format: "jpeg", receipt: { lossless: false, jpeg: { exact: true } } });
  const { receipt } = structuredContent as { receipt: { jpeg: { keptMcus: number; changedMcus: number } } };
  const { keptMcus, changedMcus } = receipt.jpeg;
  expect(keptMcus + changedMcus).toBe(10 * 7);
  expect(keptMcus).toBeGreaterThan(10);
  expect(changedMcus).toBeGreaterThan(10);
  expect(JSON.stringify(content)).toContain(`${keptMcus} of 70 JPEG blocks (MCUs) kept their coefficients`);
});
