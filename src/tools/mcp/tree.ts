/** The session's history as resources and completions read it. */
import type { Workspace } from "../../session/index.ts";

export interface TreeNode {
  readonly id: string;
  readonly parent: string | null;
  readonly type: "image" | "edit";
  readonly name?: string;
  readonly favourite: boolean;
}

export interface Tree {
  readonly current: string | undefined;
  nodes(): readonly TreeNode[];
  branches(): ReadonlyMap<string, string>;
  onChange(listener: () => void): () => void;
}

const EMPTY: Tree = { current: undefined, nodes: () => [], branches: () => new Map(), onChange: () => () => {} };

/** Empty for a workspace that keeps no history. */
export function treeOf(workspace: Workspace): Tree {
  return "history" in workspace ? (workspace.history as Tree) : EMPTY;
}
