/** The page in a real browser, before a real server with the embedded model. */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Bench, findChromium, startPage } from "./browser.ts";

const BOAT = fileURLToPath(new URL("../../examples/boat.webp", import.meta.url));
const chromium = findChromium();
// In CI a missing browser is a failure: there the test runs, and says so.
const skipped = chromium === undefined && !process.env.CI;
if (skipped) console.warn("page.e2e: skipped, there is no Chromium on the PATH");

// On a machine busy with other tests the keyboard run once waited in vain, cause not found: each run may be repeated.
const SLOW = 120_000;

describe.skipIf(skipped)("the page", { timeout: 600_000, retry: 2 }, () => {
  let bench: Bench;
  beforeAll(async () => {
    if (chromium === undefined) throw new Error("Expected Chromium on the PATH, found none: apt-get install chromium");
    bench = await startPage(chromium);
  }, 60_000);
  afterAll(() => bench?.close());

  it("opens, draws, drags, previews, edits, compares, undoes, chats and downloads", async () => {
    const { page, complaints } = await bench.open();
    await openBoat(page);
    await page.keyboard.press("b");
    await drag(page, [170, 240], [300, 350]);
    await page.getByLabel("Name", { exact: true }).waitFor({ timeout: SLOW });
    const still = await seen(page);
    await dragPart(page, [232, 290], [262, 280]);
    expect(await seen(page)).not.toEqual(still);
    await page.mouse.up();
    await page.waitForResponse((answer) => answer.url().includes("/live") && answer.ok(), { timeout: SLOW });
    await page.getByRole("button", { name: "Fast", exact: true }).click();
    await page.getByRole("button", { name: "Make the edit" }).click();
    await slider(page).waitFor({ timeout: SLOW });
    await moveSlider(page);
    const receipt = page.getByText(/^0 of [\d,]+ pixels outside the edit changed$/);
    await receipt.first().waitFor();
    await compareFile(page, await download(page));
    await page.getByRole("button", { name: "Undo" }).click();
    await slider(page).waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Redo" }).click();
    await slider(page).waitFor();
    await page.getByRole("tab", { name: "Chat" }).click();
    await page.getByLabel("Say what should change").fill("move the boat 40 pixels up");
    await page.keyboard.press("Enter");
    await page.locator("details.tool").first().waitFor({ timeout: SLOW });
    await page.locator(".thinking").waitFor({ state: "detached", timeout: SLOW });
    await page.locator(".bubble.agent").first().waitFor({ timeout: SLOW });
    expect(await page.locator(".bubble.agent").last().textContent()).not.toBe("");
    await page.reload();
    await page.getByRole("tab", { name: "Chat" }).click();
    await page.getByText("move the boat 40 pixels up").waitFor();
    expect(complaints).toEqual([]);
  });

  it("does it all by keyboard", async () => {
    const { page, complaints } = await bench.open();
    await openBoat(page);
    await page.locator("#canvas").focus();
    await page.keyboard.press("b");
    for (let i = 0; i < 4; i++) await page.keyboard.press("Shift+ArrowLeft");
    await page.keyboard.press("Enter");
    for (let i = 0; i < 6; i++) await page.keyboard.press("Shift+ArrowRight");
    for (let i = 0; i < 6; i++) await page.keyboard.press("Shift+ArrowDown");
    await page.keyboard.press("Enter");
    await page.getByLabel("Name", { exact: true }).waitFor({ timeout: SLOW });
    await page.locator("#canvas").focus();
    for (let i = 0; i < 3; i++) await page.keyboard.press("Shift+ArrowUp");
    await page.keyboard.press("]");
    expect(await page.getByRole("spinbutton", { name: /^Down/ }).inputValue()).toBe("-30");
    expect(await page.getByRole("spinbutton", { name: /^Turn/ }).inputValue()).toBe("1");
    await page.keyboard.press("Control+z");
    expect(await page.getByRole("spinbutton", { name: /^Turn/ }).inputValue()).toBe("0");
    await page.getByRole("button", { name: "Preview", exact: true }).focus();
    await page.keyboard.press("Enter");
    await page.locator("#canvas").focus();
    await page.keyboard.press("Control+Enter");
    await slider(page).waitFor({ timeout: SLOW });
    await slider(page).focus();
    const was = await slider(page).inputValue();
    await page.keyboard.press("ArrowRight");
    expect(await slider(page).inputValue()).not.toBe(was);
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keyboard" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog", { name: "Keyboard" }).waitFor({ state: "detached" });
    expect(complaints).toEqual([]);
  });

  it.each([
    ["wide", 1280, 800],
    ["narrow", 390, 844],
  ])("has no serious accessibility fault: %s", async (_, width, height) => {
    const { page } = await bench.open({ width, height });
    expect(await faults(page)).toEqual([]);
    await openBoat(page);
    await page.keyboard.press("w");
    await page.getByLabel("Name", { exact: true }).waitFor({ timeout: SLOW });
    for (const name of ["Edit", "Chat", "History"]) {
      await page.getByRole("tab", { name }).click();
      expect(await faults(page)).toEqual([]);
    }
    await page.emulateMedia({ colorScheme: "dark" });
    await page.getByRole("tab", { name: "Edit" }).click();
    expect(await faults(page)).toEqual([]);
  });
});

