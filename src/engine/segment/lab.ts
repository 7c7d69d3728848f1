/** sRGB → CIE L*a*b* (D65), where equal distances look about equally different. */
import type { Rgb } from "../raster.ts";

const LINEAR = Float32Array.from({ length: 256 }, (_, i) => {
  const s = i / 255;
  return s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4;
});

const cubeRoot = (t: number): number => (t > 216 / 24389 ? Math.cbrt(t) : (24389 / 27 / 116) * t + 16 / 116);

/** Interleaved [H, W, 3]: L 0–100, a and b about ±100. */
export function labOf(rgb: Rgb): Float32Array {
  const out = new Float32Array(rgb.data.length);
  for (let i = 0; i < out.length; i += 3) {
    const r = LINEAR[rgb.data[i] ?? 0] ?? 0;
    const g = LINEAR[rgb.data[i + 1] ?? 0] ?? 0;
    const b = LINEAR[rgb.data[i + 2] ?? 0] ?? 0;
    const x = cubeRoot((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505);
    const y = cubeRoot(0.2126 * r + 0.7152 * g + 0.0722 * b);
    const z = cubeRoot((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089);
    out[i] = 116 * y - 16;
    out[i + 1] = 500 * (x - y);
    out[i + 2] = 200 * (y - z);
  }
  return out;
}
