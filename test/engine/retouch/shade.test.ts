/** A thing on its ground with a soft contact shadow, selected together as one region. */
import { describe, expect, test } from "vitest";
import { translation } from "../../../src/engine/geometry/affine.ts";
import { dilate, emptyMask, fullMask } from "../../../src/engine/geometry/mask.ts";
import type { Mask, Rgb } from "../../../src/engine/raster.ts";
import { contactShadow } from "../../../src/engine/retouch/contact-shadow.ts";
import { type PreviewOperation, previewEdit } from "../../../src/engine/retouch/preview.ts";
import { overShadow } from "../../../src/engine/retouch/shade.ts";
import { paint } from "../../helpers/pictures.ts";

const [width, height] = [260, 180];
type Colour = readonly [number, number, number];

/** Grass with some texture; sand in the right half. */
const groundAt = (x: number, y: number): Colour => {
  const grain = ((x * 7 + y * 13) % 17) - 8;
  return x < 130 ? [90 + grain, 140 + grain, 60 + grain] : [200 + grain, 180 + grain, 140 + grain];
};
/** Share of light that is missing: a flat ellipse under the thing, as wide as it and soft. */
const shadeAt = (x: number, y: number): number => {
  const t = Math.max(0, 1 - Math.hypot((x - 65) / 46, (y - 120) / 12));
  return 0.5 * t * t * (3 - 2 * t);
};
const inThing = (x: number, y: number): boolean => Math.abs(x - 65) <= 28 && y >= 40 && y < 118;
const RED: Colour = [190, 40, 40];

function scene(shade: (x: number, y: number) => number): Rgb {
  return paint(width, height, (x, y) => {
    if (inThing(x, y)) return RED;
    const [r, g, b] = groundAt(x, y);
    const light = 1 - shade(x, y);
    return [Math.round(r * light), Math.round(g * light), Math.round(b * light)];
  });
}

function maskOf(inside: (x: number, y: number) => boolean): Mask {
  const mask = emptyMask({ width, height });
  for (let i = 0; i < mask.data.length; i++) if (inside(i % width, Math.floor(i / width))) mask.data[i] = 255;
  return mask;
}

const selected = maskOf((x, y) => inThing(x, y) || shadeAt(x, y) > 0.1);
const picture = scene(shadeAt);
const at = ({ data }: Rgb, x: number, y: number): Colour => {
  const i = 3 * (y * width + x);
  return [data[i] ?? 0, data[i + 1] ?? 0, data[i + 2] ?? 0];
};
/** Largest difference of channels, mean over 5 × 5 pixels: the texture counts little. */
function apart(rgb: Rgb, [x, y]: readonly [number, number], wanted: (x: number, y: number) => Colour): number {
  const sums = [0, 0, 0];
  for (let v = y - 2; v <= y + 2; v++) {
    for (let u = x - 2; u <= x + 2; u++) {
      const [got, expected] = [at(rgb, u, v), wanted(u, v)];
      for (let c = 0; c < 3; c++) sums[c] = (sums[c] ?? 0) + ((got[c] ?? 0) - (expected[c] ?? 0)) / 25;
    }
  }
  return Math.max(...sums.map(Math.abs));
}

function operationOf(region: Mask): PreviewOperation {
  return {
    mask: dilate(region, 3),
    drawn: region,
    keepSource: false,
    regime: "cut",
    at: (progress) => translation([130 * progress, 0]),
  };
}

function moved(region: Mask, wish: Partial<PreviewOperation> = {}): Rgb {
  return previewEdit(picture, [{ ...operationOf(region), ...wish }], fullMask(picture)).picture;
}