async function openBoat(page: Page): Promise<void> {
  await page.getByText("Drop a photo here").waitFor();
  const [chooser] = await Promise.all([
    page.waitForEvent("filechooser"),
    page.getByRole("button", { name: "Open a photo" }).click(),
  ]);
  await chooser.setFiles(BOAT);
  await page.locator("#canvas").waitFor({ timeout: SLOW });
  await page.waitForTimeout(500);
}

/** Where a point of the picture lies on the screen: the page fits 424 x 512 pixels into the middle of the canvas. */
async function onScreen(page: Page, [x, y]: readonly [number, number]): Promise<[number, number]> {
  const box = await page.locator("#canvas").boundingBox();
  if (box === null) throw new Error("Expected a canvas");
  const scale = Math.min(3, (box.width - 56) / 424, (box.height - 56) / 512);
  return [box.x + box.width / 2 + (x - 212) * scale, box.y + box.height / 2 + (y - 256) * scale];
}

async function dragPart(page: Page, from: readonly [number, number], to: readonly [number, number]): Promise<void> {
  await page.mouse.move(...(await onScreen(page, from)));
  await page.mouse.down();
  await page.mouse.move(...(await onScreen(page, to)), { steps: 4 });
}

async function drag(page: Page, from: readonly [number, number], to: readonly [number, number]): Promise<void> {
  await dragPart(page, from, to);
  await page.mouse.up();
}

/** The lowest layer: the photo with what is previewed on it. */
async function seen(page: Page): Promise<string> {
  return page
    .locator("#canvas canvas")
    .first()
    .evaluate((canvas) => {
      // The locator names canvases alone.
      return (canvas as unknown as { toDataURL(): string }).toDataURL();
    });
}

const slider = (page: Page) => page.getByRole("slider", { name: "Before and after" });

async function moveSlider(page: Page): Promise<void> {
  await page.waitForTimeout(300);
  const middle = await seen(page);
  await slider(page).focus();
  await page.keyboard.press("Home");
  await page.waitForTimeout(100);
  expect(await slider(page).inputValue()).toBe("0");
  expect(await seen(page)).not.toEqual(middle);
}

async function download(page: Page): Promise<string> {
  await page.getByRole("button", { name: "Download" }).click();
  const [file] = await Promise.all([
    page.waitForEvent("download", { timeout: SLOW }),
    page.getByRole("button", { name: "In the photo's format" }).click(),
  ]);
  return file.path();
}

/** Pixels outside the edit's mask are those of the opened file. */
async function compareFile(page: Page, path: string): Promise<void> {
  const history = await page.evaluate(async () => JSON.stringify(await (await fetch("api/v1/history")).json()));
  const { current } = JSON.parse(history) as { current: string };
  const mask = await page.evaluate(async (id) => {
    const bytes = new Uint8Array(await (await fetch(`api/v1/edits/${id}/files/editable`)).arrayBuffer());
    return [...bytes];
  }, current);
  const [input, output, editable] = await Promise.all([
    raw(BOAT),
    raw(path),
    sharp(Buffer.from(mask)).extractChannel(0).raw().toBuffer(),
  ]);
  expect(output.length).toBe(input.length);
  let [outside, inside] = [0, 0];
  for (let i = 0; i < input.length; i++) {
    if (input[i] === output[i]) continue;
    if (editable[Math.floor(i / 3)] === 0) outside++;
    else inside++;
  }
  expect(outside).toBe(0);
  expect(inside).toBeGreaterThan(100);
}

async function raw(path: string): Promise<Buffer> {
  return sharp(await readFile(path))
    .removeAlpha()
    .raw()
    .toBuffer();
}

const AXE = join(createRequire(import.meta.url).resolve("axe-core"), "../axe.min.js");

async function faults(page: Page): Promise<string[]> {
  // Evaluated, not added as a script: the page's own policy forbids that.
  await page.evaluate(await readFile(AXE, "utf8"));
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: { run(): Promise<{ violations: Violation[] }> } };
    interface Violation {
      id: string;
      impact: string;
      nodes: { html: string }[];
    }
    const { violations } = await axe.run();
    const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
    return serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(" | ")}`);
  });
}
