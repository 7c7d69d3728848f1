/** A bundle's `dragflow.json`: which blocks give features, what is replayed, steps, rates, working size. A recipe's
 * `options` use the same names and win. */
import { z } from "zod";
import { EditError } from "../../errors.ts";
import { SOLVERS } from "../flow/solver.ts";

const blocks = z.array(z.number().int().nonnegative());
const iterations = z.number().int().min(0).max(1000);

export const settingsSchema = z.strictObject({
  features: z.array(z.string().regex(/^DOUBLE-\d+-[012]$/)).min(1),
  hookDoubles: blocks,
  hookSingles: blocks,
  numSteps: z.number().int().min(1).max(200).default(25),
  /** Intervals left out: the drag happens at the next time. */
  skip: z.number().int().min(0).default(6),
  inversionGuidance: z.number().nullable().default(1),
  samplingGuidance: z.number().nullable().default(3.5),
  transportIterations: iterations.default(50),
  intensifyIterations: iterations.default(20),
  lrTransport: z.number().positive().default(1000),
  lrIntensify: z.number().positive().default(1000),
  workingSize: z.number().int().min(64).max(2048).multipleOf(16).default(512),
  textTokens: z.number().int().min(1).default(256),
  adapterScale: z.number().min(0).default(0),
  solver: z.enum(SOLVERS).default("fireflow"),
  /** Where the latents start: the inverted picture, or the preview (object already moved), encoded and noised. */
  init: z.enum(["inversion", "warp"]).default("inversion"),
  /** What a Fill-conditioned model is shown: the picture with the editable area masked, or the preview with only the
   * vacated part masked. */
  condition: z.enum(["edit-area", "vacated"]).default("edit-area"),
  kv: z.enum(["on", "off"]).default("on"),
  /** "paper code": geometry, masks and rounding of the published code; "product": exact affine in the edit's crop. */
  fidelity: z.enum(["product", "paper code"]).default("product"),
});
export type EditSettings = z.infer<typeof settingsSchema>;

/** Throws `checkpoint-invalid` naming file and field. */
export function parseSettings(json: unknown, path: string): EditSettings {
  const parsed = settingsSchema.safeParse(json);
  if (parsed.success) return checked(parsed.data, path);
  const [issue] = parsed.error.issues;
  throw new EditError("checkpoint-invalid", `${path}: ${issue?.path.join(".")}: ${issue?.message}`);
}

/** The bundle's settings with a recipe's options over them. Throws `recipe-invalid` for an unknown or wrong option. */
export function withOptions(settings: EditSettings, options: Readonly<Record<string, unknown>>): EditSettings {
  const parsed = settingsSchema.safeParse({ ...settings, ...options });
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const where = ["options", ...(issue?.path ?? [])].join(".");
    const hint = `Options: ${Object.keys(settingsSchema.shape).join(", ")}.`;
    throw new EditError("recipe-invalid", `${where}: ${issue?.message}`, { hint });
  }
  const { numSteps, skip } = parsed.data;
  if (skip >= numSteps) {
    throw new EditError("recipe-invalid", `options.skip: expected less than numSteps ${numSteps}, got ${skip}`);
  }
  return parsed.data;
}

function checked(settings: EditSettings, path: string): EditSettings {
  if (settings.skip < settings.numSteps) return settings;
  const message = `${path}: skip: expected less than numSteps ${settings.numSteps}, got ${settings.skip}`;
  throw new EditError("checkpoint-invalid", message);
}
