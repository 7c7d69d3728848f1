import { resolve } from "node:path";
import { z } from "zod";
import { concat } from "../../../src/engine/graph/value.ts";
import { openClipVision } from "../../../src/engine/models/adapters/vision/clip.ts";
import { dinov2Features, openDinov2 } from "../../../src/engine/models/adapters/vision/dinov2.ts";
import { openSiglip, siglipFeatures, siglipPooled } from "../../../src/engine/models/adapters/vision/siglip.ts";
import { TwoTowers } from "../../../src/engine/models/adapters/vision/two-towers.ts";
import { compile } from "../../../src/engine/onnx/session.ts";
import type { Rgb } from "../../../src/engine/raster.ts";
import { input, type Outputs, type ParityCase, type Tensor } from "../case.ts";
import { asTokens, COMPILE } from "./flux.ts";

const shallowSchema = z.array(z.number().int().nonnegative());

/** CLIP's projected class token, of given pixels and of a picture that the tower prepares itself. */
export async function clipVision(c: ParityCase): Promise<Outputs> {
  const tower = await openClipVision(c.bundleDir, COMPILE);
  const picture = pictureOf(input(c, "picture"));
  const outputs = {
    image: plain(await tower.run(input(c, "pixels"))),
    prepared: plain(await tower.prepare(picture)),
    pictureImage: plain(await tower.embed(picture)),
  };
  await tower.release();
  return outputs;
}

/** SigLIP's states, and its pooled vector. */
export async function siglipVision(c: ParityCase): Promise<Outputs> {
  const tower = await openSiglip(c.bundleDir);
  const { deep, shallow } = siglipFeatures(tower, shallowSchema.parse(c.params.shallow));
  const graph = await compile({ deep, shallow: concat(shallow, 0) }, COMPILE);
  const pooling = await compile({ pooled: siglipPooled(tower) }, COMPILE);
  const states = await graph.run({ pixels: input(c, "pixels") });
  const { pooled } = await pooling.run({ pixels: input(c, "pixels") });
  await Promise.all([graph.release(), pooling.release()]);
  return { deep: asTokens(states.deep), shallow: asTokens(states.shallow), pooled: plain(pooled) };
}

/** DINOv2's states without the class token. */
export async function dinov2Vision(c: ParityCase): Promise<Outputs> {
  const { side, shallow: layers } = z.object({ side: z.number().int(), shallow: shallowSchema }).parse(c.params);
  const { deep, shallow } = dinov2Features(await openDinov2(c.bundleDir), side, layers);
  const graph = await compile({ deep, shallow: concat(shallow, 0) }, COMPILE);
  const states = await graph.run({ pixels: input(c, "pixels") });
  await graph.release();
  return { deep: asTokens(states.deep), shallow: asTokens(states.shallow) };
}

const towersSchema = z.object({
  siglip: z.string(),
  dinov2: z.string(),
  shallow: z.object({ siglip: shallowSchema, dinov2: shallowSchema }),
});

/** Both towers on a picture and its quarters. */
export async function twoTowers(c: ParityCase): Promise<Outputs> {
  const { siglip, dinov2, shallow } = towersSchema.parse(c.params);
  const [a, b] = [await openSiglip(resolve(c.dir, siglip)), await openDinov2(resolve(c.dir, dinov2))];
  const towers = new TwoTowers(a, b, shallow, COMPILE);
  towers.check(a.config.hidden_size + b.config.hidden_size);
  const { lowDeep, lowShallow, highDeep } = await towers.features(pictureOf(input(c, "picture")));
  await towers.release();
  return { lowDeep: asTokens(lowDeep), lowShallow: asTokens(lowShallow), highDeep: asTokens(highDeep) };
}

/** Planes of bytes [1, 3, H, W]. */
function pictureOf({ shape, data }: Tensor): Rgb {
  const [, , height = 0, width = 0] = shape;
  const plane = width * height;
  const bytes = new Uint8Array(3 * plane);
  for (let i = 0; i < plane; i++) for (let c = 0; c < 3; c++) bytes[3 * i + c] = data[c * plane + i] ?? 0;
  return { width, height, data: bytes };
}

function plain({ shape, data }: { readonly shape: readonly number[]; readonly data: Float32Array }): Tensor {
  return { shape: [...shape], data };
}
