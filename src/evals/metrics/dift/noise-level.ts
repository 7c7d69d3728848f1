/** How much of a picture is left at a step of Stable Diffusion's training schedule ("scaled linear" betas). */
import { join } from "node:path";
import { z } from "zod";
import { exists } from "../../../engine/models/find-bundle.ts";
import { checkModelJson, readModelJson } from "../../../engine/models/json.ts";

const schema = z.looseObject({
  beta_start: z.number().positive().default(0.00085),
  beta_end: z.number().positive().default(0.012),
  beta_schedule: z.literal("scaled_linear").default("scaled_linear"),
  num_train_timesteps: z.number().int().min(2).default(1000),
});

/** ᾱ_t, the product of 1 − β up to and with step `t`. Throws `checkpoint-invalid`. */
export async function pictureShare(dir: string, t: number): Promise<number> {
  const path = join(dir, "scheduler", "scheduler_config.json");
  const json = (await exists(path)) ? await readModelJson(path) : {};
  const { beta_start, beta_end, num_train_timesteps: steps } = checkModelJson(schema, json, path);
  const [first, last] = [Math.sqrt(beta_start), Math.sqrt(beta_end)];
  let share = 1;
  for (let i = 0; i <= Math.min(t, steps - 1); i++) share *= 1 - (first + ((last - first) * i) / (steps - 1)) ** 2;
  return share;
}
