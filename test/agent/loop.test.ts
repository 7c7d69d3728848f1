import { describe, expect, it } from "vitest";
import type { AgentEvent } from "../../src/agent/events.ts";
import { createLocalPlanner } from "../../src/agent/local/planner.ts";
import { runTurn } from "../../src/agent/loop.ts";
import { operationsOf } from "../../src/agent/operations.ts";
import type { Planner } from "../../src/agent/planner.ts";
import type { Selection } from "../../src/agent/thread.ts";
import type { TurnOptions } from "../../src/agent/turn.ts";
import {
  GOOD,
  inTurn,
  job,
  PIXEL,
  POOR,
  refused,
  region,
  type ScriptedPort,
  said,
  scriptedPort,
} from "./scripted-port.ts";

const SELECTION: Selection = { regionId: "region-7", box: [100, 100, 200, 200], centroid: [150, 150] };

function turn(port: ScriptedPort, request: string, more: Partial<TurnOptions> = {}) {
  return runTurn({ request, imageId: "image-1", port, planner: createLocalPlanner(), ...more });
}

function types(events: readonly AgentEvent[]): string[] {
  return events.map((event) => event.type);
}

function operationOf(args: Readonly<Record<string, unknown>> = {}): object {
  return operationsOf({ args })[0] ?? {};
}

