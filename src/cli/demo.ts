/** dragflow demo: the main job on a photo that ships with the package. */
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { Command } from "commander";
import type { CliRun } from "./deps.ts";
import { type OutputFlags, type RecipeFlags, withOutputFlags, withRecipeFlags } from "./flags.ts";

/** Relative to the package's root. */
const DEMO_PHOTO = "examples/boat.webp";
const DEMO_SAY = "Move the boat 90 pixels to the right";

export function addDemo(program: Command, run: CliRun): void {
  const command = program.command("demo").description("the main job on a shipped photo, into ./out");
  withOutputFlags(withRecipeFlags(command)).action((flags: OutputFlags & RecipeFlags) => demo(run, flags));
}

async function demo(run: CliRun, flags: OutputFlags & RecipeFlags): Promise<void> {
  // The package's root lies two folders above src/cli and dist/cli alike.
  const image = fileURLToPath(new URL(`../../${DEMO_PHOTO}`, import.meta.url));
  const out = resolve(run.cwd, "out", "demo.png");
  const report = resolve(run.cwd, flags.report ?? "out/report");
  const order = { image, say: [DEMO_SAY], region: undefined, out, report };
  const { converse } = await import("./converse.ts");
  // A demonstration may be repeated: what it overwrites is its own.
  await converse(run, order, { ...flags, planner: "local", force: true, keep: false });
}
