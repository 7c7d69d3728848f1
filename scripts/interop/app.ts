/** The page for MCP hosts in a real browser, inside a host that is only pretended: the sandbox, the two messages that
 * begin it, and answers to its calls. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import sharp from "sharp";
import { inChromium, type Page } from "./chromium.ts";

const ROOT = new URL("../../", import.meta.url);
const SIZE = [640, 720] as const;

/** Throws where the page does not do its part. Screenshots go to out/mcp-app/. */
export async function checkApp(binary: string): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), "dragflow-app-"));
  try {
    const file = join(dir, "host.html");
    await writeFile(file, await hostPage());
    return await inChromium({ binary, url: pathToFileURL(file).href, size: SIZE }, tour);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function tour(page: Page): Promise<string> {
  await until(page, "host.calls.length === 1");
  await sleep(300); // the pictures are decoded after the message
  await keep(page, "compare.png");
  // The button is where a person finds it: below the picture, at the right.
  const [x, y] = (await page.evaluate("host.button")) as [number, number];
  await page.drag([x, y], [x, y]);
  await page.drag([160, 120], [320, 240]);
  await until(page, "host.contexts.length === 1");
  await sleep(300);
  await keep(page, "picked.png");
  const calls = (await page.evaluate("host.calls")) as { name: string; arguments: Record<string, unknown> }[];
  const violations = await page.evaluate("host.violations.join()");
  const [before, pick] = calls;
  expect(before?.name === "look" && before.arguments.id === "img_before", "look at the picture before", before);
  const box = pick?.arguments.box as number[] | undefined;
  expect(pick?.name === "select_region" && pick.arguments.imageId === "edit_after", "a selection on the edit", pick);
  expect(box?.length === 4 && box.every((share) => share > 0 && share < 1), "a box in shares of the picture", pick);
  expect(violations === "", "no break of the page's policy", violations);
  return "compares, picks a region, tells the model, loads nothing";
}

function expect(held: boolean, what: string, got: unknown): void {
  if (!held) throw new Error(`Expected ${what}, got ${JSON.stringify(got)}`);
}

async function until(page: Page, condition: string): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    if (await page.evaluate(condition)) return;
    await sleep(100);
  }
  throw new Error(`Expected ${condition} within 10 s, got ${JSON.stringify(await page.evaluate("host.seen"))}`);
}

async function keep(page: Page, name: string): Promise<void> {
  const out = new URL("out/mcp-app/", ROOT);
  await mkdir(out, { recursive: true });
  await writeFile(new URL(name, out), await page.screenshot());
}

async function hostPage(): Promise<string> {
  const app = await readFile(new URL("dist/mcp-app/compare.html", ROOT), "utf8");
  const photo = sharp(await readFile(new URL("examples/boat.webp", ROOT))).resize(512);
  const before = (await photo.clone().webp().toBuffer()).toString("base64");
  const after = (await photo.clone().negate().webp().toBuffer()).toString("base64");
  const script = await readFile(new URL("scripts/interop/host.js", ROOT), "utf8");
  const data = JSON.stringify({ app, before, after }).replaceAll("<", "\\u003c");
  return `<!doctype html><meta charset="utf-8"><body style="margin:0"><script>const DATA = ${data};\n${script}</script>`;
}