describe("a turn of the local planner", () => {
  it("looks, selects what stands out, previews and edits", async () => {
    const port = scriptedPort();
    const outcome = await turn(port, "move the sign 40 px to the left");
    expect(port.calls.map((call) => call.name)).toEqual(["look", "select_region", "preview_edit", "start_edit"]);
    expect(port.argsOf("select_region")).toEqual([{ imageId: "image-1", salient: true, label: "sign" }]);
    const operations = [{ regionId: "region-1", motion: { type: "relocation", by: [-40, 0] }, label: "sign" }];
    expect(port.argsOf("preview_edit")).toEqual([{ imageId: "image-1", operations }]);
    expect(port.argsOf("start_edit")).toEqual([
      { imageId: "image-1", operations, seed: 42, quality: "full", waitSeconds: 50 },
    ]);
    expect(outcome).toMatchObject({ ok: true, accepted: true, editId: "edit-1", tier: "full", best: { gates: GOOD } });
    expect(outcome.text).toBe("sign: move 40 px left (edit-1).");
    expect(outcome.assumed).toEqual(['"sign" = the object that stands out (confidence 0.90)']);
  });

  it("tells its steps on one stream, which is the transcript", async () => {
    const heard: AgentEvent[] = [];
    const outcome = await turn(scriptedPort(), "turn it a little", {
      selection: SELECTION,
      onEvent: (event) => heard.push(event),
    });
    expect(heard).toEqual(outcome.events);
    expect(
      outcome.transcript
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line)),
    ).toEqual(heard);
    expect(outcome.transcript).not.toContain(PIXEL);
    expect(types(heard)).toEqual(
      "turn-start tool-call tool-result step-start assumed assumed assumed tool-call tool-result step-start tool-call tool-result edit-done gates kept turn-end".split(
        " ",
      ),
    );
    expect(outcome.assumed).toEqual([
      "no sense was said = clockwise",
      "a little = 10 degrees",
      "rotation about the region's centre",
    ]);
  });

  it("uses the user's selection and turns about its centre", async () => {
    const port = scriptedPort();
    await turn(port, "rotate it 30 degrees counter-clockwise", { selection: SELECTION });
    expect(port.argsOf("select_region")).toEqual([]);
    const motion = { type: "rotation", degrees: -30, about: [150, 150] };
    expect(port.argsOf("start_edit")[0]?.operations).toEqual([{ regionId: "region-7", motion }]);
  });

  it("takes the user's quality, seed and model, and previews nothing twice", async () => {
    const port = scriptedPort();
    await turn(port, "move it up 10 px", { selection: SELECTION, quality: "preview", seed: 7, model: "flux-dev" });
    expect(port.argsOf("preview_edit")).toEqual([]);
    expect(port.argsOf("start_edit")[0]).toMatchObject({ quality: "preview", seed: 7, model: "flux-dev" });
  });

  it("refuses what is not geometry before anything is selected", async () => {
    const port = scriptedPort();
    const outcome = await turn(port, "make it blue");
    expect(port.calls.map((call) => call.name)).toEqual(["look"]);
    expect(outcome).toMatchObject({
      ok: false,
      refused: { code: "not-understood", message: "colour changes are not geometry" },
    });
    expect(outcome.refused?.hint).toContain("Say for example");
  });

  it("asks for a selection when nothing stands out, and edits nothing", async () => {
    const port = scriptedPort({ select_region: () => region(0.3) });
    const outcome = await turn(port, "move the sign left 40 px");
    expect(outcome.refused).toMatchObject({ code: "selection-needed", hint: expect.stringContaining("--region") });
    expect(port.calls.map((call) => call.name)).toEqual(["look", "select_region", "look"]);
  });

  it.each([
    ["is unsure", () => region(0.3)],
    ["finds nothing", () => refused("region-empty: Expected one clear object, found none")],
  ])("offers numbered guesses when selecting %s", async (_, select_region) => {
    const size = { width: 800, height: 600, shownWidth: 400, shownHeight: 300 };
    const guesses = [
      { number: 1, box: [10, 20, 110, 120] },
      { number: 2, box: [300, 20, 400, 90] },
    ];
    const look = ({ overlay }: Readonly<Record<string, unknown>>) =>
      said(overlay === "marks" ? { ...size, guesses } : size);
    const port = scriptedPort({ select_region, look });
    const outcome = await turn(port, "move the sign left 40 px");
    expect(outcome.refused).toMatchObject({ code: "selection-needed", message: expect.stringContaining('"sign"') });
    expect(outcome.refused?.hint).toContain("1: --region box:10,20,110,120; 2: --region box:300,20,400,90");
    expect(port.argsOf("start_edit")).toEqual([]);
  });

  it("asks all the same when the look for guesses fails", async () => {
    let looks = 0;
    const look = () =>
      looks++ === 0
        ? said({ width: 800, height: 600, shownWidth: 400, shownHeight: 300 })
        : refused("engine-crashed: The engine ended");
    const outcome = await turn(scriptedPort({ select_region: () => region(0.3), look }), "move the sign left 40 px");
    expect(outcome.refused).toMatchObject({
      code: "selection-needed",
      hint: expect.stringContaining("box:x0,y0,x1,y1"),
    });
  });

  it("refuses a motion that would leave everything in place", async () => {
    const outcome = await turn(scriptedPort(), "move it to the middle of the picture");
    expect(outcome.refused).toMatchObject({
      code: "not-understood",
      message: expect.stringContaining("there already"),
    });
  });

  it("hands on the code of a tool's refusal", async () => {
    const port = scriptedPort({
      preview_edit: () => refused("target-outside: The target leaves the picture by 40 px"),
    });
    const outcome = await turn(port, "move it left 700 px", { selection: SELECTION });
    expect(outcome.refused).toEqual({ code: "target-outside", message: "The target leaves the picture by 40 px" });
    expect(port.argsOf("start_edit")).toEqual([]);
  });

  it("hands on the failure of the first look", async () => {
    const port = scriptedPort({ look: () => refused("not-found: Expected a picture") });
    expect((await turn(port, "move it up 10 px")).refused).toMatchObject({ code: "not-found" });
  });
});

