import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { resizeBilinear, resizeMatrix, resizeNearest } from "../../../src/engine/drag/resize.ts";

const size = fc.integer({ min: 1, max: 9 });

describe("bilinear resize", () => {
  test("doubling reads a quarter of the neighbour and repeats the edge", () => {
    const out = resizeBilinear({ channels: 1, height: 1, width: 2, data: Float32Array.of(0, 4) }, [1, 4]);
    expect([...out.data]).toEqual([0, 1, 3, 4]);
  });

  test("equals A · X · Bᵀ with the resize matrices, whose rows sum to 1", () => {
    fc.assert(
      fc.property(
        size,
        size,
        size,
        size,
        fc.infiniteStream(fc.integer({ min: -8, max: 8 })),
        (h, w, oh, ow, stream) => {
          const data = Float32Array.from({ length: h * w }, () => stream.next().value ?? 0);
          const [a, b] = [resizeMatrix(h, oh), resizeMatrix(w, ow)];
          const direct = resizeBilinear({ channels: 1, height: h, width: w, data }, [oh, ow]).data;
          for (let y = 0; y < oh; y++) {
            expect(a.subarray(y * h, (y + 1) * h).reduce((s, v) => s + v, 0)).toBeCloseTo(1, 6);
            for (let x = 0; x < ow; x++) {
              let sum = 0;
              for (let i = 0; i < h * w; i++) {
                sum += (a[y * h + Math.floor(i / w)] ?? 0) * (data[i] ?? 0) * (b[x * w + (i % w)] ?? 0);
              }
              expect(direct[y * ow + x]).toBeCloseTo(sum, 4);
            }
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  test("the same size is the identity, channel by channel", () => {
    const planes = { channels: 2, height: 2, width: 3, data: Float32Array.from({ length: 12 }, (_, i) => i * i) };
    expect(resizeBilinear(planes, [2, 3])).toEqual(planes);
  });
});

test("nearest reads ⌊i · from / to⌋", () => {
  const out = resizeNearest({ channels: 1, height: 1, width: 3, data: Float32Array.of(1, 2, 3) }, [2, 5]);
  expect([...out.data]).toEqual([1, 1, 2, 2, 3, 1, 1, 2, 2, 3]);
});
