import { describe, expect, test } from "vitest";
import { affineAt, apply, invert } from "../../../src/engine/geometry/affine.ts";
import { emptyMask, feather, fullMask } from "../../../src/engine/geometry/mask.ts";
import type { Mask, Rgb } from "../../../src/engine/raster.ts";
import type { Motion } from "../../../src/engine/recipe/schema.ts";
import { type BendField, bendField } from "../../../src/engine/retouch/bend.ts";
import { valueAt } from "../../../src/engine/retouch/bend-lattice.ts";
import { warpThrough } from "../../../src/engine/retouch/bend-warp.ts";
import { harmonic } from "../../../src/engine/retouch/harmonic.ts";
import { previewEdit } from "../../../src/engine/retouch/preview.ts";
import { inDisc, maskWhere, noiseAt, paint } from "../../helpers/pictures.ts";

const [width, height] = [240, 200];
const all = fullMask({ width, height });
const region = maskWhere(width, height, inDisc(120, 100, 25));
const bend = (motion: Motion, mask = region) => ({ mask, at: (p: number) => affineAt(motion, [120, 100], p) });

const MOTIONS = {
  relocation: { type: "relocation", by: [30, -20] },
  rotation: { type: "rotation", degrees: 60, about: [120, 125] },
  scale: { type: "scale", factor: [1.6, 0.8] },
} as const satisfies Record<string, Motion>;

function field(motion: Motion, editable = all, mask = region): BendField {
  const found = bendField([bend(motion, mask)], editable);
  if (!found) throw new Error("Expected a field");
  return found;
}

test("harmonic values lie between the fixed ones and are linear between two walls", () => {
  const lattice = { width: 41, height: 9 };
  const fixed = Uint8Array.from({ length: 41 * 9 }, (_, i) => (i % 41 === 0 || i % 41 === 40 ? 1 : 0));
  const out = harmonic(
    lattice,
    fixed,
    Float32Array.from({ length: 41 * 9 }, (_, i) => (i % 41 === 40 ? 1 : 0)),
  );
  for (let x = 0; x < 41; x++) expect(out[4 * 41 + x]).toBeCloseTo(x / 40, 1);
});

describe.each(Object.entries(MOTIONS))("a bend by %s", (_, motion) => {
  const found = field(motion);
  const back = invert(affineAt(motion, [120, 100], 1));

  test("takes the region's pixels exactly where the affine takes them", () => {
    for (const [x, y] of [
      [120.5, 100.5],
      [97.5, 100.5],
      [130.5, 118.5],
    ] as const) {
      const [u, v] = apply(affineAt(motion, [120, 100], 1), [x, y]);
      const [sx, sy] = apply(back, [u, v]);
      expect(u + valueAt(found.dx, found.lattice, u, v)).toBeCloseTo(sx, 2);
      expect(v + valueAt(found.dy, found.lattice, u, v)).toBeCloseTo(sy, 2);
    }
  });

  test("folds nowhere and does all of the motion", () => {
    expect(found.kept).toBe(1);
    expect(found.minJacobian).toBeGreaterThan(0);
    expect(found.minJacobian).toBeCloseTo(leastDeterminant(found), 1);
  });

  test("leaves the picture's corners alone", () => {
    expect(valueAt(found.dx, found.lattice, 3, 3)).toBe(0);
    expect(valueAt(found.dy, found.lattice, width - 3, height - 3)).toBe(0);
  });
});

/** The smallest determinant of target → source, by central differences of the interpolated field. */
function leastDeterminant({ dx, dy, lattice }: BendField): number {
  const at = (f: Float32Array, x: number, y: number) => valueAt(f, lattice, x, y);
  let least = 1;
  const e = 0.5 * lattice.step;
  for (let y = 4; y < height - 4; y += 2) {
    for (let x = 4; x < width - 4; x += 2) {
      const xx = 1 + (at(dx, x + e, y) - at(dx, x - e, y)) / (2 * e);
      const yy = 1 + (at(dy, x, y + e) - at(dy, x, y - e)) / (2 * e);
      const xy = (at(dx, x, y + e) - at(dx, x, y - e)) / (2 * e);
      const yx = (at(dy, x + e, y) - at(dy, x - e, y)) / (2 * e);
      least = Math.min(least, xx * yy - xy * yx);
    }
  }
  return least;
}

describe("a bend without room", () => {
  /** Just around the region: there is no way to the right. */
  const tight = maskWhere(width, height, inDisc(120, 100, 32));

  test("is done in part and never folds", () => {
    const found = field({ type: "relocation", by: [60, 0] }, tight);
    expect(found.kept).toBeLessThan(0.8);
    expect(found.minJacobian).toBeGreaterThan(0);
  });

  test("moves nothing outside the editable area, nor in its ramp", () => {
    const editable = feather(tight, 5);
    const found = field({ type: "relocation", by: [8, 0] }, editable);
    const noise = paint(width, height, (x, y) => [255 * noiseAt(x, y), 255 * noiseAt(x, y, 2), 0]);
    const out = warpThrough(noise, found);
    // A lattice cell may reach over the border by one step; the composite confines it to the area.
    const beyond = maskWhere(width, height, (x, y) => !inDisc(120, 100, 32 + 2 * found.lattice.step)(x, y));
    expect(changedIn(noise, out, beyond)).toBe(0);
  });

  test("an empty region bends nothing", () => {
    expect(bendField([bend(MOTIONS.relocation, emptyMask(all))], all)).toBeUndefined();
  });
});

