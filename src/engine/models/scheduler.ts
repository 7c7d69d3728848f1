/** How a bundle spaces its times: `scheduler/scheduler_config.json` in the diffusers layout (flux.md §4.1). */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { TimeShift } from "../flow/timesteps.ts";
import { checkModelJson, readModelJson } from "./json.ts";

const schema = z.object({
  use_dynamic_shifting: z.boolean().default(false),
  shift: z.number().positive().default(1),
  base_shift: z.number().default(0.5),
  max_shift: z.number().default(1.15),
  base_image_seq_len: z.number().positive().default(256),
  max_image_seq_len: z.number().positive().default(4096),
});

/** FLUX.1-dev's, for bundles without a scheduler. */
const DYNAMIC: TimeShift = { shift: true };

/** Throws `checkpoint-invalid` for a file that is none. */
export async function readSchedule(dir: string): Promise<TimeShift> {
  const path = join(dir, "scheduler", "scheduler_config.json");
  const there = await stat(path).then(
    () => true,
    () => false,
  );
  if (!there) return DYNAMIC;
  const c = checkModelJson(schema, await readModelJson(path), path);
  if (!c.use_dynamic_shifting) return { shift: false, factor: c.shift };
  return {
    shift: true,
    baseShift: c.base_shift,
    maxShift: c.max_shift,
    baseTokens: c.base_image_seq_len,
    maxTokens: c.max_image_seq_len,
  };
}
