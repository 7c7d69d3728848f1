import { EditError } from "../../../errors.ts";
import type { History } from "../../../session/index.ts";
import { type ApiContext, type ApiRouter, router } from "../env.ts";
import * as spec from "../spec/history.ts";
import { historyView } from "../views/history.ts";

export function historyRoutes(): ApiRouter {
  const routes = router();
  const after = async (c: ApiContext, change: (history: History) => Promise<unknown>) => {
    const { workspace } = c.get("session");
    await change(workspace.history);
    return historyView(workspace);
  };
  routes.openapi(spec.getHistory, (c) => c.json(historyView(c.get("session").workspace), 200));
  routes.openapi(spec.undo, async (c) => c.json(await after(c, (history) => history.undo()), 200));
  routes.openapi(spec.redo, async (c) => c.json(await after(c, (history) => history.redo()), 200));
  routes.openapi(spec.checkout, async (c) => {
    return c.json(await after(c, (history) => history.checkout(c.req.valid("json").to)), 200);
  });
  routes.openapi(spec.addBranch, async (c) => {
    const { name, at } = c.req.valid("json");
    return c.json(await after(c, (history) => history.branch(name, at)), 200);
  });
  routes.openapi(spec.renameBranch, async (c) => {
    const { branch } = c.req.valid("param");
    return c.json(
      await after(c, (history) => history.rename(branchOf(history, branch), c.req.valid("json").name)),
      200,
    );
  });
  routes.openapi(spec.deleteBranch, async (c) => {
    return c.json(await after(c, (history) => history.deleteBranch(c.req.valid("param").branch)), 200);
  });
  routes.openapi(spec.changeNode, async (c) => {
    const { pictureId } = c.req.valid("param");
    const { name, favourite } = c.req.valid("json");
    const change = async (history: History) => {
      const { id } = history.node(pictureId);
      if (name !== undefined) await history.rename(id, name);
      if (favourite !== undefined) await history.favourite(id, favourite);
    };
    return c.json(await after(c, change), 200);
  });
  routes.openapi(spec.removeNode, async (c) => {
    return c.json(await after(c, (history) => history.remove(c.req.valid("param").pictureId)), 200);
  });
  routes.openapi(spec.prune, async (c) => {
    const { workspace } = c.get("session");
    const { removed, freedBytes } = await workspace.history.prune(c.req.valid("json").keep);
    return c.json({ removed: [...removed], freedBytes, history: historyView(workspace) }, 200);
  });
  return routes;
}

/** A picture's id is no branch, though renaming takes both. */
function branchOf(history: History, name: string): string {
  if (history.branches().has(name)) return name;
  throw new EditError("not-found", `Expected the name of a branch, got ${JSON.stringify(name)}`);
}
