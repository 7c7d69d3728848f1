import { z } from "zod";
import { cutFeatures, supervise } from "../../../src/engine/drag/supervision.ts";
import { cropMask, maskBox } from "../../../src/engine/drag/warp-box.ts";
import type { KeysValues } from "../../../src/engine/models/flux.ts";
import { inputList, type Outputs, type ParityCase, type Tensor, tensorOf } from "../case.ts";
import { asTokens, openFlux, splitInput, textStates } from "./flux.ts";
import { planesOf, tensorOfPlanes } from "./planes.ts";

const paramsSchema = z.object({
  t: z.number(),
  guidance: z.number().nullable(),
  taps: z.array(z.string()).min(1),
  cutShape: z.tuple([z.number(), z.number()]),
  gammas: z.array(z.number()),
});

/** §5.6–5.9: features, loss and gradient with replaced keys and values. */
export async function fluxVjp(c: ParityCase): Promise<Outputs> {
  const { t, guidance, taps, cutShape, gammas } = paramsSchema.parse(c.params);
  const flux = await openFlux(c);
  const call = { ...splitInput(c, flux), text: textStates(c), t, guidance, inject: injected(c) };
  const features = await cutFeatures(flux, call, taps, cutShape);
  const targets = inputList(c, "target");
  const regions = inputList(c, "mask").map((mask, i) => region(mask, targets[i] as Tensor, gammas[i] ?? 1));
  const { loss, grad } = await supervise(flux, call, taps, cutShape, regions);
  const { velocity } = await flux.velocity(call);
  await flux.release();
  return {
    features: tensorOfPlanes(features),
    loss: tensorOf([loss]),
    grad: asTokens(grad),
    velocity: asTokens(velocity),
  };
}

function injected(c: ParityCase): KeysValues {
  const entries = [...c.inputs].filter(([name]) => name.startsWith("inject."));
  return Object.fromEntries(
    entries.map(([name, { shape, data }]) => [name.replace("inject.", "kv."), { shape: shape.slice(1), data }]),
  );
}

function region(mask: Tensor, target: Tensor, weight: number) {
  const [maskPlane, targetPlanes] = [planesOf(mask), planesOf(target)];
  const box = maskBox(maskPlane) ?? { x: 0, y: 0, width: 2, height: 2 };
  const cropped = new Float32Array(targetPlanes.channels * box.width * box.height);
  let out = 0;
  for (let channel = 0; channel < targetPlanes.channels; channel++) {
    for (let y = box.y; y < box.y + box.height; y++) {
      const row = (channel * targetPlanes.height + y) * targetPlanes.width + box.x;
      cropped.set(targetPlanes.data.subarray(row, row + box.width), out);
      out += box.width;
    }
  }
  return { box, mask: cropMask(maskPlane, box), target: cropped, weight };
}
