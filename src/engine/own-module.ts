/** Modules of this package as entries of processes and threads: compiled when the one that asks is, TypeScript through tsx
 * when it runs from source. tsx is named by its place, because a bare name would be looked up from the current directory. */
import { Worker } from "node:worker_threads";

export interface OwnModule {
  readonly url: URL;
  readonly execArgv: readonly string[];
}

/** For a process. `name` without its ending, relative to `from`, an `import.meta.url`. */
export function ownModule(name: string, from: string): OwnModule {
  const fromSource = from.endsWith(".ts");
  return {
    url: new URL(`${name}.${fromSource ? "ts" : "js"}`, from),
    execArgv: fromSource ? ["--import", import.meta.resolve("tsx")] : [],
  };
}

/** A thread that runs it. A loader that a process was started with does not reach its threads (Node 20). */
export function ownThread(name: string, from: string): Worker {
  const { url, execArgv } = ownModule(name, from);
  if (execArgv.length === 0) return new Worker(url);
  const [tsx, entry] = [import.meta.resolve("tsx/esm/api"), url.href].map((place) => JSON.stringify(place));
  const source = `import { register } from ${tsx}; register(); await import(${entry});`;
  return new Worker(new URL(`data:text/javascript,${encodeURIComponent(source)}`), { execArgv: [] });
}
