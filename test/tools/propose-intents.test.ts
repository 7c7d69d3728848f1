import { access, readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Gates } from "../../src/engine/api.ts";
import { rgbFrom } from "../../src/engine/image/raster-io.ts";
import { LocalEngine } from "../../src/engine/local.ts";
import { EditError } from "../../src/errors.ts";
import type { IntentQuestion } from "../../src/tools/assistant.ts";
import type { Assistant, ToolAnswer, ToolContext } from "../../src/tools/index.ts";
import { FakeEngine } from "../helpers/fake-engine.ts";
import { startTour, type Tour } from "../helpers/mcp.ts";
import { askTool, callTool } from "../helpers/tool-call.ts";

let engine: FakeEngine;
let tour: Tour;
let ctx: ToolContext;
let imageId: string;
let regionId: string;

beforeEach(async () => {
  engine = new FakeEngine();
  tour = await startTour(engine);
  ctx = tour.ctx;
  imageId = String((await askTool("open_image", { path: "photo.png" }, ctx)).imageId);
  const box = { imageId, box: [4, 4, 24, 12], label: "arm" };
  regionId = String((await askTool("select_region", box, ctx)).regionId);
});
afterEach(() => tour.close());

interface Offered {
  readonly candidateId: string;
  readonly types: readonly string[];
  readonly prompt: string;
  readonly reason: string;
  readonly preview?: { readonly score: number };
}

function candidatesOf(structured: Record<string, unknown>): readonly Offered[] {
  return structured.candidates as readonly Offered[];
}

const items = () => [{ regionId, target: [24, 24] }];

function resultOf(answer: ToolAnswer) {
  if (!answer.ok) throw new Error(answer.text);
  return answer.result;
}

function assistant(more: Partial<Assistant>): Assistant {
  const none = async () => undefined;
  return { propose: none, critique: none, chat: () => Promise.reject(new Error("not asked")), ...more };
}

describe("propose_intents from geometry", () => {
  it("offers readings with words, measures and one numbered sheet", async () => {
    const { structured, preview, text } = resultOf(await callTool("propose_intents", { imageId, items: items() }, ctx));
    expect(structured).toMatchObject({ imageId, from: "geometry", sourcePrompt: "", targets: [[24, 24]] });
    const candidates = candidatesOf(structured);
    expect(candidates.map(({ types }) => types.join()).sort()).toEqual(["deformation", "relocation", "rotation"]);
    for (const { candidateId, reason, preview: gates } of candidates) {
      expect(candidateId).toMatch(/^cand_/);
      expect(reason).toMatch(/^arm /);
      expect(gates?.score).toBeGreaterThan(0);
      expect(text).toContain(candidateId);
    }
    const sheet = await rgbFrom(preview?.data ?? new Uint8Array());
    expect(Math.max(sheet.width, sheet.height)).toBeLessThanOrEqual(1024);
    expect(JSON.stringify(structured)).not.toContain("base64");
  });

  it("leaves no edit and no file behind", async () => {
    await askTool("propose_intents", { imageId, items: items() }, ctx);
    expect(ctx.workspace.hasEdits).toBe(false);
    for (const { dir } of engine.edits) await expect(access(dir)).rejects.toThrow();
    expect(await readdir(join(ctx.workspace.dir, "scratch")).catch(() => [])).toEqual([]);
  });

  it("reads targets of the model's convention", async () => {
    const args = { imageId, items: [{ regionId, target: [500, 750] }], coordSpace: "norm1000" };
    expect(await askTool("propose_intents", args, ctx)).toMatchObject({ targets: [[24, 24]] });
  });

  it("is started by its name, with another word beside it", async () => {
    const [first] = candidatesOf(
      await askTool("propose_intents", { imageId, items: items(), request: "raise it" }, ctx),
    );
    const candidateId = first?.candidateId;
    expect(await askTool("preview_edit", { candidateId }, ctx)).toMatchObject({ imageId, tier: "preview" });
    await askTool("start_edit", { candidateId, sourcePrompt: "an arm", quality: "fast", waitSeconds: 20 }, ctx);
    const { recipe } = engine.edits.at(-1) ?? {};
    expect(recipe).toMatchObject({ prompt: "raise it", sourcePrompt: "an arm", quality: "fast" });
    expect(recipe?.operations).toHaveLength(1);
  });

  it.each([
    [{}, /arguments-invalid: Expected operations or candidateId, got neither/],
    [{ candidateId: "cand_0000000000" }, /^not-found: .*candidate of this session/],
    [{ candidateId: "x", operations: [{ motion: { type: "scale" } }] }, /got both/],
    [{ operations: [{ motion: { type: "scale", factor: 2 } }] }, /Expected imageId/],
  ])("preview_edit %j says what is missing", async (args, words) => {
    expect((await callTool("preview_edit", args, ctx)).text).toMatch(words);
  });

  it("refuses a region of another picture and a candidate for another", async () => {
    const other = String((await askTool("open_image", { path: "photo.png" }, ctx)).imageId);
    const refused = await callTool("propose_intents", { imageId: other, items: items() }, ctx);
    expect(refused.text).toMatch(/^arguments-invalid: items\.0\.regionId/);
    const [first] = candidatesOf(await askTool("propose_intents", { imageId, items: items() }, ctx));
    const mixed = await callTool("preview_edit", { imageId: other, candidateId: first?.candidateId }, ctx);
    expect(mixed.text).toMatch(/^arguments-invalid: Expected imageId img_/);
  });

  it("throws the engine's refusal when it refuses every reading", async () => {
    engine.options.failure = new EditError("target-outside", "Expected a target inside the picture");
    expect((await callTool("propose_intents", { imageId, items: items() }, ctx)).text).toMatch(/^target-outside/);
  });
});

