/** How long the page takes to show a drag: from the pointer's event to the painted frame, and the server's own preview
 * behind it; in Chromium without a screen. Figures go to stdout as JSON.
 * Usage: node --import tsx scripts/live-preview.ts [megapixels, default 24] */
import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type Page } from "playwright-core";
import sharp from "sharp";
import { findChromium } from "../test/web/browser.ts";
import { servePage } from "../test/web/server.ts";

const MOVES = 120;
/** As often as a screen asks for one. */
const EVERY_MS = 16;

/** Runs in the page: a channel's message comes after the frame that the event led to was painted. */
const watch = `
  frames = [];
  addEventListener("pointermove", ({ buttons }) => {
    if (buttons === 0) return;
    const began = performance.now();
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => frames.push(performance.now() - began);
      port2.postMessage(0);
    });
  }, true);
  performance.clearResourceTimings();
  performance.setResourceTimingBufferSize(2000);
  previews = () => performance.getEntriesByType("resource").filter(({ name }) => name.includes("/live")).map(({ duration }) => duration);
`;

const [megapixels = "24"] = process.argv.slice(2);
const executablePath = findChromium();
if (executablePath === undefined) throw new Error("Expected Chromium on the PATH");
const home = await mkdtemp(join(tmpdir(), "dragflow-live-"));
const photo = join(home, "photo.jpg");
const width = Math.round(Math.sqrt(Number(megapixels) * 1e6 * 1.5));
await sharp("examples/boat.webp")
  .resize(width, Math.round(width / 1.5), { fit: "fill" })
  .jpeg({ quality: 90 })
  .toFile(photo);
const server = await servePage(home);
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await page.goto(server.url);
  const [chooser] = await Promise.all([
    page.waitForEvent("filechooser"),
    page.getByRole("button", { name: "Open a photo" }).click(),
  ]);
  await chooser.setFiles(photo);
  await page.locator("#canvas").waitFor();
  const box = await page.locator("#canvas").boundingBox();
  if (box === null) throw new Error("Expected a canvas");
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  // By lasso: what is drawn is the region, nothing is looked for in it.
  await page.keyboard.press("l");
  await page.mouse.move(x - 90, y - 70);
  await page.mouse.down();
  for (const [dx, dy] of [
    [90, -70],
    [90, 70],
    [-90, 70],
  ] as const)
    await page.mouse.move(x + dx, y + dy, { steps: 3 });
  await page.mouse.up();
  await page.getByLabel("Name", { exact: true }).waitFor({ timeout: 120_000 });
  const figures = await dragged(page, x, y);
  const machine = { processors: availableParallelism(), load: loadavg()[0] };
  process.stdout.write(`${JSON.stringify({ machine, megapixels: Number(megapixels), ...figures }, null, 2)}\n`);
} finally {
  await browser.close();
  await server.stop();
  await rm(home, { recursive: true, force: true });
}

async function dragged(page: Page, x: number, y: number) {
  await page.evaluate(watch);
  // Beside the anchor, which lies in the middle.
  await page.mouse.move(x + 40, y + 30);
  await page.mouse.down();
  for (let i = 1; i <= MOVES; i++) {
    await page.mouse.move(x + 40 + 60 * Math.sin(i / 12), y + 30 + 40 * Math.sin(i / 19));
    await page.waitForTimeout(EVERY_MS);
  }
  await page.mouse.up();
  const moved = await page.getByRole("spinbutton", { name: /^Right/ }).inputValue();
  if (Number(moved) === 0) throw new Error("Expected the region to be dragged, it stayed");
  await page.waitForTimeout(10_000);
  const { frames, previews } = (await page.evaluate("({ frames, previews: previews() })")) as Record<string, number[]>;
  return { pageMs: summary(frames), serverMs: summary(previews) };
}

function summary(values: readonly number[] = []) {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => Math.round(10 * (sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN)) / 10;
  return { count: sorted.length, median: at(0.5), p95: at(0.95), slowest: at(1) };
}
