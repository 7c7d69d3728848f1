import { describe, expect, it } from "vitest";
import { affineOfMotion, apply } from "../../src/engine/geometry/affine.ts";
import { type DraggedItem, geometricDrafts } from "../../src/tools/intent-drafts.ts";

const ARM: DraggedItem = { regionId: "reg_1", label: "arm", centroid: [50, 20], farEnd: [10, 20], target: [50, 60] };

function typesOf(items: readonly DraggedItem[]): string[] {
  return geometricDrafts(items, undefined).map(({ operations }) => operations.map(({ motion }) => motion.type).join());
}

describe("geometricDrafts", () => {
  it("moves, turns and bends what is dragged sideways", () => {
    expect(typesOf([ARM])).toEqual(["relocation", "rotation", "deformation"]);
  });

  it("turns by the angle between centroid and target, seen from the far end", () => {
    const [, turn] = geometricDrafts([ARM], undefined);
    expect(turn?.operations[0]?.motion).toEqual({ type: "rotation", degrees: 45, about: [10, 20] });
    expect(turn?.reason).toMatch(/turns 45 degrees clockwise about its far end \[10, 20\]/);
  });

  it("stretches what is dragged along itself, so that its middle reaches the target", () => {
    const drafts = geometricDrafts([{ ...ARM, target: [70, 20] }], undefined);
    const motion = drafts.at(-1)?.operations[0]?.motion;
    expect(motion).toEqual({ type: "scale", factor: [1.5, 1], about: [10, 20] });
    if (motion === undefined) throw new Error("unreachable");
    expect(apply(affineOfMotion(motion, ARM.centroid), ARM.centroid)).toEqual([70, 20]);
  });

  it("does not stretch beyond reason, nor turn about where it stands", () => {
    expect(typesOf([{ ...ARM, target: [400, 20] }])).toEqual(["relocation", "deformation"]);
    expect(typesOf([{ ...ARM, farEnd: [50, 20] }])).toEqual(["relocation", "deformation"]);
  });

  it("moves the items that a reading does not suit", () => {
    const still = { ...ARM, regionId: "reg_2", farEnd: [50, 20] as const };
    expect(typesOf([ARM, still])).toEqual(["relocation,relocation", "rotation,relocation", "deformation,deformation"]);
  });

  it("says the user's words as the prompt, else its own", () => {
    expect(geometricDrafts([ARM], "raise it").map(({ prompt }) => prompt)).toEqual(Array(3).fill("raise it"));
    expect(geometricDrafts([ARM], undefined)[0]?.prompt).toBe("arm, moved down");
  });
});
