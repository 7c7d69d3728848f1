/** What is tried: the paper's inversion table, {nothing, K/V, adapter, both} with a first and a second order solver. */
import type { EditSettings } from "../../engine/models/settings.ts";

export interface InversionConfig {
  readonly solver: "euler" | "fireflow";
  readonly kv: boolean;
  readonly adapter: boolean;
}

export const INVERSION_CONFIGS: readonly InversionConfig[] = (["euler", "fireflow"] as const).flatMap((solver) =>
  [false, true].flatMap((adapter) => [false, true].map((kv) => ({ solver, kv, adapter }))),
);

export function configLabel({ solver, kv, adapter }: InversionConfig): string {
  const kept = [...(kv ? ["K/V"] : []), ...(adapter ? ["adapter"] : [])].join(" + ");
  return `${solver === "euler" ? "Euler" : "FireFlow"}, ${kept || "nothing"}`;
}

/** The published code's 25 steps without the first 6, unless something else is wanted; the rest is the bundle's. */
export function inversionSettings(
  settings: EditSettings,
  { solver, kv, adapter }: InversionConfig,
  wish: { readonly numSteps?: number | undefined; readonly skip?: number | undefined } = {},
): EditSettings {
  const { numSteps = 25, skip = 6 } = wish;
  return { ...settings, numSteps, skip, solver, kv: kv ? "on" : "off", adapter: adapter ? "on" : "off" };
}
