/** `speed.json` in the data folder: what edits have cost on this machine, by model. */
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { writeWhole } from "../write-whole.ts";
import type { Rates } from "./estimate.ts";

const seconds = z.number().nonnegative().finite();
const rate = seconds.optional();
const picture = z.record(z.string().regex(/^-?\d+$/), seconds).optional();
const rates = z.strictObject({ invert: rate, drag: rate, sample: rate, codec: rate, picture });
const speeds = z.strictObject({ version: z.literal(1), models: z.record(z.string(), rates) });
type Speeds = z.infer<typeof speeds>;

const NAME = "speed.json";
const NOTHING: Speeds = { version: 1, models: {} };

/** What is known of a model (by the folder it was read from, or "" for edits without one); nothing where the file is
 * missing or of another kind: it can be measured again. */
export async function readRates(home: string, model: string): Promise<Rates> {
  return (await readSpeeds(home)).models[model] ?? {};
}

/** Never fails an edit: a folder that cannot be written only means that nothing is learned. */
export async function writeRates(home: string, model: string, measured: Rates): Promise<void> {
  const before = await readSpeeds(home);
  const next: Speeds = { version: 1, models: { ...before.models, [model]: measured } };
  const write = async () => {
    await mkdir(home, { recursive: true, mode: 0o700 });
    await writeWhole(join(home, NAME), `${JSON.stringify(next, null, 2)}\n`);
  };
  await write().catch(() => {});
}

async function readSpeeds(home: string): Promise<Speeds> {
  const text = await readFile(join(home, NAME), "utf8").catch(() => "");
  try {
    return speeds.safeParse(JSON.parse(text)).data ?? NOTHING;
  } catch {
    return NOTHING;
  }
}
