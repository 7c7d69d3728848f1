import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { areaPixels } from "../../src/engine/geometry/mask.ts";
import { readMask } from "../../src/engine/image/raster-io.ts";
import type { ToolContext } from "../../src/tools/index.ts";
import { FakeEngine } from "../helpers/fake-engine.ts";
import { startTour, type Tour } from "../helpers/mcp.ts";
import { askTool, callTool } from "../helpers/tool-call.ts";

let engine: FakeEngine;
let tour: Tour;
let ctx: ToolContext;
let imageId: string;

beforeEach(async () => {
  engine = new FakeEngine();
  tour = await startTour(engine);
  ctx = tour.ctx;
  imageId = String((await askTool("open_image", { path: "photo.png" }, ctx)).imageId);
});
afterEach(() => tour.close());

const select = (args: Record<string, unknown>) => askTool("select_region", { imageId, ...args }, ctx);

describe("the hint, echoed in pixels", () => {
  it.each([
    [
      { box: [0, 0, 500, 1000], coordSpace: "norm1000" },
      { type: "box", refine: true, box: [0, 0, 24, 32] },
    ],
    [
      { box: [0.25, 0, 0.5, 1], coordSpace: "norm1", refine: false },
      { type: "box", refine: false, box: [12, 0, 24, 32] },
    ],
    [
      {
        points: [
          { x: 500, y: 250 },
          { x: 0, y: 1000, positive: false },
        ],
        coordSpace: "norm1000",
      },
      {
        type: "points",
        refine: true,
        points: [
          { x: 24, y: 8, positive: true },
          { x: 0, y: 32, positive: false },
        ],
      },
    ],
    [
      {
        polygon: [
          [0, 0],
          [1, 0],
          [1, 1],
        ],
        coordSpace: "norm1",
      },
      {
        type: "polygon",
        refine: false,
        polygon: [
          [0, 0],
          [48, 0],
          [48, 32],
        ],
      },
    ],
    [
      {
        stroke: {
          points: [
            [100, 100],
            [333, 500],
          ],
          width: 5,
        },
        coordSpace: "norm1000",
      },
      {
        type: "stroke",
        refine: false,
        stroke: {
          points: [
            [4.8, 3.2],
            [15.98, 16],
          ],
          width: 5,
        },
      },
    ],
    [{ box: [1, 2, 3, 4] }, { type: "box", box: [1, 2, 3, 4] }],
    [{ salient: true }, { type: "salient" }],
    [{ mask: "photo.png" }, { type: "mask" }],
  ])("%j", async (args, hint) => {
    expect((await select(args)).hint).toMatchObject({ ...hint, coordSpace: "pixel" });
  });
});

describe("adjusting", () => {
  const box = { box: [4, 4, 24, 24], refine: false };

  async function areaOf(args: Record<string, unknown>): Promise<number> {
    const { regionId } = await select(args);
    return areaPixels(await readMask(ctx.workspace.region(String(regionId)).maskPath, "."));
  }

  it("grows, shrinks and softens", async () => {
    const plain = await areaOf(box);
    expect(plain).toBe(400);
    expect(await areaOf({ ...box, grow: -2 })).toBe(16 * 16);
    expect(await areaOf({ ...box, grow: 2 })).toBeGreaterThan(24 * 22);
    const soft = await areaOf({ ...box, feather: 6 });
    expect(soft).toBeLessThan(plain);
    expect(soft).toBeGreaterThan(0.9 * plain);
  });

  it("joins, cuts out and keeps what is common", async () => {
    const { regionId } = await select(box);
    const other = { box: [14, 4, 34, 24], refine: false };
    const area = (op: string) => areaOf({ ...other, combine: { with: regionId, op } });
    expect(await area("union")).toBe(600);
    expect(await area("subtract")).toBe(200);
    expect(await area("intersect")).toBe(200);
  });

  it("says what is odd about the outcome", async () => {
    const { regionId } = await select({ box: [0, 0, 47, 6], refine: false });
    const middle = { box: [16, 0, 32, 6], refine: false, combine: { with: regionId, op: "subtract" } };
    const { warnings } = await select(middle);
    expect((warnings as { code: string }[]).map(({ code }) => code)).toEqual([
      "region-fragmented",
      "region-touches-border",
    ]);
  });

  it("refuses a region of a picture of another size, and one that nothing is left of", async () => {
    const { text } = await callTool("select_region", { imageId, ...box, feather: 200, grow: -9 }, ctx);
    expect(text).toMatch(/^region-empty: .*feather/);
  });
});

it("labels are one line without what cannot be seen", async () => {
  const { label } = await select({ box: [4, 4, 20, 20], label: " the\u0000 \u202esign\n" });
  expect(label).toBe("the sign");
});
