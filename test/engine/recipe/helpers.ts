import type { Mask } from "../../../src/engine/raster.ts";
import type { ResolveIo } from "../../../src/engine/recipe/resolve.ts";

/** Masks as texts: `data:mask,WIDTHxHEIGHT,` and one digit a pixel. Real PNG coding belongs to the image part. */
export function textIo(files: Record<string, Mask> = {}, segment?: Mask): ResolveIo {
  const io: ResolveIo = {
    readMask: async (source) => files[source] ?? decode(source),
    encodeMask: async ({ width, height, data }) =>
      `data:mask,${width}x${height},${[...data].map((value) => (value > 127 ? 1 : 0)).join("")}`,
  };
  return segment ? { ...io, segment: async () => segment } : io;
}

function decode(text: string): Mask {
  const [, size = "", digits = ""] = text.split(",");
  const [width = 0, height = 0] = size.split("x").map(Number);
  return { width, height, data: Uint8Array.from(digits, Number) };
}
