import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { EditOutcome, Gates } from "../../src/engine/api.ts";
import type { Critique } from "../../src/tools/assistant.ts";
import type { Assistant, ToolContext } from "../../src/tools/index.ts";
import { measuredVerdict } from "../../src/tools/verdict.ts";
import { FakeEngine } from "../helpers/fake-engine.ts";
import { startTour, type Tour } from "../helpers/mcp.ts";
import { askTool, callTool } from "../helpers/tool-call.ts";

const GOOD: Gates = {
  sourceCleared: 0.9,
  targetArrived: 0.9,
  seamEnergy: 1,
  fillTexture: 1,
  fillPlausible: 0.9,
  score: 0.9,
};
const NOTHING: Gates = { ...GOOD, sourceCleared: 0, targetArrived: 0, score: 0.4 };

function outcome(gates: Partial<Gates>, more: Partial<EditOutcome> = {}): EditOutcome {
  const receipt = { lossless: true, outsideChanged: 0 };
  // The verdict looks at these fields alone.
  return { tier: "full", tiers: { full: { ...GOOD, ...gates } }, nothing: NOTHING, receipt, ...more } as EditOutcome;
}

describe("the measures' verdict", () => {
  it("accepts what reaches every bound", () => {
    expect(measuredVerdict(outcome({}))).toEqual({ verdict: "accept", missed: [] });
  });

  it.each([
    [{ sourceCleared: 0.2 }, "grow-mask"],
    [{ targetArrived: 0.2 }, "other-type"],
    [{ seamEnergy: 3 }, "grow-mask"],
    [{ fillTexture: 0.1 }, "faster-tier"],
  ] as const)("asks for one change where %j falls short", (gates, what) => {
    const { verdict, change, missed } = measuredVerdict(outcome(gates));
    expect({ verdict, what: change?.what, missed: missed.length }).toEqual({ verdict: "retry", what, missed: 1 });
  });

  it("undoes what doing nothing beats, and what touched the outside", () => {
    expect(measuredVerdict(outcome({ score: 0.405 })).verdict).toBe("undo");
    const receipt = { lossless: true, outsideChanged: 3 } as EditOutcome["receipt"];
    expect(measuredVerdict(outcome({}, { receipt }))).toMatchObject({ verdict: "undo", change: { what: "undo" } });
    const lossy = { lossless: false, outsideChanged: 3 } as EditOutcome["receipt"];
    expect(measuredVerdict(outcome({}, { receipt: lossy })).verdict).toBe("accept");
  });
});

describe("critique_edit", () => {
  let engine: FakeEngine;
  let tour: Tour;
  let editId: string;

  beforeEach(async () => {
    engine = new FakeEngine();
    tour = await startTour(engine);
    const { imageId } = await askTool("open_image", { path: "photo.png" }, tour.ctx);
    const operations = [{ region: { box: [4, 4, 20, 20] }, motion: { type: "relocation", by: [10, 0] } }];
    const args = { imageId, operations, prompt: "a sign further right", quality: "fast", waitSeconds: 20 };
    editId = String((await askTool("start_edit", args, tour.ctx)).editId);
  });
  afterEach(() => tour.close());

  function withModel(critique: Critique): ToolContext {
    const assistant: Assistant = {
      propose: async () => undefined,
      critique: async () => critique,
      chat: () => Promise.reject(new Error("not asked")),
    };
    return { ...tour.ctx, assistant };
  }

  it("answers with measures, baselines and a sheet of four", async () => {
    const answer = await callTool("critique_edit", { editId }, tour.ctx);
    if (!answer.ok) throw new Error(answer.text);
    const { structured, preview, link } = answer.result;
    expect(structured).toMatchObject({
      editId,
      goal: "a sign further right",
      verdict: "accept",
      from: "measures",
      tier: "fast",
      gates: { score: 0.75 },
      baselines: { preview: { score: 0.7 } },
      receipt: { outsideChanged: 0 },
    });
    expect((structured.gains as { overPreview: number }).overPreview).toBeCloseTo(0.05);
    expect(preview?.data.length).toBeGreaterThan(100);
    expect(link?.uri).toBe(`dragflow://edits/${editId}/picture`);
    const looked = engine.looks.slice(-4).map(({ image }) => image.split("/").at(-1));
    expect(looked).toEqual([expect.stringMatching(/^img_/), "result.png", "diff.png", "regions.png"]);
  });

  it("lets a model that looks decide, with its marks", async () => {
    const change = { what: "other-amount", why: "it went too far" } as const;
    const model = withModel({ goal: 4, artefacts: 8, preservation: 9, verdict: "retry", change });
    const structured = await askTool("critique_edit", { editId, goal: "left" }, model);
    expect(structured).toMatchObject({ from: "model", verdict: "retry", change, goal: "left", model: { goal: 4 } });
  });

  it("knows no edit of another session", async () => {
    expect((await callTool("critique_edit", { editId: "edit_0000000000" }, tour.ctx)).text).toMatch(/^not-found/);
  });
});