describe("propose_intents from a model", () => {
  it("asks with picture, overlay and items, and keeps its order and words", async () => {
    let asked: IntentQuestion | undefined;
    const model = assistant({
      propose: async (question) => {
        asked = question;
        return {
          background: "a figure",
          candidates: [
            { types: ["rotation"], prompt: "a raised arm", reason: "arms turn", confidence: 0.8 },
            { types: ["relocation", "rotation"], prompt: "does not fit", reason: "two types", confidence: 0.7 },
            { types: ["relocation"], prompt: "an arm below", reason: "it may fall", confidence: 0.2 },
          ],
        };
      },
    });
    const args = { imageId, items: items(), request: "raise it" };
    const structured = await askTool("propose_intents", args, { ...ctx, assistant: model });
    expect(asked).toMatchObject({
      request: "raise it",
      items: [{ label: "arm", box: [4, 4, 24, 12], target: [24, 24] }],
    });
    expect(asked?.original.data.length).toBeGreaterThan(0);
    expect(structured).toMatchObject({ from: "model", sourcePrompt: "a figure" });
    expect(candidatesOf(structured)).toMatchObject([
      { types: ["rotation"], prompt: "a raised arm", reason: "arms turn", confidence: 0.8 },
      { types: ["relocation"], prompt: "an arm below", confidence: 0.2 },
    ]);
  });

  it("goes back to geometry where none answers, or nothing that fits", async () => {
    const unfit = { background: "", candidates: [{ types: [], prompt: "", reason: "", confidence: 1 }] };
    for (const answer of [undefined, unfit]) {
      const model = assistant({ propose: async () => answer });
      const structured = await askTool("propose_intents", { imageId, items: items() }, { ...ctx, assistant: model });
      expect(structured.from).toBe("geometry");
    }
  });
});

describe("propose_intents on the real engine", () => {
  it("previews each reading and compares it with doing nothing", async () => {
    const real = new LocalEngine({ home: join(tour.root, "home") });
    const local = { ...ctx, engine: real };
    const candidates = candidatesOf(await askTool("propose_intents", { imageId, items: items() }, local));
    expect(candidates.length).toBeGreaterThanOrEqual(2);
    const { editId } = await askTool("preview_edit", { candidateId: candidates[0]?.candidateId }, local);
    const critique = await askTool("critique_edit", { editId }, local);
    expect(critique).toMatchObject({ from: "measures", receipt: { outsideChanged: 0 } });
    const { nothing, preview } = critique.baselines as { nothing: Gates; preview: Gates };
    expect(nothing.targetArrived).toBeLessThan(preview.targetArrived);
    expect(critique.gains).toMatchObject({ overNothing: preview.score - nothing.score });
    await real.close();
  });
});
