/** What a downloaded file is called: the opened picture's name, with a mark of the edit. */
import type { Workspace } from "../../session/index.ts";

export function stemOf(workspace: Workspace, id: string): string {
  const node = workspace.history.node(workspace.history.root(id));
  const edited = node.id === id ? "" : `-${id.slice(-6)}`;
  const name = node.type === "image" ? node.fileName : "picture";
  return `${name.replace(/\.[^.]{1,5}$/, "") || "picture"}${edited}`;
}
