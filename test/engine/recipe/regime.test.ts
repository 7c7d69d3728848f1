import { describe, expect, it, test } from "vitest";
import { translation } from "../../../src/engine/geometry/affine.ts";
import { boundingBox } from "../../../src/engine/geometry/mask.ts";
import { bendRoom, reachOf } from "../../../src/engine/geometry/room.ts";
import { parseRecipe } from "../../../src/engine/recipe/parse.ts";
import { heldShare, regimeOf } from "../../../src/engine/recipe/regime.ts";
import { resolveRecipe } from "../../../src/engine/recipe/resolve.ts";
import type { Motion } from "../../../src/engine/recipe/schema.ts";
import { maskWhere } from "../../helpers/pictures.ts";
import { textIo } from "./helpers.ts";

const size = { width: 300, height: 200 };
const region = maskWhere(300, 200, (x, y) => x >= 100 && x < 140 && y >= 60 && y < 90);
const move: Motion = { type: "relocation", by: [20, 0] };
const moved = { region, affine: translation([20, 0]), motion: move, keepSource: false };
const yes = () => true;
const no = () => false;

describe("regimeOf", () => {
  test("what belongs to something larger bends, other things are cut", () => {
    expect(regimeOf(moved, "auto", yes)).toBe("bend");
    expect(regimeOf(moved, "auto", no)).toBe("cut");
  });

  test("the option decides instead of the picture", () => {
    expect(regimeOf(moved, "cut", yes)).toBe("cut");
    expect(regimeOf(moved, "bend", no)).toBe("bend");
  });

  test("a deformation bends, alone or in a composition, whatever the option", () => {
    const deformation: Motion = { type: "deformation", by: [20, 0] };
    expect(regimeOf({ ...moved, motion: deformation }, "cut", no)).toBe("bend");
    expect(regimeOf({ ...moved, motion: { type: "compose", motions: [deformation] } }, "auto", no)).toBe("bend");
  });

  test("a copy is cut", () => {
    expect(regimeOf({ ...moved, keepSource: true }, "bend", yes)).toBe("cut");
    expect(regimeOf({ ...moved, keepSource: true, motion: { type: "deformation", by: [1, 1] } }, "auto", yes)).toBe(
      "cut",
    );
  });

  test("what moves further than it is large is cut", () => {
    expect(regimeOf({ ...moved, affine: translation([39, 0]) }, "auto", yes)).toBe("bend");
    expect(regimeOf({ ...moved, affine: translation([41, 0]) }, "auto", yes)).toBe("cut");
  });
});

describe("a region that the given area cuts off", () => {
  const beside = (x0: number) => maskWhere(300, 200, (x) => x >= x0 && x < 260);

  it("bends, whatever its colours: what lies beyond the area holds it", () => {
    expect(heldShare(region, beside(100))).toBeCloseTo(30 / 136, 2);
    expect(regimeOf({ ...moved, area: beside(100) }, "auto", no)).toBe("bend");
    expect(regimeOf({ ...moved, area: beside(100) }, "cut", no)).toBe("cut");
  });

  it("is cut as long as it lies inside", () => {
    expect(heldShare(region, beside(90))).toBe(0);
    expect(regimeOf({ ...moved, area: beside(90) }, "auto", no)).toBe("cut");
  });

  it("is not held by the picture's own edge", () => {
    const corner = maskWhere(300, 200, (x, y) => x < 40 && y < 40);
    expect(
      heldShare(
        corner,
        maskWhere(300, 200, (x) => x < 200),
      ),
    ).toBe(0);
  });
});

test("the reach of a motion is its largest displacement, its room half as much again and never too little", () => {
  expect(reachOf(region, translation([30, 40]))).toBeCloseTo(50);
  expect(bendRoom(region, translation([30, 40]))).toBeCloseTo(75);
  expect(bendRoom(region, translation([1, 0]))).toBeCloseTo(0.3 * Math.sqrt(1200));
});

describe("the automatic editable area", () => {
  const box = { box: [100, 60, 140, 90] };
  const areaOf = async (motion: object, isPart = false) => {
    const recipe = parseRecipe({ operations: [{ region: box, motion }] });
    const edit = await resolveRecipe(recipe, size, { ...textIo(), isPart: () => isPart });
    return { box: boundingBox(edit.editableHard), regime: edit.operations[0]?.regime };
  };

  it("gives a bend room on all sides in proportion to its motion, a cut none", async () => {
    const cut = await areaOf({ type: "relocation", by: [20, 0] });
    const bent = await areaOf({ type: "deformation", by: [20, 0] });
    expect([cut.regime, bent.regime]).toEqual(["cut", "bend"]);
    const [inner, outer] = [cut.box ?? [0, 0, 0, 0], bent.box ?? [0, 0, 0, 0]];
    for (const side of [0, 1] as const) expect(inner[side] - outer[side]).toBeCloseTo(30, -0.5);
    for (const side of [2, 3] as const) expect(outer[side] - inner[side]).toBeCloseTo(30, -0.5);
  });

  it("is the same for a part that bends by itself", async () => {
    expect(await areaOf({ type: "relocation", by: [20, 0] }, true)).toEqual(
      await areaOf({ type: "deformation", by: [20, 0] }),
    );
  });
});
