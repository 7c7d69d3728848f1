/** Which code a folder's autoencoder needs: its configuration names the class. */

import { join } from "node:path";
import { EditError } from "../../errors.ts";
import { glimpse } from "../json-size.ts";
import type { CompileOptions } from "../onnx/session.ts";
import { openAutoencoderWeights } from "../weights/autoencoder-layouts.ts";
import { Autoencoder, type AutoencoderGraphs } from "./autoencoder.ts";
import { dcGraphs, parseDcConfig } from "./autoencoder-dc.ts";
import { inferKlConfig, klGraphs, parseKlConfig } from "./autoencoder-kl.ts";
import { parseTinyConfig, tinyGraphs } from "./autoencoder-tiny.ts";
import { exists } from "./find-bundle.ts";
import { readModelJson } from "./json.ts";

/** By diffusers' class names. */
const FAMILIES: Readonly<Record<string, (json: unknown, path: string) => AutoencoderGraphs>> = {
  AutoencoderDC: (json, path) => dcGraphs(parseDcConfig(json, path)),
  AutoencoderKL: (json, path) => klGraphs(parseKlConfig(json, path)),
  AutoencoderTiny: (json, path) => tinyGraphs(parseTinyConfig(json, path)),
};

/** Opens a folder with `config.json` and weights. FLUX's single file comes without a configuration: its sizes are then
 * read from its tensors. Throws `checkpoint-invalid`. */
export async function openAutoencoder(dir: string, options: CompileOptions): Promise<Autoencoder> {
  const path = join(dir, "config.json");
  const graphs = (await exists(path)) || !(await exists(dir)) ? familyOf(await readModelJson(path), path) : undefined;
  const source = await openAutoencoderWeights(dir);
  return new Autoencoder(graphs ?? klGraphs(inferKlConfig(source)), source, options);
}

/** The graphs of the class that a configuration names. Throws `checkpoint-invalid`. */
export function familyOf(json: unknown, path: string): AutoencoderGraphs {
  const named = typeof json === "object" && json !== null && "_class_name" in json ? json._class_name : undefined;
  const family = typeof named === "string" && Object.hasOwn(FAMILIES, named) ? FAMILIES[named] : undefined;
  if (family !== undefined) return family(json, path);
  const known = Object.keys(FAMILIES).join(", ");
  const found = named === undefined ? "none" : JSON.stringify(glimpse(named));
  throw new EditError("checkpoint-invalid", `${path}: expected _class_name among ${known}, found ${found}`);
}
