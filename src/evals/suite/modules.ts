/** Suites that are programs: a module whose default (or `suite`) export is what `defineSuite` made. */
import { pathToFileURL } from "node:url";
import { EditError } from "../../errors.ts";
import { type DefinedSuite, isDefinedSuite } from "./define.ts";

export const MODULE_ENDINGS: readonly string[] = [".ts", ".mts", ".js", ".mjs"];

/** Runs the module. @throws EditError `suite-invalid` for one that cannot be loaded or exports no suite. */
export async function importSuite(path: string, shown: string): Promise<DefinedSuite> {
  const loaded: unknown = await import(pathToFileURL(path).href).catch((cause: unknown) => {
    throw new EditError("suite-invalid", `Expected a module at ${shown}, got ${messageOf(cause)}`, {
      cause,
      ...(/\.m?ts$/.test(path)
        ? { hint: "Node.js reads TypeScript from 22.18 on; name the compiled .js otherwise." }
        : {}),
    });
  });
  const found = exportsOf(loaded).find(isDefinedSuite);
  if (found) return found;
  throw new EditError("suite-invalid", `Expected ${shown} to export a suite as default or "suite", got none`, {
    hint: 'export default defineSuite({ name: "…", cases: […] }) from "dragflow-agent/evals"',
  });
}

function exportsOf(loaded: unknown): unknown[] {
  if (typeof loaded !== "object" || loaded === null) return [];
  return ["default" in loaded && loaded.default, "suite" in loaded && loaded.suite];
}

function messageOf(cause: unknown): string {
  return (cause instanceof Error ? cause.message : String(cause)).split("\n")[0] ?? "";
}
