/** Masks as canvases: from the server's grey PNG to coverage in the alpha channel. */
import type { Size } from "./view.ts";

export function canvasOf({ width, height }: Size): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(width));
  canvas.height = Math.max(1, Math.round(height));
  return canvas;
}

export function contextOf(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (context === null) throw new TypeError("This browser gives no 2D canvas");
  return context;
}

/** White, its alpha the grey of `grey`, at the given size. */
export function maskFrom(grey: CanvasImageSource, size: Size): HTMLCanvasElement {
  const canvas = canvasOf(size);
  const context = contextOf(canvas);
  context.drawImage(grey, 0, 0, canvas.width, canvas.height);
  const image = context.getImageData(0, 0, canvas.width, canvas.height);
  const { data } = image;
  for (let i = 0; i < data.length; i += 4) {
    data[i + 3] = data[i] ?? 0;
    data[i] = data[i + 1] = data[i + 2] = 255;
  }
  context.putImageData(image, 0, 0);
  return canvas;
}

/** The mask in one colour (CSS). */
export function tinted(mask: HTMLCanvasElement, colour: string): HTMLCanvasElement {
  const canvas = canvasOf(mask);
  const context = contextOf(canvas);
  context.drawImage(mask, 0, 0);
  context.globalCompositeOperation = "source-in";
  context.fillStyle = colour;
  context.fillRect(0, 0, canvas.width, canvas.height);
  return canvas;
}

/** The rim: the mask without itself moved inwards by `width` on the four sides. */
export function rimOf(mask: HTMLCanvasElement, colour: string, width: number): HTMLCanvasElement {
  const inner = canvasOf(mask);
  const cut = contextOf(inner);
  cut.drawImage(mask, 0, 0);
  cut.globalCompositeOperation = "destination-in";
  const sides = [
    [width, 0],
    [-width, 0],
    [0, width],
    [0, -width],
  ] as const;
  for (const [dx, dy] of sides) cut.drawImage(mask, dx, dy);
  const rim = tinted(mask, colour);
  const context = contextOf(rim);
  context.globalCompositeOperation = "destination-out";
  context.drawImage(inner, 0, 0);
  return rim;
}
