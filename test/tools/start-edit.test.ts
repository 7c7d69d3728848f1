import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ToolContext, ToolProgress } from "../../src/tools/index.ts";
import { FakeEngine } from "../helpers/fake-engine.ts";
import { startTour, type Tour } from "../helpers/mcp.ts";
import { askTool, callTool } from "../helpers/tool-call.ts";

let engine: FakeEngine;
let tour: Tour;
let ctx: ToolContext;
let edit: Record<string, unknown>;

beforeEach(async () => {
  engine = new FakeEngine();
  tour = await startTour(engine);
  ctx = tour.ctx;
  const { imageId } = await askTool("open_image", { path: "photo.png" }, ctx);
  edit = { imageId, operations: [{ region: { box: [4, 4, 20, 20] }, motion: { type: "relocation", by: [10, 0] } }] };
});
afterEach(() => tour.close());

describe("the model of an edit", () => {
  it.each(["preview", "fast", "full"])(
    "that is unknown is refused before a job, with quality %s too",
    async (quality) => {
      const { text } = await callTool("start_edit", { ...edit, quality, model: "nope" }, ctx);
      expect(text).toMatch(/^not-found: Expected the name of a model, got "nope"/);
      expect(engine.edits).toEqual([]);
    },
  );

  it.each(["/etc", "..", "../models", "//server/model"])("in %s is outside the roots", async (model) => {
    expect((await callTool("start_edit", { ...edit, model }, ctx)).text).toMatch(/^path-outside-roots/);
  });

  it("may be the embedded one by name, or a folder inside the roots", async () => {
    await mkdir(join(tour.root, "models", "own"), { recursive: true });
    for (const model of ["mini", "models/own"]) {
      await askTool("start_edit", { ...edit, model, waitSeconds: 20 }, ctx);
    }
    expect(engine.edits.map(({ recipe }) => recipe.model)).toEqual(["mini", join(tour.root, "models", "own")]);
  });

  it("is none of the session's own folders", async () => {
    expect((await callTool("start_edit", { ...edit, model: "images" }, ctx)).text).toMatch(/^not-found/);
  });
});

describe("waiting", () => {
  it("tells the place in the queue and rises without a break", async () => {
    engine.options = { stepMs: 40 };
    await askTool("start_edit", edit, ctx);
    const told: ToolProgress[] = [];
    const onProgress = (progress: ToolProgress) => told.push(progress);
    const job = await askTool("start_edit", { ...edit, waitSeconds: 30 }, ctx, { onProgress });
    expect(job.status).toBe("done");
    expect(told[0]).toMatchObject({ stage: "queued", ahead: 1 });
    expect(told.at(-1)).toMatchObject({ stage: "drag", total: 10 });
    told.slice(1).forEach(({ done }, i) => {
      expect(done).toBeGreaterThan(told[i]?.done ?? Number.POSITIVE_INFINITY);
    });
  });

  it("answers within its waitSeconds, with the place in the queue", async () => {
    engine.options = { stepMs: 100 };
    await askTool("start_edit", edit, ctx);
    const began = performance.now();
    const job = await askTool("start_edit", { ...edit, waitSeconds: 0.2 }, ctx);
    expect(performance.now() - began).toBeLessThan(3000);
    expect(job).toMatchObject({ status: "queued", ahead: 1 });
  });
});

describe("callers on other machines", () => {
  it("read no path of this one", async () => {
    const remote = { ...ctx, showPaths: false };
    const job = await callTool("start_edit", { ...edit, waitSeconds: 20 }, remote);
    const { editId } = job.ok ? job.result.structured : {};
    const written = await callTool("export_image", { id: editId, path: "out.png" }, remote);
    const refused = await callTool("open_image", { path: "/etc/passwd" }, remote);
    expect(written).toMatchObject({ ok: true, result: { structured: { path: "out.png" } } });
    expect(refused).toMatchObject({ ok: false, error: { code: "path-outside-roots" } });
    for (const answer of [job, written, refused]) {
      expect(JSON.stringify(answer)).not.toContain(tour.root);
      expect(JSON.stringify(answer)).not.toContain(ctx.workspace.dir);
    }
  });
});
