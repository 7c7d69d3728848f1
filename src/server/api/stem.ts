/** What a downloaded file is called: the opened picture's name, with a mark of the edit. */
import type { Workspace } from "../../session/index.ts";

export function stemOf(workspace: Workspace, id: string): string {
  let node = workspace.history.node(id);
  const edited = node.parent === null ? "" : `-${id.slice(-6)}`;
  while (node.parent !== null) node = workspace.history.node(node.parent);
  const name = node.type === "image" ? node.fileName : "picture";
  return `${name.replace(/\.[^.]{1,5}$/, "") || "picture"}${edited}`;
}
