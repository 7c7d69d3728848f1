import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  broadcast,
  type Dim,
  dim,
  dimAdd,
  dimDiv,
  dimMul,
  dimSub,
  evaluateDim,
  sizeOf,
  termsOf,
} from "../../../src/engine/graph/dim.ts";

const SIZES = new Map([
  ["h", 5],
  ["w", 7],
  ["T", 11],
]);
const value = (d: Dim) => evaluateDim(d, SIZES);

const name = fc.constantFrom("h", "w", "T");
const monomial = fc
  .tuple(fc.integer({ min: 1, max: 9 }), fc.array(name, { maxLength: 3 }))
  .map(([coefficient, names]): Dim => names.reduce<Dim>((product, factor) => dimMul(product, factor), coefficient));
const dims = fc.array(monomial, { maxLength: 4 }).map((terms) => terms.reduce<Dim>(dimAdd, 0));

describe("dimension algebra", () => {
  test("agrees with the numbers that the names stand for", () => {
    fc.assert(
      fc.property(dims, dims, (a, b) => {
        expect(value(dimAdd(a, b))).toBe(value(a) + value(b));
        expect(value(dimSub(a, b))).toBe(value(a) - value(b));
        expect(value(dimMul(a, b))).toBe(value(a) * value(b));
      }),
    );
  });

  test("is a commutative ring whose equal elements are equal strings", () => {
    fc.assert(
      fc.property(dims, dims, dims, (a, b, c) => {
        expect(dimAdd(a, b)).toBe(dimAdd(b, a));
        expect(dimMul(a, b)).toBe(dimMul(b, a));
        expect(dimAdd(dimAdd(a, b), c)).toBe(dimAdd(a, dimAdd(b, c)));
        expect(dimMul(dimMul(a, b), c)).toBe(dimMul(a, dimMul(b, c)));
        expect(dimMul(a, dimAdd(b, c))).toBe(dimAdd(dimMul(a, b), dimMul(a, c)));
        expect(dimAdd(a, 0)).toBe(a);
        expect(dimMul(a, 1)).toBe(a);
        expect(dimSub(a, a)).toBe(0);
        expect(dimSub(dimAdd(a, b), b)).toBe(a);
      }),
    );
  });

  test("canonical forms are fixed points, and terms rebuild them", () => {
    fc.assert(
      fc.property(dims, (a) => {
        expect(dim(a)).toBe(a);
        const rebuilt = termsOf(a).map(([names, coefficient]) => names.reduce<Dim>(dimMul, coefficient));
        expect(rebuilt.reduce<Dim>(dimAdd, 0)).toBe(a);
      }),
    );
  });

  test("division undoes multiplication and refuses a remainder", () => {
    fc.assert(
      fc.property(dims, fc.integer({ min: 1, max: 12 }), (a, n) => {
        expect(dimDiv(dimMul(a, n), n)).toBe(a);
      }),
    );
    expect(() => dimDiv("2*h+1", 2)).toThrow(/multiple of 2, got 2\*h\+1/);
  });

  test("the size of a shape is the product of its dimensions, in one spelling", () => {
    expect(sizeOf(["w", 4, "h"])).toBe(sizeOf([2, "h", "2*w"]));
    expect(sizeOf([])).toBe(1);
  });

  test("a name without a size is named", () => {
    expect(() => evaluateDim("h*z", SIZES)).toThrow(/"z"/);
  });
});

describe("broadcasting", () => {
  const size = fc.constantFrom<Dim>(1, 3, "h", "h*w");

  test("is commutative, has the scalar as its neutral element and repeats only 1", () => {
    const pair = fc.array(fc.tuple(size, fc.boolean(), fc.boolean()), { maxLength: 4 });
    fc.assert(
      fc.property(pair, fc.nat({ max: 4 }), (axes, dropped) => {
        const full = axes.map(([d]) => d);
        const a = axes.map(([d, keep]) => (keep ? d : 1));
        const b = axes.map(([d, , keep]) => (keep ? d : 1)).slice(Math.min(dropped, axes.length));
        const result = broadcast(a, b);
        expect(broadcast(b, a)).toEqual(result);
        expect(broadcast(result, full)).toEqual(full);
        expect(broadcast(a, [])).toEqual(a);
      }),
    );
  });

  test.each([
    [["h"], ["w"]],
    [["h"], [2]],
    [["2*h"], ["h"]],
    [
      [2, 3],
      [2, 4],
    ],
  ] as Dim[][][])("%j and %j do not broadcast", (a = [], b = []) => {
    expect(() => broadcast(a, b)).toThrow(/Expected shapes that broadcast/);
  });
});
