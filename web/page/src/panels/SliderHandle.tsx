/** The knob of the before/after slider: a real range input, so that keys and screen readers have it. */

import { view } from "../canvas/view.ts";
import { current } from "../state/picture.ts";
import { put } from "../state/put.ts";
import { comparing, resultView, sliderAt } from "../state/result.ts";
import { t } from "../words.ts";

export function SliderHandle() {
  const node = current.value;
  if (node === undefined || !comparing.value || resultView.value !== "slider") return null;
  const { scale, x, y } = view.value;
  const place = { left: `${x}px`, top: `${y}px`, width: `${node.width * scale}px`, height: `${node.height * scale}px` };
  return (
    <div class="slider" style={place}>
      <input
        type="range"
        min="0"
        max="1"
        step="0.005"
        aria-label={t("sliderName")}
        aria-valuetext={`${Math.round(100 * sliderAt.value)} %`}
        value={sliderAt.value}
        onInput={(event) => put(sliderAt, Number(event.currentTarget.value))}
      />
    </div>
  );
}
