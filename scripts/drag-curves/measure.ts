/** One full tier on one photo: the losses, and where the region's content is found in the decoded picture. */
import { WholeModel } from "../../src/engine/drag/whole-model.ts";
import { type Frame, frameOf } from "../../src/engine/edit/frame.ts";
import { type FullResult, runFull } from "../../src/engine/edit/full-tier.ts";
import { type ModelView, modelView } from "../../src/engine/edit/model-view.ts";
import { planEdit } from "../../src/engine/edit/plan.ts";
import { settingsFor } from "../../src/engine/edit/quality.ts";
import { scaledAffine } from "../../src/engine/edit/tiers.ts";
import { cropResize, resizeMask } from "../../src/engine/image/resample.ts";
import type { Bundle } from "../../src/engine/models/bundle.ts";
import type { Affine } from "../../src/engine/raster.ts";
import { parseRecipe } from "../../src/engine/recipe/parse.ts";
import type { Recipe } from "../../src/engine/recipe/schema.ts";
import { PlateCache } from "../../src/engine/retouch/plate-cache.ts";
import { compositePlate } from "../../src/engine/retouch/preview.ts";
import { cropMask } from "../../src/engine/retouch/resample.ts";
import { loadOpenCv } from "../../src/engine/segment/opencv.ts";
import { type PatchDistance, patchDistance } from "./patch-distance.ts";
import { type Photo, relocation } from "./photos.ts";

export interface Measured extends PatchDistance {
  readonly losses: readonly number[];
  /** Of the final goal before the first step. */
  readonly startLoss: number;
  /** Length of the way at the model's size, in pixels. */
  readonly way: number;
}

const plates = new PlateCache();

/** Runs the tier twice: with one iteration, whose goal is the final one, and as the options say. */
export async function measure(bundle: Bundle, photo: Photo, options: Recipe["options"]): Promise<Measured> {
  const first = await run(bundle, photo, { ...options, transportIterations: 1, intensifyIterations: 0 });
  const { full, frame } = await run(bundle, photo, options);
  const { view, decoded, losses } = full;
  const [operation] = frame.edit.operations;
  if (operation === undefined) throw new Error("Expected an operation");
  const before = await cropResize(frame.rgb, view.box, view.width, view.height);
  const region = await resizeMask(cropMask(operation.region, view.box), view.width, view.height);
  const motion = inView(operation.affine, view);
  const startLoss = first.full.losses[0] ?? Number.NaN;
  return {
    losses,
    startLoss,
    way: Math.hypot(motion[2], motion[5]),
    ...patchDistance(before, decoded, region, motion),
  };
}

const TOKEN = 16;

/** The same photo with a way of whole tokens. What the model sees depends on the way, so it is found step by step. */
export async function overTokens(photo: Photo): Promise<Photo> {
  let way = photo;
  for (let step = 0; step < 4; step++) {
    const { edit } = await planEdit(photo.image, recipeOf(way, {}), "", loadOpenCv);
    const { box, width, height } = modelView(edit.box, edit.size, MINI_SIZE);
    const [x, y] = [(box[2] - box[0]) / width, (box[3] - box[1]) / height]; // pixels of the photo per pixel of the model
    const motion = relocation([TOKEN * photo.tokens[0] * x, TOKEN * photo.tokens[1] * y]);
    way = { ...photo, operations: photo.operations.map((operation) => ({ ...operation, motion })) };
  }
  return way;
}

/** The embedded model's working size. */
const MINI_SIZE = 256;

function recipeOf({ operations }: Photo, options: Recipe["options"]): Recipe {
  return parseRecipe({ operations: [...operations], options: { regime: "cut", ...options } });
}

/** From pixels of the frame to those of the model's picture. */
function inView([a, b, c, d, e, f]: Affine, { box, width, height }: ModelView): Affine {
  const [x0, y0, x1, y1] = box;
  const inBox: Affine = [a, b, a * x0 + b * y0 + c - x0, d, e, d * x0 + e * y0 + f - y0];
  return scaledAffine(inBox, width / (x1 - x0), height / (y1 - y0));
}

async function run(
  bundle: Bundle,
  photo: Photo,
  options: Recipe["options"],
): Promise<{ full: FullResult; frame: Frame }> {
  const recipe = recipeOf(photo, options);
  const plan = await planEdit(photo.image, recipe, "", loadOpenCv);
  const frame = frameOf(plan.rgb, plan.edit);
  const previews = (operations: typeof plan.edit.operations) =>
    operations.map(({ grown, keepSource, regime, at }) => ({ mask: grown, keepSource, regime, at }));
  const plate = plates.plateOf(plan.rgb, previews(plan.edit.operations), recipe.seed);
  const corner = [frame.box[0], frame.box[1]] as const;
  const preview = compositePlate(plate, frame.rgb, previews(frame.edit.operations), frame.edit.editable, [...corner]);
  const settings = settingsFor(bundle.settings, recipe, bundle.flux.config);
  const full = await runFull({
    bundle,
    model: new WholeModel(bundle.flux),
    looks: [{ settings, view: modelView(frame.edit.box, frame.edit.size, settings.workingSize) }],
    kvCache: {},
    edit: frame.edit,
    seed: recipe.seed,
    original: frame.rgb,
    preview,
    onStep: async () => {},
    clock: (_stage, work) => work(),
  });
  return { full, frame };
}
