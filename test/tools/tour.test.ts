import { access, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { EditError } from "../../src/errors.ts";
import { FakeEngine } from "../helpers/fake-engine.ts";
import { startTour, type Tour, textOf } from "../helpers/mcp.ts";

let engine: FakeEngine;
let tour: Tour;

beforeEach(async () => {
  engine = new FakeEngine();
  tour = await startTour(engine);
});
afterEach(() => tour.close());

const SHIFT = { type: "relocation", by: [10, 0] };

async function openPhoto(): Promise<string> {
  return String((await tour.ask("open_image", { path: "photo.png" })).imageId);
}

async function boxRegion(imageId: string): Promise<string> {
  return String((await tour.ask("select_region", { imageId, box: [4, 4, 20, 20], label: "sign" })).regionId);
}

describe("the list of tools", () => {
  it("is the published one, in a fixed order", async () => {
    const { tools } = await tour.client.listTools();
    expect(tools.map(({ name }) => name)).toEqual([
      "open_image",
      "look",
      "select_region",
      "propose_intents",
      "preview_edit",
      "start_edit",
      "job_status",
      "cancel_job",
      "critique_edit",
      "history",
      "export_image",
      "chat_edit",
    ]);
    expect(await tour.client.listTools()).toEqual({ tools });
  });

  it("describes every tool and its answer, without tuples, which some endpoints refuse", async () => {
    const { tools } = await tour.client.listTools();
    for (const tool of tools) {
      expect(tool.description).toMatch(/\n\nExample: `\{/);
      expect(tool.outputSchema?.type).toBe("object");
      expect(JSON.stringify(tool)).not.toMatch(/"prefixItems"|"items":\[/);
    }
  });

  it("marks exactly the looking tools as read-only and the writing one as destructive", async () => {
    const { tools } = await tour.client.listTools();
    const marked = (hint: "readOnlyHint" | "destructiveHint") =>
      tools.filter(({ annotations }) => annotations?.[hint]).map(({ name }) => name);
    expect(marked("readOnlyHint")).toEqual(["look", "propose_intents", "job_status", "critique_edit"]);
    expect(marked("destructiveHint")).toEqual(["cancel_job", "history", "export_image"]);
  });
});

describe("one edit from opening to exporting", () => {
  it("answers with ids, sizes and measures, and pixels only in image blocks", async () => {
    const opened = await tour.call("open_image", { path: "photo.png" });
    expect(opened.structuredContent).toMatchObject({ width: 48, height: 32, format: "png" });
    expect(opened.content.map(({ type }) => type)).toEqual(["text", "image", "resource_link"]);
    const imageId = String(opened.structuredContent?.imageId);
    expect(imageId).toMatch(/^img_[0-9a-z]{10}$/);

    const selected = await tour.ask("select_region", { imageId, box: [4, 4, 20, 20], label: "sign" });
    expect(selected).toMatchObject({ box: [4, 4, 20, 20], centroid: [12, 12], label: "sign" });

    const operations = [{ regionId: selected.regionId, motion: SHIFT }];
    const preview = await tour.call("preview_edit", { imageId, operations });
    expect(preview.structuredContent).toMatchObject({ tier: "preview", width: 48, height: 32 });
    expect(preview.content.map(({ type }) => type)).toEqual(["text", "image", "resource_link"]);

    const job = await tour.ask("start_edit", { imageId, operations, quality: "fast", seed: 7, waitSeconds: 20 });
    expect(job).toMatchObject({ status: "done", edit: { tier: "fast", receipt: { outsideChanged: 0 } } });
    expect(JSON.stringify(job)).not.toContain("base64");
    expect(engine.edits.at(-1)?.recipe).toMatchObject({ seed: 7, operations: [{ label: "sign", motion: SHIFT }] });

    const written = await tour.call("export_image", { id: job.editId, path: "out.png" });
    expect(textOf(written)).toContain("bit-exact");
    expect((await readFile(join(tour.root, "out.png"))).length).toBe(written.structuredContent?.bytes);
  });

  it("says what the slow tier would take, when asked", async () => {
    const args = { imageId: await openPhoto(), operations: [{ region: { box: [4, 4, 20, 20] }, motion: SHIFT }] };
    expect(await tour.ask("preview_edit", { ...args, estimate: "full" })).toMatchObject({
      estimate: { quality: "full" },
    });
    expect(await tour.ask("preview_edit", args)).not.toHaveProperty("estimate");
  });

  it("takes an edit wherever it takes a picture", async () => {
    const imageId = await openPhoto();
    const operations = [{ region: { box: [4, 4, 20, 20] }, motion: SHIFT }];
    const first = await tour.ask("preview_edit", { imageId, operations });
    const regionId = await boxRegion(String(first.editId));
    const second = await tour.ask("preview_edit", {
      imageId: first.editId,
      operations: [{ regionId, motion: SHIFT }],
    });
    expect(second.imageId).toBe(first.editId);
    expect(engine.edits.at(-1)?.image).toBe(first.path);
    expect(await tour.ask("look", { id: second.editId })).toMatchObject({ width: 48 });
  });

  it("opens a data URI", async () => {
    const data = (await readFile(join(tour.root, "photo.png"))).toString("base64");
    expect(await tour.ask("open_image", { dataUri: `data:image/png;base64,${data}` })).toMatchObject({ width: 48 });
  });

  it("reads coordinates of the model's convention", async () => {
    const imageId = await openPhoto();
    await tour.ask("select_region", { imageId, box: [0, 0, 500, 1000], coordSpace: "norm1000" });
    await tour.ask("select_region", { imageId, points: [{ x: 0.5, y: 0.25 }], coordSpace: "norm1" });
    expect(engine.selections.map(({ hint }) => hint)).toEqual([
      { type: "region", region: { box: [0, 0, 24, 32] }, refine: true },
      { type: "points", points: [{ point: [24, 8], positive: true }] },
    ]);
  });

  it("grows a region and takes one out of another", async () => {
    const imageId = await openPhoto();
    const regionId = await boxRegion(imageId);
    expect(await tour.ask("select_region", { imageId, box: [4, 4, 20, 20], grow: 2 })).toMatchObject({
      box: [2, 2, 22, 22],
    });
    const rest = await tour.ask("select_region", {
      imageId,
      box: [0, 0, 12, 32],
      combine: { with: regionId, op: "subtract" },
    });
    expect(rest).toMatchObject({ box: [12, 4, 20, 20], centroid: [16, 12] });
    const empty = await tour.call("select_region", { imageId, box: [4, 4, 8, 8], grow: -20 });
    expect(textOf(empty)).toMatch(/^region-empty: /);
  });

  it("tints and names the regions that were selected", async () => {
    const imageId = await openPhoto();
    const regionId = await boxRegion(imageId);
    const { marks } = await tour.ask("look", { id: imageId, overlay: "marks" });
    expect(marks).toEqual([{ regionId, label: "sign", color: "red" }]);
    expect(engine.looks.at(-1)?.masks).toHaveLength(1);
  });

  it("numbers guesses of what else may be meant", async () => {
    const imageId = await openPhoto();
    engine.options.guesses = [{ box: [4, 4, 20, 20], centroid: [12, 12], area: 0.17, salience: 0.9 }];
    const { guesses } = await tour.ask("look", { id: imageId, overlay: "marks" });
    expect(guesses).toEqual([{ number: 1, box: [4, 4, 20, 20], centroid: [12, 12], area: 0.17, salience: 0.9 }]);
    expect(engine.looks.at(-1)?.boxes).toEqual([[4, 4, 20, 20]]);
    expect(await tour.ask("look", { id: imageId })).not.toHaveProperty("guesses");
  });
});

describe("jobs", () => {
  const operations = [{ region: { box: [4, 4, 20, 20] }, motion: SHIFT }];

  it("go on after the wait, one at a time", async () => {
    engine.options = { stepMs: 20 };
    const imageId = await openPhoto();
    const first = await tour.ask("start_edit", { imageId, operations, waitSeconds: 0 });
    const second = await tour.ask("start_edit", { imageId, operations, waitSeconds: 0 });
    expect(second.status).toBe("queued");
    const done = await tour.ask("job_status", { jobId: second.jobId, waitSeconds: 30 });
    expect(done.status).toBe("done");
    expect(await tour.ask("job_status", { jobId: first.jobId })).toMatchObject({ status: "done" });
  });

  it("report progress to who gave a token", async () => {
    const imageId = await openPhoto();
    const seen: number[] = [];
    const args = { name: "start_edit", arguments: { imageId, operations, waitSeconds: 30 } };
    await tour.client.callTool(args, undefined, { onprogress: ({ progress }) => seen.push(progress) });
    expect(seen.length).toBeGreaterThan(0);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
  });

  it("can be cancelled, and leave nothing behind", async () => {
    engine.options = { stepMs: 50 };
    const imageId = await openPhoto();
    const { jobId } = await tour.ask("start_edit", { imageId, operations });
    const cancelled = await tour.ask("cancel_job", { jobId });
    expect(cancelled).toMatchObject({ status: "cancelled", error: { code: "cancelled" } });
    expect(await tour.ask("cancel_job", { jobId })).toEqual(cancelled);
  });

  it("end when the call that started them is cancelled", async () => {
    engine.options = { stepMs: 50 };
    const imageId = await openPhoto();
    const abort = new AbortController();
    const call = tour.client.callTool(
      { name: "start_edit", arguments: { imageId, operations, waitSeconds: 50 } },
      undefined,
      {
        signal: abort.signal,
        onprogress: () => abort.abort(),
      },
    );
    await expect(call).rejects.toThrow();
    // The queue runs one at a time: this one ends only after the first has let go.
    const next = await tour.ask("start_edit", { imageId, operations, waitSeconds: 50 });
    expect(next.status).toBe("done");
    expect(engine.edits).toHaveLength(2);
  });

  it("say why they failed, and remove what they had written", async () => {
    const message = `Expected pixels in ${tour.ctx.workspace.dir}/mask.png, got none`;
    engine.options = { failure: new EditError("region-empty", message, { hint: "Draw it anew" }) };
    const imageId = await openPhoto();
    const job = await tour.ask("start_edit", { imageId, operations, waitSeconds: 20 });
    const error = {
      code: "region-empty",
      message: "Expected pixels in session/mask.png, got none",
      hint: "Draw it anew",
    };
    expect(job).toMatchObject({ status: "failed", error });
    const [request] = engine.edits;
    await expect(access(String(request?.dir))).rejects.toThrow();
  });
});

describe("refusals", () => {
  const refused = async (name: string, args: Record<string, unknown>): Promise<CallToolResult> => {
    const result = await tour.call(name, args);
    expect(result.isError).toBe(true);
    return result;
  };

  it.each(["../photo.png", "/etc/hostname", "photo.png\0.txt", "/dev/zero", "missing/../../photo.png"])(
    "keeps to the roots: %j",
    async (path) => {
      const text = textOf(await refused("open_image", { path }));
      expect(text).toMatch(/^path-outside-roots: /);
    },
  );

  it("follows links before it judges", async () => {
    await symlink("/etc/hostname", join(tour.root, "link.png"));
    expect(textOf(await refused("open_image", { path: "link.png" }))).toMatch(/^path-outside-roots: /);
    await symlink("/tmp/dragflow-nowhere.png", join(tour.root, "dangling.png"));
    const id = await openPhoto();
    const text = textOf(await refused("export_image", { id, path: "dangling.png", overwrite: true }));
    expect(text).toMatch(/^path-outside-roots: /);
  });

  it("names the caller's file, not the session's copy", async () => {
    await writeFile(join(tour.root, "words.png"), "no picture");
    const text = textOf(await refused("open_image", { path: "words.png" }));
    expect(text).toMatch(/^image-unreadable: .*words\.png/);
    expect(text).not.toContain("img_");
    expect(text).not.toContain(tour.ctx.workspace.dir);
  });

  it("asks for overwrite before it replaces a file", async () => {
    const id = await openPhoto();
    expect(textOf(await refused("export_image", { id, path: "photo.png" }))).toMatch(/^out-exists: /);
    expect(await tour.ask("export_image", { id, path: "photo.png", overwrite: true })).toMatchObject({ format: "png" });
  });

  it.each([
    ["select_region", { box: [0, 0, 1, 1], salient: true }, /^selection-needed: .*box and salient/],
    ["select_region", {}, /^selection-needed: .*none/],
    ["preview_edit", { operations: [{ motion: SHIFT }] }, /^recipe-invalid: .*neither/],
    ["preview_edit", { operations: [{ regionId: "reg_0", motion: SHIFT }] }, /^not-found: /],
    [
      "preview_edit",
      { operations: [{ region: { box: [0, 0, 9, 9] }, motion: { type: "relocation" } }] },
      /recipe-invalid/,
    ],
    ["start_edit", { operations: [] }, /operations/],
    ["start_edit", { operations: [{ motion: { type: "spin" } }], tone: 1 }, /motion\.type[\s\S]*tone/],
  ])("%s %j says what to change", async (name, args, words) => {
    const imageId = await openPhoto();
    expect(textOf(await refused(name, { imageId, ...args }))).toMatch(words);
  });

  it("keeps the unexpected out of the answer and puts it into the log", async () => {
    engine.options = { failure: new TypeError("secret detail") };
    const operations = [{ region: { box: [4, 4, 20, 20] }, motion: SHIFT }];
    const text = textOf(await refused("preview_edit", { imageId: await openPhoto(), operations }));
    expect(text).toMatch(/^unexpected: /);
    expect(text).not.toContain("secret");
    expect(tour.log.join()).toContain("secret detail");
  });

  it("does so for a job as well", async () => {
    engine.options = { failure: new TypeError("secret detail") };
    const operations = [{ region: { box: [4, 4, 20, 20] }, motion: SHIFT }];
    const job = await tour.ask("start_edit", { imageId: await openPhoto(), operations, waitSeconds: 20 });
    expect(job).toMatchObject({ status: "failed", error: { code: "engine-failed" } });
    expect(JSON.stringify(job)).not.toContain("secret");
    expect(tour.log.join()).toContain("secret detail");
  });
});
