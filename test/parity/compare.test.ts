import { describe, expect, test } from "vitest";
import { tensorOf } from "../../scripts/parity/case.ts";
import { compare, indexText } from "../../scripts/parity/compare.ts";

const rel = { rel: 1e-3 };

describe("relative bound", () => {
  test("divides the largest difference by the largest expected value", () => {
    const result = compare(tensorOf([1, 2, 3.9, 0], [2, 2]), tensorOf([1, 2, 4, 0], [2, 2]), { rel: 0.03 });
    expect(result.ok).toBe(true);
    expect(result.value).toBeCloseTo(0.025, 6);
    expect(result.detail).toBe("worst at [1, 0]: 3.9, expected 4");
  });

  test("a difference on the bound keeps it, one above does not", () => {
    expect(compare(tensorOf([1.5]), tensorOf([1]), { rel: 0.5 }).ok).toBe(true);
    expect(compare(tensorOf([1.75]), tensorOf([1]), { rel: 0.5 }).ok).toBe(false);
  });

  test("counts the absolute difference where everything expected is 0", () => {
    expect(compare(tensorOf([0.5]), tensorOf([0]), { rel: 0.4 })).toMatchObject({ ok: false, value: 0.5 });
  });

  test.each([
    ["a missing output", undefined, /missing/],
    ["another shape of as many values", tensorOf([1, 2], [2, 1]), /shape \[2,1\], expected \[2\]/],
    ["fewer values than its shape", tensorOf([1], [2]), /1 values/],
    ["a NaN", tensorOf([1, Number.NaN]), /NaN at \[1\]/],
    ["an infinity", tensorOf([Infinity, 2]), /worst at \[0\]/],
  ])("%s misses", (_, got, detail) => {
    expect(compare(got, tensorOf([1, 2]), { rel: 10 })).toMatchObject({
      ok: false,
      detail: expect.stringMatching(detail),
    });
  });

  test("a NaN misses also where an overlap is asked for", () => {
    expect(compare(tensorOf([Number.NaN]), tensorOf([0]), { iou: 0 }).ok).toBe(false);
  });
});

describe("overlap bound", () => {
  test("thresholds both sides above 0.5", () => {
    const result = compare(tensorOf([0.6, 0.5, 1, 1]), tensorOf([1, 0, 1, 0]), { iou: 0.6 });
    expect(result).toEqual({ ok: true, value: 2 / 3, detail: "1 differ, first at [3]" });
    expect(compare(tensorOf([1, 1]), tensorOf([1, 0]), { iou: 0.6 }).ok).toBe(false);
  });

  test("two empty masks overlap fully", () => {
    expect(compare(tensorOf([0]), tensorOf([0.5]), { iou: 1 }).ok).toBe(true);
  });
});

test("a flat index names its place on every axis", () => {
  expect(indexText(23, [2, 3, 4])).toBe("[1, 2, 3]");
  expect(compare(tensorOf([1]), tensorOf([1]), rel).detail).toBe("");
});
