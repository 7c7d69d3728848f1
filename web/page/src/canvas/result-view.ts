/** The shown edit against the other picture: slider, blink, side by side, difference, mask. Drawn over the edit itself. */
import { signal } from "@preact/signals";
import { current } from "../state/picture.ts";
import { comparable, resultView, sliderAt } from "../state/result.ts";
import { otherPixels, overlayPixels } from "../state/result-pixels.ts";
import { besideAt } from "./side-by-side.ts";

/** Blink shows the other picture. */
export const blinked = signal(false);
/** While held, any view shows the other picture. */
export const peeking = signal(false);

export function drawResult(context: CanvasRenderingContext2D, scale: number): void {
  const node = current.value;
  const otherBitmap = otherPixels.value;
  if (node === undefined || !comparable.value || otherBitmap === undefined) return;
  const { width, height } = node;
  const view = resultView.value;
  const whole = peeking.value || (view === "blink" && blinked.value);
  if (whole) context.drawImage(otherBitmap, 0, 0, width, height);
  else if (view === "slider") slid(context, otherBitmap, width, height, scale);
  else if (view === "side") context.drawImage(otherBitmap, ...besideAt(node), width, height);
  else if (view === "diff" || view === "mask") overlaid(context, width, height);
}

function slid(
  context: CanvasRenderingContext2D,
  bitmap: HTMLCanvasElement,
  width: number,
  height: number,
  scale: number,
): void {
  const at = sliderAt.value * width;
  context.save();
  context.beginPath();
  context.rect(0, 0, at, height);
  context.clip();
  context.drawImage(bitmap, 0, 0, width, height);
  context.restore();
  context.fillStyle = "rgb(0 0 0 / 0.35)";
  context.fillRect(at - 2 / scale, 0, 4 / scale, height);
  context.fillStyle = "#fff";
  context.fillRect(at - 1 / scale, 0, 2 / scale, height);
}

function overlaid(context: CanvasRenderingContext2D, width: number, height: number): void {
  const bitmap = overlayPixels.value;
  if (bitmap === undefined) return;
  context.fillStyle = "rgb(0 0 0 / 0.55)";
  context.fillRect(0, 0, width, height);
  context.drawImage(bitmap, 0, 0, width, height);
}
