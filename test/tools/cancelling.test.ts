/** A job that is cancelled stops within one iteration, in every stage of the real engine and by either way to cancel. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { EditOptions, EditRequest, Stage } from "../../src/engine/api.ts";
import { LocalEngine } from "../../src/engine/local.ts";
import { startTour, type Tour } from "../helpers/mcp.ts";

const STAGES: readonly Stage[] = ["decode", "plan", "preview", "encode", "invert", "drag", "sample"];

/** The real engine, watched: `at` is called with each report before the tools hear of it. */
class Watched extends LocalEngine {
  at: (stage: Stage) => void = () => {};

  override edit(request: EditRequest, options: EditOptions = {}) {
    const { onProgress, ...rest } = options;
    return super.edit(request, {
      ...rest,
      onProgress: (progress) => {
        this.at(progress.stage);
        onProgress?.(progress);
      },
    });
  }
}

let home: string;
let engine: Watched;
let tour: Tour;
let edit: Record<string, unknown>;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "dragflow-cancelling-"));
  engine = new Watched({ home });
  tour = await startTour(engine);
  const { imageId } = await tour.ask("open_image", { path: "photo.png" });
  const operations = [{ region: { box: [6, 6, 20, 20] }, motion: { type: "relocation", by: [10, 0] } }];
  const options = { transportIterations: 2, intensifyIterations: 1 };
  edit = { imageId, operations, options, quality: "full" };
});
afterAll(async () => {
  await tour.close();
  await engine.close();
  await rm(home, { recursive: true, force: true });
});

/** Calls `cancel` at the first report of the stage; counts the reports that come after it took effect. */
function cancelAt(stage: Stage, cancel: () => void): { later: () => number } {
  let reports = -1;
  engine.at = (now) => {
    if (reports >= 0) reports++;
    else if (now === stage) {
      reports = 0;
      cancel();
    }
  };
  return { later: () => reports };
}

const editsMade = () => tour.ctx.workspace.history.nodes().filter(({ type }) => type === "edit");

describe.each(STAGES)("while it is at %s", (stage) => {
  it("cancel_job stops it", { timeout: 120_000 }, async () => {
    const started = await tour.ask("start_edit", edit);
    const { jobId } = started;
    const { later } = cancelAt(stage, () => void tour.call("cancel_job", { jobId }));
    expect(await tour.ask("job_status", { jobId, waitSeconds: 50 })).toMatchObject({ status: "cancelled" });
    expect(later()).toBeGreaterThanOrEqual(0);
    expect(later()).toBeLessThanOrEqual(1);
    expect(editsMade()).toEqual([]);
  });

  it("the client's cancelled notification stops it", { timeout: 120_000 }, async () => {
    const abort = new AbortController();
    const { later } = cancelAt(stage, () => abort.abort());
    const params = { name: "start_edit", arguments: { ...edit, waitSeconds: 50 } };
    const call = tour.client.callTool(params, undefined, { signal: abort.signal }) as Promise<CallToolResult>;
    await expect(call).rejects.toThrow();
    await tour.ctx.workspace.jobs.wait(tour.ctx.workspace.jobs.start(async () => ({})).jobId, { seconds: 50 });
    expect(later()).toBeGreaterThanOrEqual(0);
    expect(later()).toBeLessThanOrEqual(1);
    expect(editsMade()).toEqual([]);
  });
});
