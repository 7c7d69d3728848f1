/** JSON files of a model bundle. */
import { readFile } from "node:fs/promises";
import { EditError } from "../../errors.ts";

/** Throws `checkpoint-invalid` naming the file. */
export async function readModelJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch (cause) {
    throw new EditError("checkpoint-invalid", `Expected a JSON file at ${path}`, { cause });
  }
}
