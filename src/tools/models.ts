/** Which models a caller may name. */
import { findBundle } from "../engine/models/find-bundle.ts";
import { EditError } from "../errors.ts";
import { clean } from "./clean.ts";
import type { ToolContext } from "./context.ts";
import { readableFolder } from "./roots.ts";

/** Names of models, not paths of folders. */
const NAME = /^[A-Za-z0-9][\w.-]*$/;

/** The model as a recipe takes it: a known name, or the resolved path of a folder inside the roots. Throws `not-found` and
 * `path-outside-roots` before anything is queued. */
export async function knownModel(model: string, { roots, workspace }: ToolContext): Promise<string> {
  if (!NAME.test(model)) return readableFolder(roots, model);
  const dir = await findBundle(model, workspace.dir, workspace.home).catch(() => undefined);
  // A folder of the session itself is none, whatever it is called.
  if (dir !== undefined && !dir.startsWith(workspace.dir)) return model;
  const message = `Expected the name of a model, got ${JSON.stringify(clean(model, 60))}`;
  throw new EditError("not-found", message, { hint: 'The embedded model is called "mini"' });
}
