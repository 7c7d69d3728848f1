/** The same picture in another number of channels or bits, for containers that cannot hold the one at hand. */
import { hasAlpha, type Picture, type Samples } from "./native.ts";
import { to8 } from "./to-rgb.ts";

export interface Layout {
  readonly channels: 1 | 2 | 3 | 4;
  readonly depth: 8 | 16;
}

export function sameLayout(a: Layout, b: Layout): boolean {
  return a.channels === b.channels && a.depth === b.depth;
}

/**
 * Grey ↔ RGB by repeating or by taking the first channel, 8 ↔ 16 bits by ·257 or rounding, a missing alpha is opaque.
 * Dropping alpha blends over white, as viewers of opaque formats expect.
 */
export function inLayout(picture: Picture, layout: Layout): Picture {
  if (sameLayout(picture, layout)) return picture;
  const opaque = hasAlpha(picture) && layout.channels % 2 === 1 ? overWhite(picture) : picture.samples;
  const samples = emptySamples(picture.width * picture.height * layout.channels, layout.depth);
  const colours = layout.channels < 3 ? 1 : 3;
  const scale = depthChange(picture.depth, layout.depth);
  const top = layout.depth === 16 ? 65535 : 255;
  const sourceColours = picture.channels < 3 ? 1 : 3;
  for (let from = 0, to = 0; from < opaque.length; from += picture.channels, to += layout.channels) {
    for (let c = 0; c < colours; c++) samples[to + c] = scale(opaque[from + Math.min(c, sourceColours - 1)] ?? 0);
    if (layout.channels > colours)
      samples[to + colours] = hasAlpha(picture) ? scale(opaque[from + sourceColours] ?? 0) : top;
  }
  return { width: picture.width, height: picture.height, ...layout, samples };
}

function emptySamples(length: number, depth: 8 | 16): Samples {
  return depth === 16 ? new Uint16Array(length) : new Uint8Array(length);
}

function depthChange(from: 8 | 16, to: 8 | 16): (v: number) => number {
  if (from === to) return (v) => v;
  return to === 8 ? to8 : (v) => v * 257;
}

/** Colour samples blended; the alpha samples stay in place and are ignored by the caller. */
function overWhite({ channels, depth, samples }: Picture): Samples {
  const top = depth === 16 ? 65535 : 255;
  const out = samples.slice();
  for (let i = channels - 1; i < out.length; i += channels) {
    const alpha = out[i] ?? 0;
    for (let c = i - channels + 1; c < i; c++) out[c] = Math.round((alpha * (out[c] ?? 0) + (top - alpha) * top) / top);
  }
  return out;
}
