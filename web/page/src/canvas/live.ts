/** The approximate result of the prepared moves, drawn while the real preview is on its way. */
import { affineOf } from "../geometry/motion.ts";
import { moving, type Operation } from "../state/operations.ts";
import { pixels } from "../state/picture.ts";
import { masks } from "../state/region.ts";
import { type CutOut, cutOut } from "./cut-out.ts";

const cache = new WeakMap<HTMLCanvasElement, { bitmap: HTMLCanvasElement; cut: CutOut }>();

/** Draws in pixels of the picture: first the filled holes, then the moved pieces in order. */
export function drawLive(context: CanvasRenderingContext2D): void {
  const parts = moving.value.flatMap((operation) => {
    const cut = cutOf(operation);
    return cut === undefined ? [] : [{ operation, cut }];
  });
  const ratio = pixels.value?.ratio ?? 1;
  for (const { operation, cut } of parts) {
    if (!operation.keepSource) placed(context, cut.plate, cut, ratio);
  }
  for (const { operation, cut } of parts) {
    const [a, b, c, d, e, f] = affineOf(operation.handling);
    context.save();
    context.transform(a, d, b, e, c, f);
    placed(context, cut.piece, cut, ratio);
    context.restore();
  }
}

function placed(context: CanvasRenderingContext2D, canvas: HTMLCanvasElement, { x, y }: CutOut, ratio: number): void {
  context.drawImage(canvas, x / ratio, y / ratio, canvas.width / ratio, canvas.height / ratio);
}

function cutOf({ region }: Operation): CutOut | undefined {
  const mask = masks.value.get(region.regionId);
  const shown = pixels.value;
  if (mask === undefined || shown === undefined) return undefined;
  const known = cache.get(mask);
  if (known?.bitmap === shown.bitmap) return known.cut;
  const cut = cutOut(shown.bitmap, mask, region.box, shown.ratio);
  cache.set(mask, { bitmap: shown.bitmap, cut });
  return cut;
}
