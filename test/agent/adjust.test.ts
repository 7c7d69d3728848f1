import { describe, expect, it } from "vitest";
import { type Around, adjusted } from "../../src/agent/adjust.ts";
import type { CallStep } from "../../src/agent/state.ts";
import type { Motion } from "../../src/engine/recipe/schema.ts";
import { CHANGES, type Change } from "../../src/tools/assistant.ts";

const around: Around = {
  picture: { width: 1000, height: 800 },
  quality: "full",
  qualityChosen: false,
  request: "move it a bit to the left",
  why: "",
};

function edit(motion: Motion, more: object = {}): CallStep {
  const operations = [{ regionId: "region-1", motion, label: "cup" }];
  const selection = { regionId: "region-1", box: [1, 2, 3, 4], centroid: [2, 3] } as const;
  const thread = {
    imageId: "image-1",
    selection: {
      ...selection,
      box: [1, 2, 3, 4] as [number, number, number, number],
      centroid: [2, 3] as [number, number],
    },
    chosen: true,
    label: "cup",
    motions: [],
    spoken: [],
  };
  return { type: "call", tool: "start_edit", args: { imageId: "image-1", operations, ...more }, why: "cup", thread };
}

const MOVE = edit({ type: "relocation", by: [-40, 0] });

function motionAfter(call: CallStep, change: Change, more: Partial<Around> = {}): unknown {
  const next = adjusted(call, change, { ...around, ...more });
  const [operation] = (next?.args.operations ?? []) as { motion: unknown }[];
  return operation?.motion;
}

describe("one thing changed", () => {
  it("is one of the closed list, and nothing else is different", () => {
    for (const change of CHANGES) {
      const next = adjusted(MOVE, change, { ...around, otherPrompt: "a cup at the left" });
      if (next === undefined) continue;
      expect(next.change, change).toBe(change);
      const edited = next.afterwards ?? next;
      const keys = Object.keys({ ...MOVE.args, ...edited.args });
      const different = keys.filter((key) => JSON.stringify(MOVE.args[key]) !== JSON.stringify(edited.args[key]));
      const tier = edited.quality === undefined ? 0 : 1;
      const region = next.tool === "select_region" ? 1 : 0;
      expect(different.length + tier + region, change).toBe(1);
    }
  });

  it("grows the region by a hundredth of the longer edge", () => {
    expect(adjusted(MOVE, "grow-mask", around)).toMatchObject({
      tool: "select_region",
      args: { box: [1, 2, 3, 4], refine: false, combine: { with: "region-1", op: "intersect" }, grow: 10 },
      afterwards: { tool: "start_edit" },
    });
  });

  it.each<[string, Motion, string, unknown]>([
    ["further", { type: "relocation", by: [-40, 0] }, "not far enough", { type: "relocation", by: [-50, 0] }],
    ["less far", { type: "relocation", by: [-40, 0] }, "too far to the left", { type: "relocation", by: [-32, 0] }],
    [
      "turned less",
      { type: "rotation", degrees: 10, about: [1, 1] },
      "turn it less",
      { type: "rotation", degrees: 8, about: [1, 1] },
    ],
    ["larger", { type: "scale", factor: 1.1 }, "barely larger", { type: "scale", factor: 1.1265 }],
  ])("moves %s where no amount was said", (_, motion, why, expected) => {
    expect(motionAfter(edit(motion), "other-amount", { why })).toEqual(expected);
  });

  it("leaves the person's own numbers alone", () => {
    expect(adjusted(MOVE, "other-amount", { ...around, request: "move it 40 px left" })).toBeUndefined();
  });

  it("takes another type, or cuts out instead of bending", () => {
    expect(motionAfter(MOVE, "other-type")).toEqual({ type: "deformation", by: [-40, 0] });
    const turn = edit({ type: "rotation", degrees: 10, about: [1, 1] });
    expect(adjusted(turn, "other-type", around)?.args.options).toEqual({ regime: "bend" });
    const bent = edit({ type: "rotation", degrees: 10, about: [1, 1] }, { options: { regime: "bend" } });
    expect(adjusted(bent, "other-type", around)?.args.options).toEqual({ regime: "cut" });
  });

  it("changes the iterations of the full tier only", () => {
    expect(adjusted(MOVE, "more-iterations", around)?.args.options).toEqual({
      transportIterations: 80,
      intensifyIterations: 32,
    });
    expect(adjusted(MOVE, "fewer-iterations", around)?.args.options).toEqual({
      transportIterations: 25,
      intensifyIterations: 10,
    });
    expect(adjusted(MOVE, "more-iterations", { ...around, quality: "fast" })).toBeUndefined();
  });

  it("goes to another tier unless the person named one, or there is none", () => {
    expect(adjusted(MOVE, "faster-tier", around)?.quality).toBe("fast");
    expect(adjusted(MOVE, "slower-tier", around)).toBeUndefined();
    expect(adjusted(MOVE, "faster-tier", { ...around, qualityChosen: true })).toBeUndefined();
  });

  it("takes another prompt only where one was proposed", () => {
    expect(adjusted(MOVE, "other-prompt", around)).toBeUndefined();
    expect(adjusted(MOVE, "other-prompt", { ...around, otherPrompt: "a cup" })?.args.prompt).toBe("a cup");
  });

  it("makes nothing of arguments that are no edit", () => {
    const broken: CallStep = { ...MOVE, args: { imageId: "image-1", operations: "none" } };
    expect(CHANGES.map((change) => adjusted(broken, change, around)?.change)).toEqual(
      CHANGES.map((change) =>
        ["other-type", "more-iterations", "fewer-iterations", "faster-tier"].includes(change) ? change : undefined,
      ),
    );
  });
});
