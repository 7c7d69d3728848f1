import fc from "fast-check";
import { expect, test } from "vitest";
import { nearestAmong, PATCH, type Patch } from "../../../src/engine/retouch/nearest-patch.ts";

const COUNT = PATCH * PATCH * 3;
/** Few levels, so that many patches have nearly the same total. */
const patch: fc.Arbitrary<Patch> = fc
  .record({
    x: fc.integer({ min: 0, max: 12 }),
    y: fc.integer({ min: 0, max: 12 }),
    base: fc.integer({ min: 0, max: 3 }),
    levels: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: COUNT, maxLength: COUNT }),
  })
  .map(({ x, y, base, levels }) => {
    const values = Float32Array.from(levels, (level) => base + level);
    return { x, y, values, total: values.reduce((sum, value) => sum + value, 0) };
  });

function bruteForce(patch: Patch, among: readonly Patch[]): number {
  const apart = among.filter(({ x, y }) => Math.abs(x - patch.x) >= PATCH || Math.abs(y - patch.y) >= PATCH);
  const squares = apart.map(({ values }) => values.reduce((sum, v, i) => sum + (v - (patch.values[i] ?? 0)) ** 2, 0));
  return squares.length === 0 ? 0 : Math.sqrt(Math.min(...squares) / COUNT);
}

test("finds what comparing with every patch finds, overlapping ones left out", () => {
  fc.assert(
    fc.property(fc.array(patch, { minLength: 1, maxLength: 40 }), patch, (among, wanted) => {
      expect(nearestAmong(among)(wanted)).toBe(bruteForce(wanted, among));
    }),
  );
});

test("patches that all overlap are no neighbours", () => {
  const one = { x: 3, y: 3, values: new Float32Array(COUNT), total: 0 };
  expect(nearestAmong([one])({ ...one, x: 5 })).toBe(0);
});
