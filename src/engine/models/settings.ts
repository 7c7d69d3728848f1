/** A bundle's `dragflow.json`: which blocks give features, what is replayed, steps, rates, working size. A recipe's
 * `options` use the same names and win. */
import { z } from "zod";
import { EditError } from "../../errors.ts";
import { describeIssues } from "../recipe/issues.ts";
import type { RegimeChoice } from "../recipe/regime.ts";
import type { FluxConfig } from "./flux-config.ts";
import { checkModelJson } from "./json.ts";
import { type EditSettings, optionsSchema, pictureSchema, settingsSchema } from "./settings-schema.ts";

export type { EditSettings } from "./settings-schema.ts";

export interface PictureOptions {
  readonly regime: RegimeChoice;
  /** Pixels of the picture by which regions are grown; absent for the default. */
  readonly dilate?: number;
}

/** What the bundle's adapter adds; 0 where it is left out. */
export function adapterScaleOf({ adapter, adapterScale }: Pick<EditSettings, "adapter" | "adapterScale">): number {
  if (adapter === "off") return 0;
  return adapter === "on" && adapterScale === 0 ? 1 : adapterScale;
}

/** The same by blocks, double ones first, where blocks differ: what an adapter's `describe` takes. */
export function adapterScales(
  settings: Pick<EditSettings, "adapter" | "adapterScale" | "adapterBlocks">,
): number | readonly number[] {
  const scale = adapterScaleOf(settings);
  return settings.adapterBlocks?.map((share) => scale * share) ?? scale;
}

/** How many blocks of each kind a transformer has. */
export type BlockCounts = Pick<FluxConfig, "doubles" | "singles"> & Partial<Pick<FluxConfig, "guidance">>;

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
  const { regime: _, dilate: __, ...merged } = parseOptions(optionsSchema, { ...settings, ...options });
  const conflict = stepConflict(merged) ?? (blocks && blockConflict(merged, blocks));
  if (conflict !== undefined) throw invalid(`Expected options with ${conflict}`);
  return merged;
}

/**
 * What a recipe's options say about moving pixels; the others are checked one by one, as no bundle is at hand.
 * Throws `recipe-invalid` for an unknown or wrong option.
 */
export function pictureOptions(options: Readonly<Record<string, unknown>>): PictureOptions {
  parseOptions(optionsSchema.partial(), options);
  const { regime, dilate } = pictureSchema.parse({ regime: options.regime, dilate: options.dilate });
  return { regime, ...(dilate === undefined ? {} : { dilate }) };
}

function parseOptions<T>(schema: z.ZodType<T>, options: Readonly<Record<string, unknown>>): T {
  const json = { options };
  const parsed = z.object({ options: schema }).safeParse(json);
  if (!parsed.success) throw invalid(describeIssues(parsed.error.issues, json), parsed.error);
  return parsed.data.options;
}

function invalid(message: string, cause?: unknown): EditError {
  const hint = `Options: ${Object.keys(optionsSchema.shape).join(", ")}.`;
  return new EditError("recipe-invalid", message, { hint, ...(cause === undefined ? {} : { cause }) });
}

function stepConflict({ numSteps, skip }: EditSettings): string | undefined {
  return skip < numSteps ? undefined : `skip less than numSteps ${numSteps}, got ${skip}`;
}

function blockConflict(settings: EditSettings, { doubles, singles, guidance }: BlockCounts): string | undefined {
  const tapped = settings.features.map((name) => Number(name.split("-")[1]));
  const beyond = (indices: readonly number[], count: number) => indices.find((index) => index >= count);
  const feature = beyond(tapped, doubles);
  if (feature !== undefined) return `features of double blocks below ${doubles}, got block ${feature}`;
  const [double, single] = [beyond(settings.hookDoubles, doubles), beyond(settings.hookSingles, singles)];
  if (double !== undefined) return `hookDoubles below ${doubles}, got ${double}`;
  if (single !== undefined) return `hookSingles below ${singles}, got ${single}`;
  const shares = settings.adapterBlocks?.length ?? doubles;
  if (shares !== doubles && shares !== doubles + singles) {
    return `adapterBlocks for the ${doubles} double blocks or for all ${doubles + singles} blocks, got ${shares}`;
  }
  const unguided = guidance
    ? (["inversionGuidance", "samplingGuidance"] as const).find((name) => settings[name] === null)
    : undefined;
  return unguided === undefined
    ? undefined
    : `a number for ${unguided}, as the model has a guidance embedding, got null`;
}