describe("rounds", () => {
  it("change one thing of the best result so far and keep the best, not the last", async () => {
    const port = scriptedPort({
      select_region: inTurn(region(), region(0.9, "region-2")),
      start_edit: inTurn(job("edit-1", { ...POOR, score: 0.5 }), job("edit-2", { ...POOR, score: 0.42 })),
    });
    const outcome = await turn(port, "move the sign up 10 px");
    expect(port.argsOf("select_region")[1]).toEqual({
      imageId: "image-1",
      box: [300, 200, 500, 400],
      refine: false,
      combine: { with: "region-1", op: "intersect" },
      grow: 8,
      label: "sign",
    });
    const [first, second] = port.argsOf("start_edit");
    expect(second).toEqual({ ...first, operations: [{ ...operationOf(first), regionId: "region-2" }] });
    expect(outcome).toMatchObject({
      ok: true,
      accepted: false,
      editId: "edit-1",
      thread: { selection: { regionId: "region-1" } },
    });
    expect(outcome.text).toContain("source cleared 0.10 (wanted at least 0.5)");
    expect(outcome.events).toContainEqual(expect.objectContaining({ type: "retry", round: 2, change: "grow-mask" }));
  });

  it("go to a faster tier only where the person named none", async () => {
    const smeared = { ...GOOD, fillTexture: 0.1 };
    const script = () => scriptedPort({ start_edit: inTurn(job("edit-1", smeared), job("edit-2")) });
    const free = script();
    expect(await turn(free, "move it up 10 px", { selection: SELECTION })).toMatchObject({ editId: "edit-2" });
    expect(free.argsOf("start_edit").map(({ quality }) => quality)).toEqual(["full", "fast"]);
    const named = script();
    await turn(named, "move it up 10 px", { selection: SELECTION, quality: "full" });
    expect(named.argsOf("start_edit").map(({ quality }) => quality)).toEqual(["full", "full"]);
    expect(named.argsOf("select_region")).toMatchObject([{ grow: 8 }]);
  });

  it("end with the first accepted result, whose region goes on", async () => {
    const port = scriptedPort({
      select_region: () => region(0.9, "region-2"),
      start_edit: inTurn(job("edit-1", POOR), job("edit-2", GOOD)),
    });
    const outcome = await turn(port, "move it up 10 px", { selection: SELECTION, budget: { rounds: 3 } });
    expect(outcome).toMatchObject({
      accepted: true,
      editId: "edit-2",
      thread: { selection: { regionId: "region-2" } },
    });
    expect(port.argsOf("start_edit")).toHaveLength(2);
  });

  it("try each change once, then end with the best", async () => {
    const port = scriptedPort({ start_edit: () => job("edit-1", POOR) });
    const outcome = await turn(port, "move it up 10 px", { selection: SELECTION, budget: { rounds: 9 } });
    expect(outcome).toMatchObject({ ok: true, accepted: false });
    const changes = outcome.events.flatMap((event) => (event.type === "retry" ? [event.change] : []));
    expect(changes).toEqual(["grow-mask", "faster-tier"]);
  });

  it("take the best result back where doing nothing would be better", async () => {
    const port = scriptedPort({ start_edit: () => job("edit-1", { ...POOR, score: 0.3 }) });
    const outcome = await turn(port, "move it up 10 px", { selection: SELECTION });
    expect(outcome).toMatchObject({
      ok: false,
      refused: { code: "result-rejected", hint: expect.stringContaining("edit-1") },
    });
    expect(outcome.text).toContain("score 0.30 (the untouched picture has 0.40)");
    expect(port.argsOf("start_edit")).toHaveLength(2);
  });

  it("take a result back whose outside has changed", async () => {
    const changed = job("edit-1");
    const { edit, ...rest } = changed.structured;
    const receipt = { ...(edit as { receipt: object }).receipt, outsideChanged: 5 };
    const port = scriptedPort({
      start_edit: () => ({ ...changed, structured: { ...rest, edit: { ...(edit as object), receipt } } }),
    });
    const outcome = await turn(port, "move it up 10 px", { selection: SELECTION });
    expect(outcome).toMatchObject({ ok: false, refused: { code: "result-rejected" } });
    expect(outcome.text).toContain("5 pixels outside");
  });

  it("stop when the time is over and keep what there is", async () => {
    let clock = 0;
    const port = scriptedPort({
      start_edit: () => {
        clock += 60_000;
        return job("edit-1", POOR);
      },
    });
    const outcome = await turn(port, "move it up 10 px", {
      selection: SELECTION,
      budget: { rounds: 5, seconds: 50 },
      now: () => clock,
    });
    expect(outcome).toMatchObject({ ok: true, editId: "edit-1" });
    expect(outcome.text).toContain("50 s have passed");
    expect(port.argsOf("start_edit")).toHaveLength(1);
  });

  it("keep the edit when a later round fails", async () => {
    const port = scriptedPort({ start_edit: inTurn(job("edit-1", POOR), refused("engine-crashed: The engine ended")) });
    const outcome = await turn(port, "move it up 10 px", { selection: SELECTION, budget: { rounds: 2 } });
    expect(outcome).toMatchObject({ ok: true, editId: "edit-1" });
    expect(outcome.text).toContain("The engine ended");
  });

  it("are bounded by steps for a planner that never edits", async () => {
    const planner: Planner = {
      name: "model",
      rounds: 1,
      next: async () => ({ type: "call", tool: "look", args: { id: "image-1" }, why: "" }),
    };
    const port = scriptedPort();
    const outcome = await turn(port, "go", { planner });
    expect(outcome).toMatchObject({ ok: false, refused: { message: "Stopped: 10 steps were taken." } });
    expect(port.calls).toHaveLength(11);
  });
});

