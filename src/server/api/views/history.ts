import type { z } from "@hono/zod-openapi";
import type { Workspace } from "../../../session/index.ts";
import { historyView as toolView } from "../../../tools/history-output.ts";
import type { historyView as schema } from "../spec/history.ts";
import { at } from "./urls.ts";

/** The whole tree, oldest first. */
export function historyView(workspace: Workspace): z.input<typeof schema> {
  const { history } = workspace;
  const { current, branch, branches, nodes } = toolView("list", { workspace }, Number.MAX_SAFE_INTEGER);
  const here = current === null ? undefined : history.node(current);
  return {
    current,
    branch,
    branches,
    nodes: nodes.toReversed().map((node) => ({
      ...node,
      fileUrl: at`/pictures/${node.id}/file`,
      previewUrl: at`/pictures/${node.id}/preview`,
    })),
    canUndo: here?.parent != null,
    canRedo: history.canRedo,
  };
}
