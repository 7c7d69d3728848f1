import { z } from "zod";
import {
  binarise,
  concatChannels,
  fillCondition,
  maskImage,
  packLatents,
  packMask,
} from "../../../src/engine/models/packing.ts";
import { input, type Outputs, type ParityCase } from "../case.ts";

const paramsSchema = z.object({
  height: z.number().int(),
  width: z.number().int(),
  scalingFactor: z.number(),
  shiftFactor: z.number(),
  binariseAt: z.number(),
});

/** §1.10. */
export async function fillInput(c: ParityCase): Promise<Outputs> {
  const { height, width, scalingFactor, shiftFactor, binariseAt } = paramsSchema.parse(c.params);
  const grid = { h: height / 16, w: width / 16 };
  const tokens = grid.h * grid.w;
  const image = input(c, "image");
  const mask = input(c, "mask");
  const maskBinary = binarise(mask.data, binariseAt);
  const scaled = input(c, "maskedImageLatents").data.map((value) => (value - shiftFactor) * scalingFactor);
  const hiddenStates = concatChannels([input(c, "latents").data, fillCondition(scaled, maskBinary, grid)], tokens);
  return {
    maskBinary: { shape: mask.shape, data: maskBinary },
    maskedImage: { shape: image.shape, data: maskImage(image.data, maskBinary) },
    packedMaskedImage: { shape: [1, tokens, 64], data: packLatents(scaled, grid) },
    packedMask: { shape: [1, tokens, 256], data: packMask(maskBinary, grid) },
    hiddenStates: { shape: [1, tokens, 384], data: hiddenStates },
  };
}
