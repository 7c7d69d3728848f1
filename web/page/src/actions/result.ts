/** Loads what the chosen view of the result needs. */
import { effect } from "@preact/signals";
import { addressOf } from "../api.ts";
import { canvasOf, contextOf, maskFrom, tinted } from "../canvas/mask-canvas.ts";
import { blinked } from "../canvas/result-view.ts";
import { before, current } from "../state/picture.ts";
import { calm } from "../state/preferences.ts";
import { comparable, other, resultView } from "../state/result.ts";
import { otherPixels, overlayPixels } from "../state/result-pixels.ts";
import { loaded } from "./pictures.ts";

const EDGE = 2048;
const BLINK_MS = 700;
/** Slower where motion is to be reduced: it is asked for by choosing the view. */
const CALM_BLINK_MS = 2000;

export function followResult(): void {
  effect(() => {
    const node = other.value;
    otherPixels.value = undefined;
    if (node === undefined || !comparable.value) return;
    void loaded(addressOf.preview(node.id, Math.min(EDGE, node.width))).then((bitmap) => {
      if (other.peek()?.id === node.id) otherPixels.value = bitmap;
    });
  });
  effect(() => {
    const [a, b, view] = [other.value, current.value, resultView.value];
    overlayPixels.value = undefined;
    if (a === undefined || b === undefined || !comparable.value || (view !== "diff" && view !== "mask")) return;
    const asMask = view === "mask" && b.type === "edit" && a.id === before.value?.id;
    const url = asMask ? addressOf.editFile(b.id, "editable") : addressOf.heat(a.id, b.id);
    void loaded(url).then((bitmap) => {
      if (resultView.peek() === view && current.peek()?.id === b.id) {
        overlayPixels.value = asMask ? tinted(maskFrom(bitmap, bitmap), "rgb(76 157 255 / 0.6)") : bright(bitmap);
      }
    });
  });
  effect(() => {
    if (resultView.value !== "blink") return;
    const timer = setInterval(
      () => {
        blinked.value = !blinked.value;
      },
      calm.matches ? CALM_BLINK_MS : BLINK_MS,
    );
    return () => clearInterval(timer);
  });
}

/** Black becomes transparent, so that the photo stays faintly visible where nothing differs. */
function bright(bitmap: HTMLCanvasElement): HTMLCanvasElement {
  const canvas = canvasOf(bitmap);
  const context = contextOf(canvas);
  context.drawImage(bitmap, 0, 0);
  const image = context.getImageData(0, 0, canvas.width, canvas.height);
  const { data } = image;
  for (let i = 0; i < data.length; i += 4) {
    data[i + 3] = Math.min(255, 4 * Math.max(data[i] ?? 0, data[i + 1] ?? 0, data[i + 2] ?? 0));
  }
  context.putImageData(image, 0, 0);
  return canvas;
}