function changedIn(a: Rgb, b: Rgb, where: Mask): number {
  return where.data.reduce((sum, v, i) => sum + (v > 127 && a.data[i * 3] !== b.data[i * 3] ? 1 : 0), 0);
}

describe("a bent post", () => {
  /** A vertical post from the ground up; its upper third is the region. */
  const post = paint(width, height, (x) => (x >= 110 && x < 130 ? [220, 180, 40] : [60, 90, 140]));
  const top = maskWhere(width, height, (x, y) => x >= 106 && x < 134 && y >= 40 && y < 80);
  const motion: Motion = { type: "deformation", by: [24, 0] };
  const {
    picture: out,
    vacated,
    bent,
  } = previewEdit(
    post,
    [{ mask: top, keepSource: false, regime: "bend", at: (p) => affineAt(motion, [120, 60], p) }],
    all,
  );
  const isPost = (x: number, y: number) => (out.data[(y * width + x) * 3] ?? 0) > 180;
  const middleAt = (y: number): number => {
    const columns = Array.from({ length: width }, (_, x) => x).filter((x) => isPost(x, y));
    return columns.reduce((sum, x) => sum + x + 0.5, 0) / columns.length;
  };

  test("stays one piece: each row's middle is near the next row's", () => {
    for (let y = 1; y < height; y++) expect(Math.abs(middleAt(y) - middleAt(y - 1))).toBeLessThanOrEqual(2);
  });

  test("the region has gone the whole way, the foot none", () => {
    expect(middleAt(60)).toBeCloseTo(144, 0);
    expect(middleAt(190)).toBeCloseTo(120, 0);
    expect(bent).toBe(1);
  });

  test("nothing is uncovered", () => {
    expect(vacated.data.some((v) => v > 0)).toBe(false);
  });
});

test("two bends each follow their own motion", () => {
  const [left, right] = [inDisc(60, 100, 18), inDisc(180, 100, 18)].map((disc) => maskWhere(width, height, disc));
  if (!left || !right) throw new Error("Expected two regions");
  const found = bendField(
    [
      { mask: left, at: (p) => affineAt({ type: "relocation", by: [0, 20] }, [60, 100], p) },
      { mask: right, at: (p) => affineAt({ type: "relocation", by: [0, -20] }, [180, 100], p) },
    ],
    all,
  );
  if (!found) throw new Error("Expected a field");
  expect(valueAt(found.dy, found.lattice, 60, 120)).toBeCloseTo(-20, 1);
  expect(valueAt(found.dy, found.lattice, 180, 80)).toBeCloseTo(20, 1);
});

describe("at the picture's edge", () => {
  const foot = maskWhere(width, height, (x, y) => x >= 90 && x < 150 && y >= 150);
  const edge = (found: BendField) => valueAt(found.dy, found.lattice, 120, height);

  test("what moves away from it is drawn out: nothing comes in over it", () => {
    const found = field({ type: "relocation", by: [0, -30] }, all, foot);
    expect(found.kept).toBe(1);
    expect(edge(found)).toBeCloseTo(0, 5);
    expect(valueAt(found.dy, found.lattice, 120, 130)).toBeCloseTo(30, 0);
  });

  test("what moves along it slides", () => {
    const found = field({ type: "relocation", by: [30, -10] }, all, foot);
    expect(valueAt(found.dx, found.lattice, 150, height)).toBeLessThan(-20);
    expect(valueAt(found.dy, found.lattice, 150, height)).toBeCloseTo(0, 5);
  });

  test("what moves over it leaves", () => {
    const found = field({ type: "relocation", by: [0, 20] }, all, foot);
    expect(edge(found)).toBeCloseTo(-20, 0);
  });
});

test("of two regions that go different ways the smaller goes its way, the larger gives way to it", () => {
  const nose = maskWhere(width, height, inDisc(120, 100, 12));
  const face = maskWhere(width, height, (x, y) => inDisc(120, 100, 60)(x, y) && !inDisc(120, 100, 14)(x, y));
  const found = bendField(
    [
      { mask: face, at: (p) => affineAt({ type: "relocation", by: [0, 14] }, [120, 100], p) },
      { mask: nose, at: (p) => affineAt({ type: "relocation", by: [0, -14] }, [120, 100], p) },
    ],
    all,
  );
  if (!found) throw new Error("Expected a field");
  expect(found.kept).toBe(1);
  expect(found.minJacobian).toBeGreaterThan(0);
  expect(valueAt(found.dy, found.lattice, 120, 86)).toBeCloseTo(14, 0);
  expect(valueAt(found.dy, found.lattice, 120, 160)).toBeCloseTo(-14, 0);
});
