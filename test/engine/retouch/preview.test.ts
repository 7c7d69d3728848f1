import { describe, expect, test } from "vitest";
import { rotationAbout, scaleAbout, translation } from "../../../src/engine/geometry/affine.ts";
import { dilate, emptyMask, fullMask } from "../../../src/engine/geometry/mask.ts";
import type { Affine, Rgb } from "../../../src/engine/raster.ts";
import { boxMean } from "../../../src/engine/retouch/box-mean.ts";
import { fillCrop, fillHoles } from "../../../src/engine/retouch/fill.ts";
import { foregroundColours } from "../../../src/engine/retouch/foreground.ts";
import { applyGuided, guidedCoefficients } from "../../../src/engine/retouch/guided-filter.ts";
import { holesOf } from "../../../src/engine/retouch/holes.ts";
import { softMatte } from "../../../src/engine/retouch/matte.ts";
import { buildPlate } from "../../../src/engine/retouch/plate.ts";
import { compositePlate, layOut, type PreviewOperation, previewEdit } from "../../../src/engine/retouch/preview.ts";
import { resizeRgb } from "../../../src/engine/retouch/resample.ts";
import { warpCutout } from "../../../src/engine/retouch/warp.ts";
import { discOnGround, ground, inDisc, maskWhere, paint, stripes } from "../../helpers/pictures.ts";

const [width, height] = [200, 140];
const disc = inDisc(70, 70, 28);
const picture = discOnGround(width, height, 70, 70, 28);
const region = dilate(maskWhere(width, height, disc), 3);
const editable = fullMask(picture);

const redness = ({ data }: Rgb, i: number): number => (data[i * 3] ?? 0) - (data[i * 3 + 1] ?? 0);

describe("guided filter", () => {
  test("boxMean equals the plain mean at every pixel, borders included", () => {
    const values = Float32Array.from({ length: 7 * 5 }, (_, i) => (i * 37) % 11);
    const means = boxMean(values, 7, 5, 1, 2);
    for (let y = 0; y < 5; y++) {
      for (let x = 0; x < 7; x++) {
        let [sum, count] = [0, 0];
        for (let v = Math.max(0, y - 2); v <= Math.min(4, y + 2); v++) {
          for (let u = Math.max(0, x - 2); u <= Math.min(6, x + 2); u++) {
            sum += values[v * 7 + u] ?? 0;
            count++;
          }
        }
        expect(means[y * 7 + x]).toBeCloseTo(sum / count, 4);
      }
    }
  });

  test("boxMean gives every channel what it gives the channel alone", () => {
    const [channels, size] = [7, 9 * 8];
    const values = Float32Array.from({ length: size * channels }, (_, i) => (i * 41) % 23);
    const means = boxMean(values, 9, 8, channels, 2);
    for (let c = 0; c < channels; c++) {
      const own = values.filter((_, i) => i % channels === c);
      expect(means.filter((_, i) => i % channels === c)).toEqual(boxMean(own, 9, 8, 1, 2));
    }
  });

  test("boxMean takes windows wider than the picture", () => {
    expect([...boxMean(Float32Array.of(1, 2, 3), 3, 1, 1, 9)]).toEqual([2, 2, 2]);
  });

  test("pulls a displaced step to the guide's edge", () => {
    const guide = paint(60, 20, (x) => (x < 30 ? [40, 40, 40] : [200, 180, 160]));
    const input = maskWhere(60, 20, (x) => x >= 32);
    const out = applyGuided(guidedCoefficients(guide, input, 8, 10), guide);
    expect((out.data[10 * 60 + 30] ?? 0) - (out.data[10 * 60 + 29] ?? 0)).toBeGreaterThan(90);
  });
});

