/** The tree of edits as JSON. */
import type { HistoryNode, Workspace } from "../../session/index.ts";
import { editUri, imageUri } from "./uris.ts";

export interface HistoryView {
  readonly current?: string;
  readonly currentBranch?: string;
  readonly branches: Readonly<Record<string, string>>;
  readonly nodes: readonly NodeView[];
}

interface NodeView
  extends Pick<HistoryNode, "id" | "parent" | "type" | "favourite" | "createdAt" | "width" | "height"> {
  readonly name?: string;
  readonly fileName?: string;
  readonly tier?: string;
  /** URI of the full picture. */
  readonly picture: string;
}

/** Parents before children, as the session made them. */
export function historyView({ history }: Workspace): HistoryView {
  const { current, currentBranch } = history;
  return {
    ...(current === undefined ? {} : { current }),
    ...(currentBranch === undefined ? {} : { currentBranch }),
    branches: Object.fromEntries(history.branches()),
    nodes: history.nodes().map(nodeView),
  };
}

function nodeView(node: HistoryNode): NodeView {
  const { id, parent, type, favourite, createdAt, width, height, name } = node;
  const common = { id, parent, type, ...(name === undefined ? {} : { name }), favourite, createdAt, width, height };
  if (node.type === "edit") return { ...common, tier: node.tier, picture: editUri(id, "picture") };
  return { ...common, fileName: node.fileName, picture: imageUri(id) };
}
