/** What a command works with: a data folder, a session in it and an engine, closed again whatever happens. */
import type { Engine } from "../engine/api.ts";
import { openHome, Workspace } from "../session/index.ts";
import type { CliDeps } from "./deps.ts";

export interface Studio {
  readonly engine: Engine;
  readonly workspace: Workspace;
  readonly home: string;
}

export interface StudioSession {
  /** A fresh session without it. */
  readonly open?: (home: string) => Promise<Workspace>;
  /** Whether the session's files stay, asked at the end; without it they never do. */
  readonly keep?: (workspace: Workspace) => boolean;
}

/** Runs `work` in a session. */
export async function inStudio<Result>(
  deps: CliDeps,
  homeFlag: string | undefined,
  work: (studio: Studio) => Promise<Result>,
  { open, keep }: StudioSession = {},
): Promise<Result> {
  const home = await openHome({ env: deps.env, ...(homeFlag === undefined ? {} : { flag: homeFlag }) });
  if (home.warning !== undefined) deps.stderr.write(`warning home-not-writable: ${home.warning}\n`);
  // What is thrown away in any case needs no journal and no second copy of its pictures.
  const workspace = open ? await open(home.dir) : await Workspace.create(home.dir, { memory: keep === undefined });
  const engine = await deps.createEngine({ home: home.dir });
  try {
    return await work({ engine, workspace, home: home.dir });
  } finally {
    await (keep?.(workspace) ? workspace.close() : workspace.remove());
    await engine.close();
  }
}
