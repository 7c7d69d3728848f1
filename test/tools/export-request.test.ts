import { rm, writeFile } from "node:fs/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Receipt } from "../../src/engine/api.ts";
import { exportRequest, receiptInWords, type ToolContext } from "../../src/tools/index.ts";
import { FakeEngine } from "../helpers/fake-engine.ts";
import { startTour, type Tour } from "../helpers/mcp.ts";
import { askTool } from "../helpers/tool-call.ts";

let tour: Tour;
let ctx: ToolContext;
let imageId: string;

beforeEach(async () => {
  tour = await startTour(new FakeEngine());
  ctx = tour.ctx;
  imageId = String((await askTool("open_image", { path: "photo.png" }, ctx)).imageId);
});
afterEach(() => tour.close());

async function edited(id: string): Promise<string> {
  const operations = [{ region: { box: [4, 4, 20, 20] }, motion: { type: "relocation", by: [10, 0] } }];
  await askTool("start_edit", { imageId: id, operations, waitSeconds: 20 }, ctx);
  return ctx.workspace.edits().at(-1)?.id ?? "";
}

describe("what is exported travels with the picture that was opened", () => {
  it("which is itself, an edit's input, or the input of the first of several edits", async () => {
    const { path } = ctx.workspace.picture(imageId);
    const first = await edited(imageId);
    const second = await edited(first);
    expect(await exportRequest(ctx, imageId, "out.jpg", false)).toMatchObject({ image: path, source: path });
    expect(await exportRequest(ctx, first, "out.jpg", false)).toMatchObject({ original: path, source: path });
    const { original, source } = await exportRequest(ctx, second, "out.jpg", false);
    expect([original, source]).toEqual([ctx.workspace.picture(first).path, path]);
  });

  it("also where its file is damaged beyond mending: that is the engine's to say, and no matter to other formats", async () => {
    const second = await edited(await edited(imageId));
    const { path } = ctx.workspace.picture(imageId);
    await rm(path);
    await writeFile(path, "other bytes");
    expect(await exportRequest(ctx, second, "out.png", false)).toMatchObject({ source: path });
  });
});

describe("a receipt in words", () => {
  const receipt: Receipt = {
    lossless: false,
    outsideChanged: 404,
    outsideSha256: "",
    outsidePixels: 207952,
    outsideMaxDiff: 10,
    outsidePsnr: 69.84,
    editedBox: [0, 0, 1, 1],
    editableArea: 0.042,
  };

  it("counts what of a JPEG was kept", () => {
    const jpeg = { keptMcus: 828, changedMcus: 36, exact: true };
    expect(receiptInWords({ ...receipt, jpeg })).toBe(
      "Outside the edit 404 of 207952 pixels changed, by 10 levels at most (PSNR 69.8 dB) because the format is lossy, 828 of 864 JPEG blocks (MCUs) kept their coefficients, all that the edit did not meet; 4.2 % of the picture could change.",
    );
    expect(receiptInWords({ ...receipt, jpeg: { ...jpeg, exact: false } })).toContain(
      ", not all that the edit did not meet;",
    );
    expect(receiptInWords(receipt)).not.toContain("JPEG");
  });
});
