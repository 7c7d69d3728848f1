/** The same scene in every layout: a striped disc on grainy ground, with low bits that an 8-bit detour would lose. */
import { luma } from "../../../src/engine/image/colour.ts";
import type { Picture } from "../../../src/engine/image/native.ts";
import { discOnGround, noiseAt } from "../../helpers/pictures.ts";

export const [WIDTH, HEIGHT] = [112, 80];
export const DISC = { center: [40, 40], radius: [14, 14] } as const;

/** Alpha falls to 0 in the lower right corner, away from the disc. */
export function scene(channels: Picture["channels"], depth: Picture["depth"]): Picture {
  const rgb = discOnGround(WIDTH, HEIGHT, ...DISC.center, DISC.radius[0]).data;
  const colours = channels < 3 ? luma(rgb) : rgb;
  const count = channels < 3 ? 1 : 3;
  const length = WIDTH * HEIGHT * channels;
  const samples = depth === 16 ? new Uint16Array(length) : new Uint8Array(length);
  for (let i = 0; i < WIDTH * HEIGHT; i++) {
    const [x, y] = [i % WIDTH, Math.floor(i / WIDTH)];
    for (let c = 0; c < count; c++)
      samples[i * channels + c] = deep(colours[i * count + c] ?? 0, depth, noiseAt(x, y, c));
    if (channels > count)
      samples[i * channels + count] = deep(Math.max(0, 255 - Math.max(0, x + y - 150) * 9), depth, 0);
  }
  return { width: WIDTH, height: HEIGHT, channels, depth, samples };
}

function deep(value: number, depth: 8 | 16, noise: number): number {
  return depth === 8 ? value : Math.min(65535, value * 257 + Math.floor(200 * noise));
}
