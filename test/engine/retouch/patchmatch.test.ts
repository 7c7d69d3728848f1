import { describe, expect, test } from "vitest";
import { fullMask } from "../../../src/engine/geometry/mask.ts";
import type { Mask, Rgb } from "../../../src/engine/raster.ts";
import { randomFrom } from "../../../src/engine/retouch/grain.ts";
import { fillByPatches } from "../../../src/engine/retouch/patchmatch.ts";
import { textureMeter } from "../../../src/engine/retouch/seams.ts";
import { type Colour, ground, inDisc, maskWhere, paint } from "../../helpers/pictures.ts";

const [width, height] = [160, 120];
const hole = maskWhere(width, height, inDisc(80, 60, 22));
const red: Colour = [255, 0, 0];

function fill(colourAt: (x: number, y: number) => Colour, gap: Mask = hole): Rgb | undefined {
  const damaged = paint(width, height, (x, y) => ((gap.data[y * width + x] ?? 0) > 127 ? red : colourAt(x, y)));
  return fillByPatches(damaged, gap, randomFrom(7));
}

/** Mean absolute difference in levels inside the hole. */
function errorIn(filled: Rgb | undefined, truth: Rgb): number {
  let [sum, count] = [0, 0];
  truth.data.forEach((value, k) => {
    if ((hole.data[Math.floor(k / 3)] ?? 0) <= 127) return;
    sum += Math.abs(value - (filled?.data[k] ?? 0));
    count++;
  });
  return sum / count;
}

describe("fillByPatches", () => {
  test("continues stripes through the hole", () => {
    const stripe = (x: number, y: number): Colour => (Math.floor(y / 8) % 2 ? [230, 220, 200] : [40 + (x % 3), 60, 90]);
    expect(errorIn(fill(stripe), paint(width, height, stripe))).toBeLessThan(20); // the wrong stripe is off by 160
  });

  test("continues a horizon", () => {
    const horizon = (x: number, y: number): Colour => (y < 60 ? [120, 160, 230] : ground(x, y));
    expect(errorIn(fill(horizon), paint(width, height, horizon))).toBeLessThan(25);
  });

  test("grows texture as strong as around the hole, with nothing of the hole's own colour", () => {
    const before = paint(width, height, ground);
    const filled = fill(ground);
    const nothing = { ...hole, data: new Uint8Array(hole.data.length) };
    const texture = textureMeter(before, { source: hole, target: nothing, vacated: hole })(filled ?? before);
    expect(texture).toBeGreaterThan(0.6);
    expect(texture).toBeLessThan(1.3);
    const reds = hole.data.filter((inside, i) => inside > 127 && (filled?.data[i * 3] ?? 0) > 130);
    expect(reds).toHaveLength(0);
  });

  test("a gradient is continued without steps", () => {
    const slope = (x: number, y: number): Colour => [60 + x, 100 + y / 2, 200 - x / 2];
    expect(errorIn(fill(slope), paint(width, height, slope))).toBeLessThan(4);
  });

  test("is the same for the same seed and leaves all other pixels alone", () => {
    const [one, two] = [fill(ground), fill(ground)];
    expect(one?.data).toEqual(two?.data);
    const changed = hole.data.filter(
      (inside, i) => inside <= 127 && one?.data[i * 3] !== Math.round(ground(i % width, Math.floor(i / width))[0]),
    );
    expect(changed).toHaveLength(0);
  });

  test("says when there is nothing to copy from", () => {
    expect(fill(ground, fullMask({ width, height }))).toBeUndefined();
  });
});