describe("matte", () => {
  test("finds the object's border inside a grown region, certain away from it", () => {
    const alpha = softMatte(picture, region);
    let wrong = 0;
    for (let i = 0; i < alpha.data.length; i++) {
      const truth = disc(i % width, Math.floor(i / width)) ? 255 : 0;
      wrong += Math.abs((alpha.data[i] ?? 0) - truth) / 255;
    }
    const rim = 2 * Math.PI * 28;
    expect(wrong / rim).toBeLessThan(0.8); // pixels of error per pixel of outline; the grown region itself has 3
    expect(alpha.data[70 * width + 70]).toBe(255);
    expect(alpha.data[10]).toBe(0);
  });

  test("an empty region gives an empty matte", () => {
    expect(softMatte(picture, emptyMask(picture)).data.some((a) => a > 0)).toBe(false);
  });

  test("foreground colours at the border are the inside's", () => {
    const flat = paint(40, 10, (x) => (x < 18 ? [200, 0, 0] : x < 24 ? [100, 0, 100] : [0, 0, 200]));
    const alpha = {
      width: 40,
      height: 10,
      data: Uint8Array.from({ length: 400 }, (_, i) => (i % 40 < 18 ? 255 : i % 40 < 24 ? 128 : 0)),
    };
    const colours = foregroundColours(flat, alpha);
    expect(redness(colours, 22)).toBeGreaterThan(180);
    expect(colours.data[22 * 3 + 2]).toBeLessThan(20);
    expect([...colours.data.slice(30 * 3, 30 * 3 + 3)]).toEqual([0, 0, 200]);
  });
});

describe("warpCutout", () => {
  const cutout = {
    origin: [0, 0] as const,
    rgb: picture,
    alpha: { ...picture, data: new Uint8Array(width * height).fill(255) },
  };

  test("whole-pixel shifts are exact", () => {
    const sprite = warpCutout(cutout, translation([13, -7]), [0, 0, width, height]);
    const at = (x: number, y: number): number =>
      ((y - (sprite?.box[1] ?? 0)) * (sprite?.rgb.width ?? 0) + x - (sprite?.box[0] ?? 0)) * 3;
    for (const [x, y] of [
      [50, 60],
      [100, 90],
    ] as const) {
      const source = ((y + 7) * width + x - 13) * 3;
      expect(sprite?.rgb.data.slice(at(x, y), at(x, y) + 3)).toEqual(picture.data.slice(source, source + 3));
    }
  });

  test("shrinking averages instead of skipping pixels", () => {
    const checks = paint(80, 80, (x, y) => ((x + y) % 2 ? [255, 255, 255] : [0, 0, 0]));
    const alpha = { ...checks, data: new Uint8Array(6400).fill(255) };
    const sprite = warpCutout({ origin: [0, 0], rgb: checks, alpha }, scaleAbout([0.25, 0.25], [0, 0]), [0, 0, 80, 80]);
    const middle = (10 * (sprite?.rgb.width ?? 0) + 10) * 3;
    expect(Math.abs((sprite?.rgb.data[middle] ?? 0) - 127)).toBeLessThan(6);
  });

  test("transparent neighbours lend no colour", () => {
    const flat = paint(40, 40, (x) => (x < 20 ? [200, 10, 10] : [10, 10, 250]));
    const alpha = { ...flat, data: Uint8Array.from({ length: 1600 }, (_, i) => (i % 40 < 20 ? 255 : 0)) };
    const sprite = warpCutout({ origin: [0, 0], rgb: flat, alpha }, rotationAbout(30, [20, 20]), [0, 0, 40, 40]);
    const colours = sprite?.alpha.data.reduce(
      (worst, a, i) => (a > 8 ? Math.max(worst, sprite.rgb.data[i * 3 + 2] ?? 0) : worst),
      0,
    );
    expect(colours).toBeLessThan(20);
  });

  test("nothing inside the limits gives nothing", () => {
    expect(warpCutout(cutout, translation([900, 0]), [0, 0, width, height])).toBeUndefined();
  });
});

describe("fill", () => {
  test("changes only the hole and takes nothing from inside it", () => {
    const hole = dilate(region, 3);
    const filled = fillCrop(picture, hole, 1);
    let [outside, reddest] = [0, -255];
    hole.data.forEach((inside, i) => {
      if (inside > 127) reddest = Math.max(reddest, redness(filled, i));
      else if (redness(filled, i) !== redness(picture, i)) outside++;
    });
    expect(outside).toBe(0);
    expect(reddest).toBeLessThan(30); // ground is green: −50 ± grain; the disc's is +140
  });

  test("a hole over everything is filled with something", () => {
    expect(fillCrop(picture, fullMask(picture), 1).data).toHaveLength(picture.data.length);
  });

  test("with next to nothing to copy it is smooth and grainy, not copied", () => {
    const frame = maskWhere(width, height, (x, y) => x > 2 && y > 2 && x < width - 3 && y < height - 3);
    const filled = fillCrop(picture, frame, 1);
    const middle = 70 * width + 100;
    expect(Math.abs(redness(filled, middle) + 50)).toBeLessThan(30);
  });

  test("two holes near one another do not fill each other with what leaves", () => {
    const pair = paint(width, height, (x, y) =>
      inDisc(60, 70, 20)(x, y) || inDisc(115, 70, 20)(x, y) ? stripes(x, y) : ground(x, y),
    );
    const masks = [60, 115].map((x) => dilate(maskWhere(width, height, inDisc(x, 70, 20)), 3));
    for (const { rgb, weight } of fillHoles(pair, holesOf(masks), 1)) {
      weight.data.forEach((w, i) => {
        if (w > 127) expect(redness(rgb, i)).toBeLessThan(30);
      });
    }
  });

  test("the seed decides", () => {
    const [one, again, other] = [1, 1, 2].map((seed) => fillCrop(picture, region, seed).data);
    expect(again).toEqual(one);
    expect(other).not.toEqual(one);
  });
});

