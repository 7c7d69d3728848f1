/** Where a model lies, by name or folder. Light: whoever only wants to know loads no native code. */
import { readdir, stat } from "node:fs/promises";
import { isAbsolute, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { EditError } from "../../errors.ts";

/** The file that makes a folder a bundle. */
export const BUNDLE_MARK = "model_index.json";

const EMBEDDED = fileURLToPath(new URL("../../../models", import.meta.url));

/** Names of embedded bundles; nothing that could lead out of their folder. */
const NAME = /^[A-Za-z0-9][\w.-]*$/;

/** Where `models pull` puts models, one folder each. */
export function pulledModels(home: string): string {
  return join(home, "models");
}

/** Folder of a model: an embedded or a pulled one (where `home` is given) by name, or a folder, absolute or below
 * `baseDir`. Whether it is a bundle shows when it is opened. Throws `not-found`. */
export async function findBundle(model: string, baseDir = process.cwd(), home?: string): Promise<string> {
  const named = NAME.test(model) ? await bundleNamed(model, home) : undefined;
  if (named !== undefined) return named;
  const dir = isAbsolute(model) ? model : resolve(baseDir, model);
  if (!model.includes("\0") && (isAbsolute(model) || isBelow(baseDir, dir)) && (await exists(dir))) return dir;
  throw new EditError("not-found", `Expected the name of a model or its folder, got ${JSON.stringify(model)}`, {
    hint: 'The embedded model is called "mini"; dragflow models list says which others are there; other folders are named by their absolute path.',
  });
}

async function bundleNamed(name: string, home: string | undefined): Promise<string | undefined> {
  const roots = home === undefined ? [EMBEDDED] : [EMBEDDED, pulledModels(home)];
  for (const root of roots) if (await exists(join(root, name, BUNDLE_MARK))) return join(root, name);
  return undefined;
}

export interface NamedBundle {
  readonly name: string;
  readonly dir: string;
  readonly embedded: boolean;
}

/** Embedded and pulled models; a pulled one of an embedded one's name cannot be reached and is left out. */
export async function namedBundles(home: string): Promise<NamedBundle[]> {
  const found = new Map<string, NamedBundle>();
  for (const root of [EMBEDDED, pulledModels(home)]) {
    for (const name of (await readdir(root).catch(() => [])).sort()) {
      const dir = join(root, name);
      if (!found.has(name) && NAME.test(name) && (await exists(join(dir, BUNDLE_MARK)))) {
        found.set(name, { name, dir, embedded: root === EMBEDDED });
      }
    }
  }
  return [...found.values()];
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
