/** What a drag shows at once: the region cut out of the view, and the place it leaves filled from its rim. Made once per
 * region; while dragging only two pictures are drawn. */
import type { Box } from "../geometry/affine.ts";
import { fillUnknown } from "../geometry/pull-push.ts";
import { canvasOf, contextOf } from "./mask-canvas.ts";

/** Both lie at `x`, `y` of the view. */
export interface CutOut {
  readonly x: number;
  readonly y: number;
  readonly piece: HTMLCanvasElement;
  readonly plate: HTMLCanvasElement;
}

/** Longest edge of the grid on which the hole is filled. */
const GRID = 160;
/** The plate reaches beyond the region by this share of its size, so that its rim has something to flow in from. */
const MARGIN = 0.35;
/** The hole is wider than the region by this share of its size: what the outline missed of the object. */
const WIDER = 0.06;

export function cutOut(bitmap: HTMLCanvasElement, mask: HTMLCanvasElement, box: Box, ratio: number): CutOut {
  const frame = frameOf(box, ratio, bitmap);
  const piece = cropped(bitmap, frame);
  const shape = cropped(mask, frame);
  masked(piece, shape, "destination-in");
  return { x: frame.x, y: frame.y, piece, plate: plateOf(bitmap, shape, frame, widerBy(box, ratio)) };
}

function widerBy([x0, y0, x1, y1]: Box, ratio: number): number {
  return Math.max(3, WIDER * Math.min(x1 - x0, y1 - y0) * ratio);
}

interface Frame {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function frameOf([x0, y0, x1, y1]: Box, ratio: number, { width, height }: HTMLCanvasElement): Frame {
  const margin = MARGIN * Math.max(x1 - x0, y1 - y0) * ratio + 8;
  const [left, top] = [Math.max(0, Math.floor(x0 * ratio - margin)), Math.max(0, Math.floor(y0 * ratio - margin))];
  const right = Math.min(width, Math.ceil(x1 * ratio + margin));
  const bottom = Math.min(height, Math.ceil(y1 * ratio + margin));
  return { x: left, y: top, width: Math.max(1, right - left), height: Math.max(1, bottom - top) };
}

function cropped(source: HTMLCanvasElement, { x, y, width, height }: Frame): HTMLCanvasElement {
  const canvas = canvasOf({ width, height });
  contextOf(canvas).drawImage(source, -x, -y);
  return canvas;
}

function masked(canvas: HTMLCanvasElement, mask: CanvasImageSource, mode: GlobalCompositeOperation): void {
  const context = contextOf(canvas);
  context.globalCompositeOperation = mode;
  context.drawImage(mask, 0, 0);
  context.globalCompositeOperation = "source-over";
}

/** The filled hole alone, soft at its edge; transparent elsewhere. */
function plateOf(bitmap: HTMLCanvasElement, shape: HTMLCanvasElement, frame: Frame, wider: number): HTMLCanvasElement {
  const hole = grown(shape, wider);
  const known = cropped(bitmap, frame);
  masked(known, hole, "destination-out");
  const plate = canvasOf(frame);
  const context = contextOf(plate);
  context.imageSmoothingQuality = "high";
  context.drawImage(filled(known, frame), 0, 0, plate.width, plate.height);
  masked(plate, hole, "destination-in");
  return plate;
}

function filled(known: HTMLCanvasElement, { width, height }: Frame): HTMLCanvasElement {
  const scale = Math.min(1, GRID / Math.max(width, height));
  const small = canvasOf({ width: width * scale, height: height * scale });
  const context = contextOf(small);
  context.drawImage(known, 0, 0, small.width, small.height);
  const image = context.getImageData(0, 0, small.width, small.height);
  const data = Float32Array.from(image.data);
  // Half-known pixels at the rim already hold some of the object's colour.
  for (let i = 3; i < data.length; i += 4) data[i] = (data[i] ?? 0) > 250 ? 1 : 0;
  fillUnknown({ width: small.width, height: small.height, data });
  for (let i = 0; i < data.length; i++) image.data[i] = i % 4 === 3 ? 255 : (data[i] ?? 0);
  context.putImageData(image, 0, 0);
  return small;
}

function grown(shape: HTMLCanvasElement, by: number): HTMLCanvasElement {
  const canvas = canvasOf(shape);
  const context = contextOf(canvas);
  for (let angle = 0; angle < 8; angle++) {
    const turn = (angle * Math.PI) / 4;
    context.drawImage(shape, by * Math.cos(turn), by * Math.sin(turn));
  }
  context.drawImage(shape, 0, 0);
  return canvas;
}
