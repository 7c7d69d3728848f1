import fc from "fast-check";
import { expect, test } from "vitest";
import { affineAt, apply } from "../../../src/engine/geometry/affine.ts";
import { intersect } from "../../../src/engine/geometry/mask.ts";
import type { Motion } from "../../../src/engine/recipe/schema.ts";
import { type BendField, bendField } from "../../../src/engine/retouch/bend.ts";
import { valueAt } from "../../../src/engine/retouch/bend-lattice.ts";
import { maskWhere } from "../../helpers/pictures.ts";

const [width, height] = [160, 120];
const within = (min: number, max: number) => fc.integer({ min, max });

const ellipses = fc
  .tuple(within(20, 140), within(20, 100), within(12, 70), within(12, 55))
  .map(([x, y, a, b]) => maskWhere(width, height, (u, v) => ((u - x) / a) ** 2 + ((v - y) / b) ** 2 < 1));

const motions: fc.Arbitrary<Motion> = fc.oneof(
  fc.tuple(within(-90, 90), within(-90, 90)).map(([x, y]): Motion => ({ type: "deformation", by: [x, y] })),
  fc
    .tuple(within(-120, 120), within(0, width), within(0, height))
    .map(([degrees, x, y]): Motion => ({ type: "rotation", degrees, about: [x, y] })),
  fc
    .tuple(within(5, 25), within(5, 25))
    .map(([x, y]): Motion => ({ type: "scale", factor: [x / 10, y / 10], about: [80, 60] })),
);

const bends = fc.tuple(ellipses, motions).map(([mask, motion]) => ({
  mask,
  at: (progress: number) => affineAt(motion, [80, 60], progress),
}));

/** Any cell of the lattice: all four corner determinants of its bilinear map. */
function folds({ lattice, dx, dy }: BendField): boolean {
  const { width: w, height: h, step } = lattice;
  const at = (u: number, v: number) => [u * step + (dx[v * w + u] ?? 0), v * step + (dy[v * w + u] ?? 0)] as const;
  for (let v = 0; v < h; v++) {
    for (let u = 0; u < w; u++) {
      for (const [a, b] of [
        [1, 1],
        [-1, 1],
        [1, -1],
        [-1, -1],
      ] as const) {
        if (u + a < 0 || u + a >= w || v + b < 0 || v + b >= h) continue;
        const [p, q, r] = [at(u, v), at(u + a, v), at(u, v + b)];
        const area = (q[0] - p[0]) * (r[1] - p[1]) - (r[0] - p[0]) * (q[1] - p[1]);
        if (area * a * b <= 0) return true;
      }
    }
  }
  return false;
}

test("whatever is bent how far in whatever area, alone or two at once: nothing folds, and nothing outside moves", () => {
  const cases = fc.tuple(ellipses, fc.array(bends, { minLength: 1, maxLength: 2 }));
  fc.assert(
    fc.property(cases, ([editable, list]) => {
      const field = bendField(
        list.map((bend) => ({ ...bend, mask: intersect(bend.mask, editable) })),
        editable,
      );
      if (field === undefined) return;
      expect(folds(field)).toBe(false);
      expect(field.minJacobian).toBeGreaterThan(0);
      const { lattice, dx, dy } = field;
      for (let i = 0; i < dx.length; i++) {
        const [x, y] = [lattice.origin[0] + (i % lattice.width) * lattice.step, Math.floor(i / lattice.width)];
        const row = lattice.origin[1] + y * lattice.step;
        const pixel = Math.min(height - 1, Math.floor(row)) * width + Math.min(width - 1, Math.floor(x));
        if ((editable.data[pixel] ?? 0) === 255) continue;
        expect([Math.abs(dx[i] ?? 0), Math.abs(dy[i] ?? 0)]).toEqual([0, 0]);
      }
    }),
    { numRuns: 40, seed: 8 },
  );
}, 60_000);

test("a region that is cut off by the editable border: its middle goes all the way, its joint stays", () => {
  const area = maskWhere(width, height, (x, y) => ((x - 80) / 70) ** 2 + ((y - 60) / 55) ** 2 < 1);
  const lower = maskWhere(width, height, (x, y) => y > 60 && (area.data[y * width + x] ?? 0) > 0);
  const motion: Motion = { type: "deformation", by: [0, -30] };
  const field = bendField([{ mask: lower, at: (p) => affineAt(motion, [80, 80], p) }], area);
  if (field === undefined) throw new Error("Expected a field");
  expect(field.kept).toBe(1);
  const [x, y] = apply(affineAt(motion, [80, 80], 1), [80, 70]);
  expect(valueAt(field.dy, field.lattice, x, y)).toBeCloseTo(30, 0);
  expect(Math.abs(valueAt(field.dy, field.lattice, 80, 113))).toBeLessThan(6);
});
