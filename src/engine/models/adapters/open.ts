/** A bundle's `adapter/` folder: its `config.json` says which family it is. */

import { join } from "node:path";
import { EditError } from "../../../errors.ts";
import { glimpse } from "../../json-size.ts";
import type { CompileOptions } from "../../onnx/session.ts";
import { openWeights, type WeightOpener } from "../../weights/source.ts";
import type { FluxConfig } from "../flux-config.ts";
import { readModelJson } from "../json.ts";
import type { Adapter, AdapterFolder } from "./adapter.ts";
import { openInstantCharacter } from "./instantcharacter.ts";
import { openInstantX } from "./instantx.ts";
import { openSubjectAdapter } from "./subject.ts";
import { openXlabsAdapter } from "./xlabs.ts";

type Open = (folder: AdapterFolder) => Promise<Adapter>;

/** `_class_name` → family. */
const FAMILIES: Readonly<Record<string, Open>> = {
  SubjectAdapter: openSubjectAdapter,
  XlabsIpAdapter: openXlabsAdapter,
  InstantCharacterAdapter: openInstantCharacter,
  InstantXIpAdapter: openInstantX,
};

/** Throws `checkpoint-invalid` for an unknown family and for files that do not fit it or the transformer. */
export async function openAdapter(
  dir: string,
  flux: FluxConfig,
  options: CompileOptions,
  open: WeightOpener = openWeights,
): Promise<Adapter> {
  const path = join(dir, "config.json");
  const json = await readModelJson(path);
  const name = typeof json === "object" && json !== null && "_class_name" in json ? json._class_name : "";
  const family = typeof name === "string" && Object.hasOwn(FAMILIES, name) ? FAMILIES[name] : undefined;
  if (family !== undefined) return family({ dir, json, path, flux, options, open });
  const known = Object.keys(FAMILIES).join(", ");
  const found = JSON.stringify(glimpse(name));
  throw new EditError("checkpoint-invalid", `${path}: expected _class_name to be one of ${known}, found ${found}`);
}
