/** A bundle's `dragflow.json`: which blocks give features, what is replayed, steps, rates, working size. A recipe's
 * `options` use the same names and win. */
import { z } from "zod";
import { EditError } from "../../errors.ts";
import { SOLVERS } from "../flow/solver.ts";
import { describeIssues } from "../recipe/issues.ts";
import { REGIME_CHOICES, type RegimeChoice } from "../recipe/regime.ts";
import type { FluxConfig } from "./flux-config.ts";
import { checkModelJson } from "./json.ts";

const blocks = z.array(z.number().int().nonnegative());
const iterations = z.number().int().min(0).max(1000);

export const settingsSchema = z.strictObject({
  features: z.array(z.string().regex(/^DOUBLE-\d+-[012]$/)).min(1),
  hookDoubles: blocks,
  hookSingles: blocks,
  numSteps: z.number().int().min(1).max(200).default(25),
  /** Intervals left out: the drag happens at the next time. */
  skip: z.number().int().min(0).default(6),
  /** The same for quality `fast`, which starts from the preview; without it `skip` serves both. */
  fastSkip: z.number().int().min(0).optional(),
  inversionGuidance: z.number().nullable().default(1),
  samplingGuidance: z.number().nullable().default(3.5),
  transportIterations: iterations.default(50),
  intensifyIterations: iterations.default(20),
  lrTransport: z.number().positive().default(1000),
  lrIntensify: z.number().positive().default(1000),
  workingSize: z.number().int().min(64).max(2048).multipleOf(16).default(512),
  textTokens: z.number().int().min(1).max(512).default(256),
  adapterScale: z.number().min(0).default(0),
  solver: z.enum(SOLVERS).default("fireflow"),
  /** Where the latents start: the inverted picture, or the preview (object already moved), encoded and noised. */
  init: z.enum(["inversion", "warp"]).default("inversion"),
  /** What a Fill-conditioned model is shown: the picture with the editable area masked, or the preview with only the
   * vacated part masked. */
  condition: z.enum(["edit-area", "vacated"]).default("edit-area"),
  /** Where latents may change: the whole editable area around the inverted picture, or only what the move uncovered and
   * its seam, around the inverted preview. */
  change: z.enum(["edit-area", "vacated"]).default("edit-area"),
  kv: z.enum(["on", "off"]).default("on"),
  /** Whose K and V are replayed where the preview is inverted (`change: "vacated"`): its own or the source's. */
  kvFrom: z.enum(["source", "preview"]).default("source"),
  /** "paper code": the published code's start, replay, masks, geometry and rounding, in the edit's crop; "product": the
   * bundle's settings and the exact affine. */
  fidelity: z.enum(["product", "paper code"]).default("product"),
});
export type EditSettings = z.infer<typeof settingsSchema>;

/** Options that say how pixels are moved, whatever the model: a recipe's, never a bundle's. */
const pictureSchema = z.strictObject({
  /** Cut regions out and move them, bend them with what they belong to, or choose by the picture. */
  regime: z.enum(REGIME_CHOICES).default("auto"),
});
export interface PictureOptions {
  readonly regime: RegimeChoice;
}

/** How many blocks of each kind a transformer has. */
export type BlockCounts = Pick<FluxConfig, "doubles" | "singles">;

/** Throws `checkpoint-invalid` naming file and field. */
export function parseSettings(json: unknown, path: string): EditSettings {
  const settings = checkModelJson(settingsSchema, json, path);
  const conflict = stepConflict(settings);
  if (conflict !== undefined) throw new EditError("checkpoint-invalid", `${path}: Expected ${conflict}`);
  return settings;
}

/** Throws `checkpoint-invalid` when the settings name blocks that the transformer does not have. */
export function checkBlocks(settings: EditSettings, blocks: BlockCounts, path: string): void {
  const conflict = blockConflict(settings, blocks);
  if (conflict !== undefined) throw new EditError("checkpoint-invalid", `${path}: Expected ${conflict}`);
}

/** The bundle's settings with a recipe's options over them. Throws `recipe-invalid` for an unknown or wrong option. */
export function withOptions(
  settings: EditSettings,
  options: Readonly<Record<string, unknown>>,
  blocks?: BlockCounts,
): EditSettings {
  const { regime: _, ...merged } = parseOptions(allSchema, { ...settings, ...options });
  const conflict = stepConflict(merged) ?? (blocks && blockConflict(merged, blocks));
  if (conflict !== undefined) throw invalid(`Expected options with ${conflict}`);
  return merged;
}

/**
 * What a recipe's options say about moving pixels; the others are checked one by one, as no bundle is at hand.
 * Throws `recipe-invalid` for an unknown or wrong option.
 */
export function pictureOptions(options: Readonly<Record<string, unknown>>): PictureOptions {
  parseOptions(allSchema.partial(), options);
  return { regime: pictureSchema.parse({ regime: options.regime }).regime };
}

const allSchema = settingsSchema.extend(pictureSchema.shape);

function parseOptions<T>(schema: z.ZodType<T>, options: Readonly<Record<string, unknown>>): T {
  const json = { options };
  const parsed = z.object({ options: schema }).safeParse(json);
  if (!parsed.success) throw invalid(describeIssues(parsed.error.issues, json), parsed.error);
  return parsed.data.options;
}

function invalid(message: string, cause?: unknown): EditError {
  const hint = `Options: ${Object.keys(allSchema.shape).join(", ")}.`;
  return new EditError("recipe-invalid", message, { hint, ...(cause === undefined ? {} : { cause }) });
}

function stepConflict({ numSteps, skip }: EditSettings): string | undefined {
  return skip < numSteps ? undefined : `skip less than numSteps ${numSteps}, got ${skip}`;
}

function blockConflict(settings: EditSettings, { doubles, singles }: BlockCounts): string | undefined {
  const tapped = settings.features.map((name) => Number(name.split("-")[1]));
  const beyond = (indices: readonly number[], count: number) => indices.find((index) => index >= count);
  const feature = beyond(tapped, doubles);
  if (feature !== undefined) return `features of double blocks below ${doubles}, got block ${feature}`;
  const [double, single] = [beyond(settings.hookDoubles, doubles), beyond(settings.hookSingles, singles)];
  if (double !== undefined) return `hookDoubles below ${doubles}, got ${double}`;
  return single === undefined ? undefined : `hookSingles below ${singles}, got ${single}`;
}
