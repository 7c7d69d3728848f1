/** The colours that a JPEG's components stand for, and a component's samples of a pixel. Source: ITU-T T.871 (JFIF) 6. */
import { unsupported } from "./faults.ts";
import type { Jpeg, Segment } from "./jpeg.ts";

export type ColourModel = "grey" | "ycc" | "rgb";

/** As every reader guesses it: by JFIF, by Adobe's marker, by the names of the components. */
export function colourModel({ components, segments }: Pick<Jpeg, "components" | "segments">): ColourModel {
  if (components.length === 1) return "grey";
  const ids = components.map(({ id }) => String.fromCharCode(id)).join("");
  if (segments.some(isJfif)) return "ycc";
  const transform = segments.map(adobeTransform).find((one) => one !== undefined);
  if (transform === undefined) return ids === "RGB" ? "rgb" : "ycc";
  if (transform > 1) throw unsupported(`Adobe's colour transform ${transform}`);
  return transform === 0 ? "rgb" : "ycc";
}

/** Sample of the component around 0 for the pixel whose samples begin `at`. */
export type SampleOf = (samples: ArrayLike<number>, at: number) => number;

/** By component. */
export const SAMPLES: Readonly<Record<ColourModel, readonly SampleOf[]>> = {
  grey: [(samples, at) => (samples[at] ?? 0) - 128],
  rgb: [0, 1, 2].map((c) => (samples, at) => (samples[at + c] ?? 0) - 128),
  ycc: [
    weighed(0.299, 0.587, 0.114, -128),
    weighed(-0.299 / 1.772, -0.587 / 1.772, 0.886 / 1.772, 0),
    weighed(0.701 / 1.402, -0.587 / 1.402, -0.114 / 1.402, 0),
  ],
};

function weighed(r: number, g: number, b: number, shift: number): SampleOf {
  return (samples, at) => r * (samples[at] ?? 0) + g * (samples[at + 1] ?? 0) + b * (samples[at + 2] ?? 0) + shift;
}

function isJfif({ marker, payload }: Segment): boolean {
  return marker === 0xe0 && startsWith(payload, "JFIF\0");
}

function adobeTransform({ marker, payload }: Segment): number | undefined {
  return marker === 0xee && startsWith(payload, "Adobe") ? payload[11] : undefined;
}

export function startsWith(payload: Uint8Array, text: string): boolean {
  return payload.length >= text.length && Buffer.from(payload.subarray(0, text.length)).toString("latin1") === text;
}
