import { expect, test } from "vitest";
import type { Box, Mask } from "../../../src/engine/raster.ts";
import { applyGuided, guidedCoefficients } from "../../../src/engine/retouch/guided-filter.ts";
import { cropRgb } from "../../../src/engine/retouch/resample.ts";
import { enlargeMask } from "../../../src/engine/segment/enlarge.ts";
import { viewOf } from "../../../src/engine/segment/grabcut.ts";
import { discOnGround, inDisc, maskWhere } from "../../helpers/pictures.ts";

const picture = discOnGround(700, 500, 380, 260, 120);
const box: Box = [150, 60, 640, 470];
const view = viewOf(picture, box);
const scale = view.small.width / (box[2] - box[0]);
const small = maskWhere(
  view.small.width,
  view.small.height,
  inDisc((380 - box[0]) * scale, (260 - box[1]) * scale, 120 * scale),
);

/** The filter evaluated everywhere, as the papers have it, then made as steep. */
function everywhere(): Mask {
  const soft = applyGuided(guidedCoefficients(view.small, small, 2, 60), cropRgb(picture, box));
  return { ...soft, data: soft.data.map((q) => Math.max(0, Math.min(255, (q - 127.5) * 1.6 + 127.5))) };
}

test("the filter near the border only gives what the filter everywhere gives", () => {
  const [whole, mask] = [everywhere(), enlargeMask(picture, view, small)];
  let worst = 0;
  whole.data.forEach((value, i) => {
    const at = (box[1] + Math.floor(i / whole.width)) * picture.width + box[0] + (i % whole.width);
    worst = Math.max(worst, Math.abs(value - (mask.data[at] ?? 0)));
  });
  expect(worst).toBeLessThanOrEqual(2); // one level of rounding, times the steepness
});

test("outside the view nothing is selected", () => {
  const { data } = enlargeMask(picture, view, { ...small, data: small.data.map(() => 255) });
  expect(data[59 * 700 + 300]).toBe(0);
  expect(data[60 * 700 + 150]).toBe(255);
  expect(data[469 * 700 + 639]).toBe(255);
  expect(data[469 * 700 + 640]).toBe(0);
});
