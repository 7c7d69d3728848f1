/** Every engine constant: its range, its default and what it does. `docs/options.md` is written from here. */
import { z } from "zod";
import { BACKGROUNDS } from "../drag/background.ts";
import { BACKGROUND_SOURCES, SUPERVISIONS } from "../drag/drag-settings.ts";
import { KV_PRECISIONS } from "../drag/kv-cache.ts";
import { OPTIMISERS } from "../drag/optimiser.ts";
import { SOLVERS } from "../flow/solver.ts";
import { REGIME_CHOICES } from "../recipe/regime.ts";

const blocks = z.array(z.number().int().nonnegative());
const iterations = z.number().int().min(0).max(1000);

export const settingsSchema = z.strictObject({
  features: z
    .array(z.string().regex(/^DOUBLE-\d+-[012]$/))
    .min(1)
    .describe(
      "Block features that the drag compares: `DOUBLE-k-0` what block k's attention reads, `-1` what its MLP reads, `-2` what it gives.",
    ),
  hookDoubles: blocks.describe("Double-stream blocks whose K and V are captured from the source and replayed."),
  hookSingles: blocks.describe("The same for single-stream blocks."),
  numSteps: z.number().int().min(1).max(200).default(25).describe("Intervals from noise to picture."),
  skip: z
    .number()
    .int()
    .min(0)
    .default(6)
    .describe("Intervals left out at the noisy end; the drag happens at the next time. Less than `numSteps`."),
  fastSkip: z
    .number()
    .int()
    .min(0)
    .optional()
    .describe("`skip` for quality `fast`, which starts from the preview. Without it `skip` serves both."),
  inversionGuidance: z
    .number()
    .nullable()
    .default(1)
    .describe("Guidance scale of the inversion; null, or any number, for a model without guidance embedding."),
  samplingGuidance: z.number().nullable().default(3.5).describe("The same from the drag on."),
  transportIterations: iterations.default(50).describe("Drag iterations in which the target travels."),
  intensifyIterations: iterations.default(20).describe("Drag iterations at the end of the way."),
  earlyStop: z
    .number()
    .min(0)
    .max(1)
    .default(0)
    .describe(
      "Ends the iterations at the end of the way once the loss falls by less than this share of itself in five of them; 0 never does (the paper).",
    ),
  lrTransport: z
    .number()
    .positive()
    .default(1000)
    .describe(
      "Step size while the target travels. It belongs to the model: the loss is a mean over its whole feature map.",
    ),
  lrIntensify: z.number().positive().default(1000).describe("Step size at the end of the way."),
  lrInversion: z
    .number()
    .positive()
    .optional()
    .describe(
      "Both step sizes for `init: inversion`, in bundles whose other two are made for a start nearer to the target. Without it those serve every start; in a recipe `lrTransport` and `lrIntensify` win over it.",
    ),
  optimiser: z
    .enum(OPTIMISERS)
    .default("plain")
    .describe(
      "How the drag goes down its loss: by the gradient as it is (the paper), by steps that are all as long as the first, or by a running mean of the gradients.",
    ),
  workingSize: z
    .number()
    .int()
    .min(64)
    .max(2048)
    .multipleOf(16)
    .default(512)
    .describe("Longer side in pixels of the crop that the model sees."),
  largestSize: z
    .number()
    .int()
    .min(64)
    .max(2048)
    .multipleOf(16)
    .optional()
    .describe(
      "Up to this the working size grows, so that the smallest region is at least 64 of the model's pixels across. Without it, and where a recipe sets `workingSize` alone, it does not grow.",
    ),
  scales: z
    .enum(["auto", "one"])
    .default("auto")
    .describe(
      "`auto`: where the smallest region is still less than 64 pixels across, a second, closer look refines what the moves uncover. `one`: no second look.",
    ),
  textTokens: z
    .number()
    .int()
    .min(1)
    .max(512)
    .default(256)
    .describe(
      "Text tokens given to the transformer: 256 as DragFlow gives every FLUX.1; schnell was trained with 256, dev with 512.",
    ),
  adapterScale: z
    .number()
    .min(0)
    .default(0)
    .describe(
      "How much the bundle's image adapter adds to the image stream, 0 for nothing; DragFlow gives InstantCharacter 1.5. Refused in a recipe for a bundle without adapter.",
    ),
  adapterBlocks: z
    .array(z.number().min(0))
    .min(1)
    .optional()
    .describe(
      "Of that scale, how much each block gets: double blocks first, then single ones. As long as there are double blocks, or blocks altogether; those left out get nothing. Without it all get 1. XLabs' adapter acts on double blocks only.",
    ),
  adapter: z
    .enum(["auto", "on", "off"])
    .default("auto")
    .describe(
      "`auto`: used where `adapterScale` is above 0. `on`: used, with scale 1 where none is set; refused for a bundle without one. `off`: left out.",
    ),
  solver: z
    .enum(SOLVERS)
    .default("fireflow")
    .describe("Integrator: FireFlow (second order, one evaluation per interval), midpoint (two), Euler (first order)."),
  timeShift: z
    .enum(["auto", "dynamic", "none"])
    .default("auto")
    .describe(
      "Times closer to the noise for larger pictures (dev) or uniform (schnell). `auto`: as the bundle's scheduler says.",
    ),
  supervision: z
    .enum(SUPERVISIONS)
    .default("region")
    .describe("What leads the latents: the moved regions, tracked points (the baseline), or nothing."),
  background: z
    .enum(BACKGROUNDS)
    .default("hard")
    .describe(
      "Latents outside the editable area: set back after every step, held by a loss, or free. Pixels outside stay the input's in any case.",
    ),
  backgroundFrom: z
    .enum(BACKGROUND_SOURCES)
    .default("sampling")
    .describe(
      "What `background: hard` sets back to: the original's own way back to the picture, sampled beside the edit (the paper), or the latents that the inversion passed, which cost nothing.",
    ),
  backgroundWeight: z.number().min(0).default(1).describe("Weight of the loss of `background: loss`."),
  init: z
    .enum(["inversion", "warp", "copy"])
    .default("inversion")
    .describe(
      "Where the latents start: the inverted picture; the preview (object already moved), encoded and noised; or the inverted picture with the region's latents copied to its target (the baseline).",
    ),
  condition: z
    .enum(["edit-area", "vacated"])
    .default("edit-area")
    .describe(
      "What a Fill-conditioned model is shown: the picture with the editable area masked, or the preview with only the vacated part masked.",
    ),
  change: z
    .enum(["edit-area", "vacated"])
    .default("edit-area")
    .describe(
      "Where latents may change: the whole editable area around the inverted picture, or only what the move uncovered and its seam, around the inverted preview.",
    ),
  changeShare: z
    .number()
    .min(0)
    .max(1)
    .default(1)
    .describe(
      "How much of the difference that the model makes to the preview is taken over: less than 1 is a mean of two guesses, nearer to the truth than either where neither is sure.",
    ),
  kv: z.enum(["on", "off"]).default("on").describe("Capture and replay of the source's K and V."),
  kvFrom: z
    .enum(["source", "preview"])
    .default("source")
    .describe("Whose K and V are replayed where the preview is inverted (`change: vacated`)."),
  kvPrecision: z
    .enum(["auto", ...KV_PRECISIONS])
    .default("auto")
    .describe("How captured K and V are kept. `auto`: float32, and 16 bit where blocks run one by one."),
  kvMemory: z
    .number()
    .int()
    .min(0)
    .default(2048)
    .describe("MiB of captured K and V kept in memory; the earliest passes beyond that go to disk."),
  execution: z
    .enum(["auto", "whole", "layerwise"])
    .default("auto")
    .describe(
      "`whole`: the transformer as one graph, for models that fit. `layerwise`: block by block with weights mapped from disk. `auto`: by estimated and available memory.",
    ),
  fidelity: z
    .enum(["product", "paper code"])
    .default("product")
    .describe(
      "`paper code`: the published code's start, replay, masks, geometry and rounding, in the edit's crop. `product`: the bundle's settings and the exact affine.",
    ),
});
export type EditSettings = z.infer<typeof settingsSchema>;

/** Options that say how pixels are moved, whatever the model: a recipe's, never a bundle's. */
export const pictureSchema = z.strictObject({
  regime: z
    .enum(REGIME_CHOICES)
    .default("auto")
    .describe("Cut regions out and move them, bend them with what they belong to, or choose by the picture."),
  dilate: z
    .number()
    .int()
    .min(0)
    .max(64)
    .optional()
    .describe(
      "By how many of the picture's pixels regions are grown, so that no rim of the object stays behind. Without it 0.4 % of the longer side, 2–8; 0 for `fidelity: paper code`.",
    ),
});

/** Everything that a recipe's `options` may hold. */
export const optionsSchema = settingsSchema.extend(pictureSchema.shape);
