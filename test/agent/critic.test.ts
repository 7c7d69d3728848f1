import { describe, expect, it } from "vitest";
import { isBetter, isHopeless, judged, remedies } from "../../src/agent/critic.ts";
import { runTurn } from "../../src/agent/loop.ts";
import type { Planner } from "../../src/agent/planner.ts";
import type { Gates, Receipt } from "../../src/engine/api.ts";
import type { Critique } from "../../src/tools/assistant.ts";
import { GOOD, inTurn, job, POOR, scriptedPort } from "./scripted-port.ts";

const receipt: Receipt = {
  lossless: true,
  outsideChanged: 0,
  outsideSha256: "ab",
  outsidePixels: 9,
  editedBox: [0, 0, 1, 1],
  editableArea: 0.1,
};
const edit = (gates: Partial<Gates> = {}, more: Partial<Receipt> = {}, nothing?: number) =>
  ({ editId: "e", tier: "full", gates: { ...GOOD, ...gates }, nothing, receipt: { ...receipt, ...more } }) as const;
const PLEASED: Critique = { goal: 9, artefacts: 8, preservation: 9, verdict: "accept" };
const WANTS: Critique = {
  goal: 4,
  artefacts: 8,
  preservation: 9,
  verdict: "retry",
  change: { what: "other-amount", why: "not far enough" },
};

describe("a verdict", () => {
  it("is the gates' where no model looked", () => {
    expect(judged(edit(), undefined).verdict).toEqual({ accepted: true, missed: [] });
    expect(judged(edit({ seamEnergy: 3 }), undefined).verdict.accepted).toBe(false);
  });

  it("is the model's where one looked, but for the outside", () => {
    expect(judged(edit({ seamEnergy: 3 }), PLEASED).verdict).toEqual({ accepted: true, missed: [] });
    expect(judged(edit({}, { outsideChanged: 2 }), PLEASED).verdict.accepted).toBe(false);
    expect(judged(edit(), WANTS).verdict.missed).toEqual([
      "the critic is not content (goal 4, artefacts 8, preservation 9 of 10: not far enough)",
    ]);
  });

  it("falls below the untouched picture", () => {
    expect(judged(edit({ score: 0.5 }, {}, 0.6), undefined).verdict.missed[0]).toContain(
      "the untouched picture has 0.60",
    );
    expect(isHopeless(judged(edit({ score: 0.3 }), undefined))).toBe(true);
    expect(isHopeless(judged(edit({ score: 0.3 }), WANTS))).toBe(false);
  });
});

describe("the better of two", () => {
  it("is accepted, then higher, then earlier", () => {
    const low = judged(edit({ score: 0.5 }), undefined);
    expect(isBetter(low, undefined)).toBe(true);
    expect(isBetter(judged(edit({ score: 0.6 }), undefined), low)).toBe(true);
    expect(isBetter(judged(edit({ score: 0.5 }), undefined), low)).toBe(false);
    expect(isBetter(judged(edit({ score: 0.9, sourceCleared: 0.1 }), undefined), low)).toBe(false);
  });

  it("counts the model's marks half where both have them", () => {
    const first = judged(edit({ score: 0.7 }), { ...WANTS, goal: 2 });
    expect(isBetter(judged(edit({ score: 0.6 }), { ...WANTS, goal: 9 }), first)).toBe(true);
    expect(isBetter(judged(edit({ score: 0.6, seamEnergy: 3 }), undefined), first)).toBe(false);
  });
});

describe("remedies", () => {
  it.each<[string, Partial<Gates>, Critique | undefined, string[]]>([
    ["nothing was missed", {}, undefined, []],
    ["the source still shows", { sourceCleared: 0.1 }, undefined, ["grow-mask", "faster-tier"]],
    ["the thing did not arrive", { targetArrived: 0.1 }, undefined, ["more-iterations", "faster-tier"]],
    ["the critic has a wish", { sourceCleared: 0.1 }, WANTS, ["other-amount", "grow-mask", "faster-tier"]],
    ["the critic gives up", {}, { ...WANTS, verdict: "undo" }, ["undo"]],
  ])("when %s", (_, gates, critique, expected) => {
    expect(remedies(judged(edit(gates), critique))).toEqual(expected);
  });
});

describe("the loop with a critic", () => {
  const operations = [{ regionId: "region-1", motion: { type: "relocation", by: [-40, 0] } }];
  const planner: Planner = {
    name: "model",
    rounds: 3,
    next: async () => ({ type: "call", tool: "start_edit", args: { imageId: "image-1", operations }, why: "cup left" }),
  };
  const turn = (port: ReturnType<typeof scriptedPort>, ...critiques: (Critique | undefined)[]) => {
    let at = 0;
    const critic = { critique: async () => critiques[Math.min(at++, critiques.length - 1)] };
    return runTurn({ request: "move the cup left", imageId: "image-1", port, planner, critic });
  };

  it("rejects a first result and accepts the second, with the one thing changed that was asked for", async () => {
    const port = scriptedPort({ start_edit: inTurn(job("edit-1"), job("edit-2")) });
    const outcome = await turn(port, WANTS, PLEASED);
    expect(outcome).toMatchObject({ ok: true, accepted: true, editId: "edit-2" });
    expect(port.argsOf("start_edit")[1]).toMatchObject({ operations: [{ motion: { by: [-50, 0] } }] });
    expect(outcome.events).toContainEqual({ type: "retry", round: 2, why: "not far enough", change: "other-amount" });
    expect(outcome.events.filter(({ type }) => type === "critique")).toHaveLength(2);
  });

  it("takes the edit back when the critic says so, and says why", async () => {
    const port = scriptedPort({ start_edit: inTurn(job("edit-1", GOOD)) });
    const outcome = await turn(port, { ...WANTS, verdict: "undo", change: { what: "undo", why: "the cup is torn" } });
    expect(outcome).toMatchObject({
      ok: false,
      refused: { code: "result-rejected", message: expect.stringContaining("the cup is torn") },
    });
  });

  it("keeps the first result where a later one is to be taken back", async () => {
    const port = scriptedPort({ start_edit: inTurn(job("edit-1", { ...POOR, score: 0.6 }), job("edit-2")) });
    const outcome = await turn(port, WANTS, { ...WANTS, goal: 0, artefacts: 0, preservation: 0, verdict: "undo" });
    expect(outcome).toMatchObject({ ok: true, accepted: false, editId: "edit-1" });
  });

  it("goes by the gates where no model is at hand", async () => {
    const port = scriptedPort({ start_edit: inTurn(job("edit-1")) });
    expect(await turn(port, undefined)).toMatchObject({ accepted: true, editId: "edit-1" });
  });
});