describe("jobs", () => {
  it("are followed to their end with their progress", async () => {
    const running = said({ jobId: "job-1", status: "running" });
    const port = scriptedPort({
      start_edit: (_, { onProgress }) => {
        onProgress?.({ done: 3, total: 70, message: "drag 3/70" });
        return running;
      },
      job_status: inTurn(running, job("edit-1")),
    });
    const outcome = await turn(port, "move it up 10 px", { selection: SELECTION });
    expect(port.argsOf("job_status")).toEqual([
      { jobId: "job-1", waitSeconds: 50 },
      { jobId: "job-1", waitSeconds: 50 },
    ]);
    expect(outcome.events).toContainEqual({
      type: "progress",
      step: 2,
      progress: { done: 3, total: 70, message: "drag 3/70" },
    });
    expect(outcome.editId).toBe("edit-1");
  });

  it("that fail give their own code", async () => {
    const failed = said({
      jobId: "job-1",
      status: "failed",
      error: { code: "out-of-memory", message: "Too little memory", hint: "Use preview" },
    });
    const outcome = await turn(scriptedPort({ start_edit: () => failed }), "move it up 10 px", {
      selection: SELECTION,
    });
    expect(outcome.refused).toEqual({ code: "out-of-memory", message: "Too little memory. Use preview" });
  });

  it("are cancelled when the turn is", async () => {
    const abort = new AbortController();
    const port = scriptedPort({
      start_edit: () => said({ jobId: "job-1", status: "running" }),
      job_status: () => {
        abort.abort();
        throw new Error("aborted");
      },
      cancel_job: () => said({}),
    });
    const outcome = await turn(port, "move it up 10 px", { selection: SELECTION, signal: abort.signal });
    expect(outcome).toMatchObject({ ok: false, refused: { code: "cancelled" } });
    expect(port.argsOf("cancel_job")).toEqual([{ jobId: "job-1" }]);
  });
});

describe("bugs", () => {
  it("are thrown, not told as refusals", async () => {
    const port = scriptedPort({
      look: () => {
        throw new TypeError("a bug");
      },
    });
    await expect(turn(port, "move it up 10 px")).rejects.toThrow("a bug");
  });

  it("of a tool's answer are told with the field that is wrong", async () => {
    const port = scriptedPort({ look: () => said({ width: 800 }) });
    expect((await turn(port, "move it up 10 px")).refused).toMatchObject({
      code: "engine-failed",
      message: expect.stringContaining("height"),
    });
  });
});
