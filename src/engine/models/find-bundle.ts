/** Where a model lies, by name or folder. Light: whoever only wants to know loads no native code. */
import { stat } from "node:fs/promises";
import { isAbsolute, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { EditError } from "../../errors.ts";

/** The file that makes a folder a bundle. */
export const BUNDLE_MARK = "model_index.json";

const EMBEDDED = fileURLToPath(new URL("../../../models", import.meta.url));

/** Names of embedded bundles; nothing that could lead out of their folder. */
const NAME = /^[A-Za-z0-9][\w.-]*$/;

/** Folder of a model: an embedded one by name, or a folder, absolute or below `baseDir`. Whether it
 * is a bundle shows when it is opened. Throws `not-found`. */
export async function findBundle(model: string, baseDir = process.cwd()): Promise<string> {
  if (NAME.test(model) && (await exists(join(EMBEDDED, model, BUNDLE_MARK)))) return join(EMBEDDED, model);
  const dir = isAbsolute(model) ? model : resolve(baseDir, model);
  if (!model.includes("\0") && (isAbsolute(model) || isBelow(baseDir, dir)) && (await exists(dir))) return dir;
  throw new EditError("not-found", `Expected the name of a model or its folder, got ${JSON.stringify(model)}`, {
    hint: 'The embedded model is called "mini"; other folders are named by their absolute path.',
  });
}

function isBelow(baseDir: string, dir: string): boolean {
  const way = relative(resolve(baseDir), dir);
  return way !== "" && way.split(sep)[0] !== ".." && !isAbsolute(way);
}

export async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
