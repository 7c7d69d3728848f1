/** A bundle's `adapter/` folder: its `config.json` says which family it is. */
import { join } from "node:path";
import { EditError } from "../../../errors.ts";
import type { CompileOptions } from "../../onnx/session.ts";
import type { FluxConfig } from "../flux-config.ts";
import { readModelJson } from "../json.ts";
import type { Adapter } from "./adapter.ts";
import { openInstantCharacter } from "./instantcharacter.ts";
import { openInstantX } from "./instantx.ts";
import { openSubjectAdapter } from "./subject.ts";
import { openXlabsAdapter } from "./xlabs.ts";

type Open = (dir: string, json: unknown, path: string, flux: FluxConfig, options: CompileOptions) => Promise<Adapter>;

/** `_class_name` → family. */
const FAMILIES: Readonly<Record<string, Open>> = {
  SubjectAdapter: openSubjectAdapter,
  XlabsIpAdapter: openXlabsAdapter,
  InstantCharacterAdapter: openInstantCharacter,
  InstantXIpAdapter: openInstantX,
};

/** Throws `checkpoint-invalid` for an unknown family and for files that do not fit it or the transformer. */
export async function openAdapter(dir: string, flux: FluxConfig, options: CompileOptions): Promise<Adapter> {
  const path = join(dir, "config.json");
  const json = await readModelJson(path);
  const name = typeof json === "object" && json !== null && "_class_name" in json ? String(json._class_name) : "";
  const open = Object.hasOwn(FAMILIES, name) ? FAMILIES[name] : undefined;
  if (open !== undefined) return open(dir, json, path, flux, options);
  const known = Object.keys(FAMILIES).join(", ");
  throw new EditError("checkpoint-invalid", `${path}: expected _class_name to be one of ${known}, found "${name}"`);
}
