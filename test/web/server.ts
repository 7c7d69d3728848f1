/** `dragflow serve` from the sources; the page itself is what `npm run build` made. */
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const READY = /http:\/\/127\.0\.0\.1:(\d+)/;

export interface PageServer {
  readonly url: string;
  /** Resolves when it is gone; `hard`: as a machine that loses its power. */
  stop(how?: { hard: boolean }): Promise<void>;
  /** The next one at the same address, with the same home. */
  again(): Promise<PageServer>;
}

export async function servePage(home: string, port = "0"): Promise<PageServer> {
  const args = ["--import", "tsx", join(ROOT, "src/cli/main.ts"), "serve", "--port", port, "--home", home];
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ["ignore", "ignore", "pipe"] });
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const [url, own] = await ready(child);
  return {
    url,
    async stop({ hard } = { hard: false }) {
      child.kill(hard ? "SIGKILL" : "SIGTERM");
      await gone;
    },
    again: () => servePage(home, own),
  };
}

/** Its address and port. */
function ready(child: ChildProcess): Promise<[string, string]> {
  let said = "";
  return new Promise((resolve, reject) => {
    child.stderr?.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      const [url, port] = READY.exec(said) ?? [];
      if (url !== undefined && port !== undefined) resolve([url, port]);
    });
    child.once("exit", () => reject(new Error(`dragflow serve ended: ${said}`)));
  });
}
