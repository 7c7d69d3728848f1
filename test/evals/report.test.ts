/** The page of a run with 300 cases, whose texts try to be markup. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SCORERS } from "../../src/evals/metrics/index.ts";
import { reportHtml } from "../../src/evals/report/index.ts";
import { sizeFor } from "../../src/evals/report/pictures.ts";
import { findChromium } from "../helpers/chromium.ts";
import { runOf } from "../helpers/eval-run.ts";
import { FakeEngine } from "../helpers/fake-engine.ts";
import { photo } from "../helpers/mcp.ts";

const EVIL = '</script><script>document.title="taken"</script><img src=x onerror="document.title=\'taken\'">';
const COUNT = 300;

let dir: string;
let text: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "dragflow-report-"));
  await photo(join(dir, "photo.png"));
  const names = { before: "photo.png", regions: "photo.png", editable: "photo.png", diff: "photo.png" };
  const run = runOf(COUNT, { text: EVIL, pictures: () => ({ edit: "photo.png", pictures: names }) });
  const ground = { engine: new FakeEngine(), out: dir, signal: new AbortController().signal };
  text = await reportHtml(
    run,
    { scorers: SCORERS, labels: new Map() },
    { ...ground, command: () => "dragflow eval made" },
  );
  await writeFile(join(dir, "report.html"), text);
}, 240_000);
afterAll(() => rm(dir, { recursive: true, force: true }));

describe("a page of 300 cases", () => {
  it("lets nothing in: a policy of hashes, no addresses, no markup of others", () => {
    expect(text).toMatch(/default-src 'none'; img-src data:; style-src 'sha256-[^']+'; script-src 'sha256-[^']+';/);
    expect(text).not.toContain("unsafe-inline");
    expect(text).not.toContain("</script><script>document");
    expect(text).not.toMatch(/<(img|link|iframe|object)\b| on\w+="|@import|(src|href)="/);
  });

  it("makes pictures smaller the more there are", () => {
    expect(sizeFor(12).maxEdge).toBeGreaterThan(sizeFor(3000).maxEdge);
    expect(sizeFor(3000).maxBytes * 3000).toBeLessThan(50e6);
  });
});

const path = await findChromium();
describe.skipIf(path === undefined)(
  "opened from the disk in a browser",
  () => {
    let browser: Browser;
    let page: Page;
    const problems: string[] = [];
    beforeAll(async () => {
      browser = await chromium.launch({ executablePath: path ?? "", args: ["--no-sandbox"] });
      page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
      page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
      page.on("pageerror", (error) => problems.push(String(error)));
      await page.goto(pathToFileURL(join(dir, "report.html")).href);
    }, 120_000);
    afterAll(() => browser?.close());

    it("has few of the rows in it at a time, wherever it is scrolled to", async () => {
      expect(await page.locator(".row").count()).toBeLessThan(40);
      await page.locator(".list").evaluate((list) => list.scrollTo(0, 1e9));
      await page.locator(".row", { hasText: `case ${COUNT - 1}` }).waitFor();
      expect(await page.locator(".row").count()).toBeLessThan(40);
      expect(await page.locator("img").count()).toBeLessThan(60);
    });

    it("goes from case to case by keys, and every case has its link", async () => {
      await page.locator("body").press("j");
      expect(new URL(page.url()).hash).toBe("#case-case-1");
      await page.goto(`${pathToFileURL(join(dir, "report.html")).href}#case-case-250`);
      await page.reload();
      expect(await page.locator("article h2").textContent()).toContain("case 250");
    });

    it("sorts the worst first, filters, and shows what a model said as text", async () => {
      await page.getByRole("button", { name: /^status/ }).click();
      expect(await page.locator(".row .status").first().textContent()).toBe("crashed");
      await page.getByLabel("Search cases").fill("case 24");
      await page.getByLabel("Status").selectOption("passed");
      expect(await page.locator(".controls [role=status]").textContent()).toBe("5 of 300");
      await page.locator(".row").first().click();
      expect(await page.locator(".said").textContent()).toContain("<img src=x onerror");
      expect(await page.title()).toBe("DragFlow eval: made");
      expect(problems).toEqual([]);
    });
  },
  120_000,
);