const cut = (affine: Affine, mask = region, keepSource = false): PreviewOperation => ({
  ...{ mask, keepSource, regime: "cut" },
  at: () => affine,
});

describe("previewEdit", () => {
  const affine = translation([70, 10]);

  test("moves the disc, clears its place and reports both areas", () => {
    const { picture: out, alpha, vacated } = previewEdit(picture, [cut(affine)], editable);
    expect(redness(out, 80 * width + 140)).toBeGreaterThan(60);
    expect(redness(out, 70 * width + 70)).toBeLessThan(20);
    expect(alpha.data[80 * width + 140]).toBe(255);
    expect(vacated.data[70 * width + 70]).toBe(255);
    expect(vacated.data[80 * width + 140]).toBe(0);
  });

  test("keepSource leaves the original's bytes in place", () => {
    const { picture: out, vacated } = previewEdit(picture, [cut(affine, region, true)], editable);
    expect(out.data.slice(0, 3 * width * 41)).toEqual(picture.data.slice(0, 3 * width * 41));
    expect(redness(out, 70 * width + 70)).toBe(redness(picture, 70 * width + 70));
    expect(vacated.data.some((v) => v > 0)).toBe(false);
  });

  test("outside the editable area every byte is the original's", () => {
    const half = maskWhere(width, height, (x) => x < 100);
    const { picture: out } = previewEdit(picture, [cut(affine)], half);
    const right = (rgb: Rgb): Uint8Array => rgb.data.filter((_, k) => Math.floor(k / 3) % width >= 100);
    expect(right(out)).toEqual(right(picture));
  });

  test("what is covered and uncovered is known before anything is filled", () => {
    const plate = buildPlate(picture, [cut(affine)], 1);
    let filled = false;
    const { lit, outlines, cutouts } = plate;
    const watched = {
      ...{ lit, outlines, cutouts },
      get patches() {
        filled = true;
        return plate.patches;
      },
    };
    const { alpha, vacated, paint } = layOut(watched, picture, [cut(affine)], editable);
    expect(filled).toBe(false);
    expect(vacated.data[70 * width + 70]).toBe(255);
    expect(paint()).toEqual({ ...previewEdit(picture, [cut(affine)], editable), alpha, vacated });
    expect(filled).toBe(true);
    expect(plate.patches.map(({ box, weight }) => ({ box, weight }))).toEqual(outlines);
    expect(plate.patches).toBe(plate.patches); // filled once
  });

  test("one plate serves many places, and going nowhere restores the picture nearly", () => {
    const plate = buildPlate(picture, [cut(affine)], 1);
    const there = compositePlate(plate, picture, [cut(affine)], editable);
    const home = compositePlate(plate, picture, [cut(translation([0, 0]))], editable);
    expect(there.picture.data).not.toEqual(home.picture.data);
    const inside = maskWhere(width, height, inDisc(70, 70, 22));
    inside.data.forEach((value, i) => {
      if (value) expect(home.picture.data.subarray(i * 3, i * 3 + 3)).toEqual(picture.data.subarray(i * 3, i * 3 + 3));
    });
  });
});

test("resizing keeps a constant picture constant", () => {
  const flat = paint(31, 17, () => [10, 200, 90]);
  for (const [w, h] of [
    [7, 5],
    [64, 40],
  ] as const) {
    expect(resizeRgb(flat, w, h).data.every((v, k) => v === [10, 200, 90][k % 3])).toBe(true);
  }
});
