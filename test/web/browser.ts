/** A browser of this machine before a server of its own, on a free port with an empty home. */
import { spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** Undefined where this machine has none. */
export function findChromium(): string | undefined {
  const folders = (process.env.PATH ?? "").split(delimiter);
  return folders.flatMap((folder) => NAMES.map((name) => join(folder, name))).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export interface Bench {
  readonly url: string;
  readonly browser: Browser;
  /** A page of a browser without cookies; what it complains of is collected. */
  open(size?: { width: number; height: number }): Promise<{ page: Page; complaints: string[] }>;
  close(): Promise<void>;
}

export async function startPage(executablePath: string): Promise<Bench> {
  const home = await mkdtemp(join(tmpdir(), "dragflow-page-"));
  const [server, browser] = await Promise.all([
    serve(home),
    chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-dev-shm-usage"] }),
  ]);
  return {
    url: server.url,
    browser,
    async open(size = { width: 1280, height: 800 }) {
      const context = await browser.newContext({ viewport: size, acceptDownloads: true, locale: "en" });
      const page = await context.newPage();
      const complaints: string[] = [];
      page.on("pageerror", (error) => complaints.push(error.message));
      page.on("console", (message) => {
        // The first question of a browser without a session is answered 401.
        if (message.type() === "error" && !message.text().includes("401")) complaints.push(message.text());
      });
      await page.goto(server.url);
      return { page, complaints };
    },
    async close() {
      await browser.close();
      await server.stop();
      await rm(home, { recursive: true, force: true });
    },
  };
}

const READY = /http:\/\/127\.0\.0\.1:\d+/;

/** Through the command line, from the sources; the page itself is what `npm run build` made. */
async function serve(home: string): Promise<{ url: string; stop(): Promise<void> }> {
  const args = ["--import", "tsx", join(ROOT, "src/cli/main.ts"), "serve", "--port", "0", "--home", home];
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ["ignore", "ignore", "pipe"] });
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  let said = "";
  const url = await new Promise<string>((resolve, reject) => {
    child.stderr.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      const found = READY.exec(said)?.[0];
      if (found !== undefined) resolve(found);
    });
    child.once("exit", () => reject(new Error(`dragflow serve ended: ${said}`)));
  });
  return {
    url,
    async stop() {
      child.kill("SIGTERM");
      await gone;
    },
  };
}
