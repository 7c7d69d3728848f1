import { expect, it } from "vitest";
import { numberedBoxes } from "../../../src/engine/image/marks.ts";
import { paint } from "../../helpers/pictures.ts";

const grey = paint(200, 150, () => [120, 120, 120]);
const at = (rgb: { width: number; data: Uint8Array }, x: number, y: number) => rgb.data[3 * (y * rgb.width + x)];

it("outlines boxes and writes their numbers, on a copy", () => {
  const marked = numberedBoxes(grey, [[40, 30, 160, 120]]);
  expect(at(marked, 100, 30)).toBe(0);
  expect(at(marked, 100, 31)).toBe(255);
  expect(at(marked, 100, 75)).toBe(120);
  expect(at(marked, 20, 20)).toBe(120);
  expect(at(marked, 45, 34)).not.toBe(120);
  expect(at(grey, 100, 30)).toBe(120);
});

it("takes boxes that reach beyond the picture", () => {
  expect(() => numberedBoxes(grey, [[-50, -50, 400, 400]])).not.toThrow();
});
