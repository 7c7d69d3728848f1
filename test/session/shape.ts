import type { Workspace } from "../../src/session/index.ts";

/** All of a session's history that can be compared. */
export interface Shape {
  readonly current: string | null;
  readonly branch: string | null;
  readonly branches: readonly (readonly [string, string])[];
  /** id, parent, name, favourite */
  readonly nodes: readonly (readonly [string, string | null, string, boolean])[];
  readonly regions: readonly string[];
}

export type Report = { readonly type: "begin" } | { readonly type: "done"; readonly shape: Shape };

export function shapeOf(workspace: Workspace): Shape {
  const { history } = workspace;
  const nodes = history.nodes();
  return {
    current: history.current ?? null,
    branch: history.currentBranch ?? null,
    branches: [...history.branches()],
    nodes: nodes.map(({ id, parent, name = "", favourite }) => [id, parent, name, favourite]),
    regions: nodes.flatMap(({ id }) => workspace.regionsOf(id).map((region) => region.id)),
  };
}
