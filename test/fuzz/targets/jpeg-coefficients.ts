import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Change, touchedMcus } from "../../../src/engine/image/jpeg/change.ts";
import type { Jpeg } from "../../../src/engine/image/jpeg/jpeg.ts";
import { keptSegments } from "../../../src/engine/image/jpeg/kept-segments.ts";
import { placementOf } from "../../../src/engine/image/jpeg/placement.ts";
import { readJpeg } from "../../../src/engine/image/jpeg/read.ts";
import { replaceBlocks } from "../../../src/engine/image/jpeg/replace.ts";
import { writeJpeg } from "../../../src/engine/image/jpeg/write.ts";
import { damaged } from "../bytes.ts";
import type { Target } from "../target.ts";
import { imageSeeds, JPEG_TOKENS } from "./images.ts";

const FIXTURES = fileURLToPath(new URL("../../fixtures/jpeg/", import.meta.url));

/** From bytes to coefficients and back: what was read must come back the same, and be writable with an edit too. */
export const jpegCoefficients: Target = {
  name: "jpeg-coefficients",
  codes: ["image-unreadable", "image-unsupported", "image-too-large"],
  async seeds() {
    const files = readdirSync(FIXTURES).filter((file) => file.endsWith(".jpg"));
    return [...files.map((file) => readFileSync(FIXTURES + file)), ...(await imageSeeds("jpeg"))];
  },
  mutate: (input, other, dice) => damaged(input, other, dice, JPEG_TOKENS),
  open: () => (input) => {
    const jpeg = readJpeg(input);
    const { segments } = keptSegments(jpeg.segments, { embed: true, recipe: { a: 1 }, orientation: 1 });
    const again = readJpeg(writeJpeg({ ...jpeg, segments }));
    jpeg.components.forEach(({ coefficients, steps }, i) => {
      const other = again.components[i];
      if (!same(coefficients, other?.coefficients) || !same(steps, other?.steps)) {
        throw new Error(`Expected component ${i} to come back the same`);
      }
    });
    if (jpeg.width * jpeg.height > MOST_EDITED) return;
    const change = blackToWhite(jpeg);
    replaceBlocks(jpeg, change, touchedMcus(jpeg, change));
    readJpeg(writeJpeg({ ...jpeg, segments }));
  },
};

/** Pixels: more takes too long for one input. */
const MOST_EDITED = 100_000;

/** The left half and every third pixel. */
function blackToWhite({ width, height, components }: Jpeg): Change {
  const channels = components.length === 1 ? 1 : 3;
  const before = { width, height, channels, depth: 8, samples: new Uint8Array(width * height * channels) } as const;
  const samples = before.samples.map((_, i) => (i % (width * channels) < width || i % 9 < 3 ? 255 : 0));
  return { before, after: { ...before, samples }, placement: placementOf(1, before) };
}

function same(a: ArrayLike<number>, b: ArrayLike<number> | undefined): boolean {
  if (b === undefined || a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
