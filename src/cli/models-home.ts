import { wantedHome } from "../session/index.ts";
import type { CliRun } from "./deps.ts";

/** The data folder of a command that needs no session. */
export function modelsHome({ env }: CliRun, { home }: { readonly home?: string }): string {
  return wantedHome({ env, ...(home === undefined ? {} : { flag: home }) });
}
