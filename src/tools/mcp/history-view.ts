/** The tree of edits as JSON. */
import type { Workspace } from "../../session/index.ts";
import { treeOf } from "./tree.ts";
import { editUri, imageUri } from "./uris.ts";

export interface HistoryView {
  readonly current?: string;
  readonly branches: Readonly<Record<string, string>>;
  readonly nodes: readonly {
    readonly id: string;
    readonly parent: string | null;
    readonly type: "image" | "edit";
    readonly name?: string;
    readonly favourite: boolean;
    readonly picture: string;
  }[];
}

/** Parents before children, as the session made them. */
export function historyView(workspace: Workspace): HistoryView {
  const history = treeOf(workspace);
  const { current } = history;
  return {
    ...(current === undefined ? {} : { current }),
    branches: Object.fromEntries(history.branches()),
    nodes: history.nodes().map(({ id, parent, type, name, favourite }) => ({
      id,
      parent,
      type,
      ...(name === undefined ? {} : { name }),
      favourite,
      picture: type === "edit" ? editUri(id, "picture") : imageUri(id),
    })),
  };
}