describe("contact shadow", () => {
  test("is told from the thing, with how dark it is", () => {
    const found = contactShadow(picture, selected);
    if (found === undefined) throw new Error("Expected a shadow");
    const { box, area, darkness } = found;
    let [wrong, error, count] = [0, 0, 0];
    for (let i = 0; i < area.data.length; i++) {
      const [x, y] = [box[0] + (i % area.width), box[1] + Math.floor(i / area.width)];
      if ((area.data[i] ?? 0) <= 127) continue;
      if (inThing(x, y)) wrong++;
      error += Math.abs((darkness.data[i] ?? 0) / 255 - shadeAt(x, y));
      count++;
    }
    expect(count).toBeGreaterThan(300);
    expect(wrong / count).toBeLessThan(0.05);
    expect(error / count).toBeLessThan(0.06);
  });

  test("is not seen where there is none, or where the ground has a dark thing with an edge", () => {
    const thing = maskOf(inThing);
    expect(
      contactShadow(
        scene(() => 0),
        thing,
      ),
    ).toBeUndefined();
    const bar = (x: number, y: number) => Math.abs(x - 65) < 40 && y >= 118 && y < 128;
    const hard = scene((x, y) => (bar(x, y) ? 0.45 : 0));
    expect(
      contactShadow(
        hard,
        maskOf((x, y) => inThing(x, y) || bar(x, y)),
      ),
    ).toBeUndefined();
    expect(contactShadow(picture, emptyMask(picture))).toBeUndefined();
    expect(contactShadow(picture, fullMask(picture))).toBeUndefined();
  });

  test("dims the ground it moves to, instead of carrying the old ground along", () => {
    const after = moved(selected);
    const shaded = (x: number, y: number): Colour => {
      const light = 1 - shadeAt(x - 130, y);
      const [r, g, b] = groundAt(x, y);
      return [r * light, g * light, b * light];
    };
    for (const x of [170, 195, 220]) expect(apart(after, [x, 123], shaded)).toBeLessThan(16);
    expect(apart(after, [195, 44], () => RED)).toBeLessThan(3); // the thing's far end came along
  });

  test("gives the ground its light back where it lay, with its own texture", () => {
    const after = moved(selected);
    for (const x of [40, 65, 90]) expect(apart(after, [x, 124], groundAt)).toBeLessThan(12);
    const texture = (x: number) => (at(after, x, 124)[1] ?? 0) - (at(after, x + 1, 124)[1] ?? 0);
    const wanted = (x: number) => groundAt(x, 124)[1] - groundAt(x + 1, 124)[1];
    const alike = Array.from({ length: 40 }, (_, k) => texture(45 + k) * wanted(45 + k)).filter(
      (product) => product > 0,
    );
    expect(alike.length).toBeGreaterThan(34);
  });

  test("stays where it is when the thing is copied", () => {
    const after = moved(selected, { keepSource: true });
    expect(at(after, 65, 124)).toEqual(at(picture, 65, 124));
    expect(apart(after, [195, 123], groundAt)).toBeGreaterThan(30);
  });

  test("leaves what else stands beside it as dark as it is", () => {
    const inStone = (x: number, y: number): boolean => Math.abs(x - 65) <= 6 && y >= 130 && y <= 133;
    const even = paint(width, height, (x, y) => {
      if (inThing(x, y)) return RED;
      const light = inStone(x, y) ? 0.3 : 1 - shadeAt(x, y);
      return [Math.round(150 * light), Math.round(150 * light), Math.round(150 * light)];
    });
    const { picture: after } = previewEdit(even, [operationOf(selected)], fullMask(even));
    for (const x of [61, 65, 69]) expect(at(after, x, 132)[0]).toBeLessThan(62);
    expect(Math.abs(at(after, 40, 124)[0] - 150)).toBeLessThan(12);
  });

  test("takes no part of the thing that only the look at its lower end cuts off", () => {
    // A tall hoop: its second, thin leg hangs together with the first above what is looked at.
    const inHoop = (x: number, y: number): boolean =>
      (x >= 110 && x < 232 && y >= 4 && y < 400) ||
      (x >= 262 && x < 264 && y >= 4 && y < 400) ||
      (x >= 110 && x < 264 && y >= 4 && y < 20);
    const shade = (x: number, y: number): number => {
      const t = Math.max(0, 1 - Math.hypot((x - 180) / 110, (y - 402) / 24));
      return 0.5 * t * t * (3 - 2 * t);
    };
    const tall = paint(400, 480, (x, y) => {
      if (inHoop(x, y)) return RED;
      const [r, g, b] = groundAt(x % 130, y);
      const light = 1 - shade(x, y);
      return [Math.round(r * light), Math.round(g * light), Math.round(b * light)];
    });
    const region = emptyMask(tall);
    for (let i = 0; i < region.data.length; i++) {
      const [x, y] = [i % 400, Math.floor(i / 400)];
      if (inHoop(x, y) || shade(x, y) > 0.1) region.data[i] = 255;
    }
    const found = contactShadow(tall, region);
    if (found === undefined) throw new Error("Expected a shadow");
    const own = (x: number, y: number) => found.area.data[(y - found.box[1]) * found.area.width + x - found.box[0]];
    for (const y of [200, 300, 360]) expect(own(263, y)).toBe(0);
    expect(own(170, 412)).toBe(255);
  });

  test("lies under a thing that reaches beyond it", () => {
    const flat = (w: number, h: number, value: number): Mask => ({
      width: w,
      height: h,
      data: new Uint8Array(w * h).fill(value),
    });
    const thing = { origin: [3, 0] as const, rgb: paint(4, 20, () => RED), alpha: flat(4, 20, 255) };
    const shadow = { box: [0, 15, 10, 20] as const, darkness: flat(10, 5, 128), area: flat(10, 5, 255) };
    const { origin, rgb, alpha } = overShadow(thing, shadow);
    expect([origin, alpha.width, alpha.height]).toEqual([[0, 0], 10, 20]);
    const pixel = (x: number, y: number) => [
      ...rgb.data.subarray(3 * (10 * y + x), 3 * (10 * y + x) + 3),
      alpha.data[10 * y + x],
    ];
    expect(pixel(4, 1)).toEqual([...RED, 255]);
    expect(pixel(4, 18)).toEqual([...RED, 255]);
    expect(pixel(0, 18)).toEqual([0, 0, 0, 128]);
    expect(pixel(0, 1)).toEqual([0, 0, 0, 0]);
  });
});
