/** A bundle's settings without opening the bundle: what a forecast needs of a model. */
import { join } from "node:path";
import { readModelJson } from "./json.ts";
import { type EditSettings, parseSettings } from "./settings.ts";

/** Throws `checkpoint-invalid` naming file and field. */
export async function readSettings(dir: string): Promise<EditSettings> {
  const path = join(dir, "dragflow.json");
  return parseSettings(await readModelJson(path), path);
}
