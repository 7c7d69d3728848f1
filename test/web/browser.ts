/** A browser of this machine before a server of its own, with an empty home. */
import { accessSync, constants } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { type PageServer, servePage } from "./server.ts";

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

export interface Opened {
  readonly page: Page;
  /** Another tab of the same browser: opened without it, a browser of its own. */
  readonly context: BrowserContext;
  /** What the page complained of. */
  readonly complaints: string[];
}

export interface Bench {
  /** Pages that are opened from now on are of this server. */
  server: PageServer;
  /** A page of a browser without cookies. */
  open(options?: BrowserContextOptions): Promise<Opened>;
  /** Closes what tests have left open. */
  clear(): Promise<void>;
  /** Another tab. */
  tab(context: BrowserContext): Promise<Page>;
  close(): Promise<void>;
}

export async function startPage(executablePath: string): Promise<Bench> {
  const home = await mkdtemp(join(tmpdir(), "dragflow-page-"));
  const [server, browser] = await Promise.all([servePage(home), launch(executablePath)]);
  const bench: Bench = {
    server,
    async open(options) {
      const size = { viewport: { width: 1280, height: 800 } };
      const context = await browser.newContext({ ...size, acceptDownloads: true, locale: "en", ...options });
      const page = await context.newPage();
      const complaints = complaintsOf(page);
      await page.goto(bench.server.url);
      return { page, context, complaints };
    },
    async tab(context) {
      const page = await context.newPage();
      await page.goto(bench.server.url);
      return page;
    },
    async clear() {
      await Promise.all(browser.contexts().map((context) => context.close()));
    },
    async close() {
      await browser.close();
      await bench.server.stop();
      await rm(home, { recursive: true, force: true });
    },
  };
  return bench;
}

function launch(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
}

function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    // The first question of a browser without a session is answered 401.
    if (message.type() !== "error" || message.text().includes("401")) return;
    complaints.push(`${message.text()} ${message.location().url}`);
  });
  return complaints;
}
