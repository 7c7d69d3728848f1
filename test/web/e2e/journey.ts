/** From an opened photo to a downloaded file: with the mouse, then by keyboard alone. */
import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import sharp from "sharp";
import { expect, it } from "vitest";
import type { Bench } from "../browser.ts";
import {
  ask,
  BOAT,
  numberField,
  onScreen,
  openBoat,
  openTab,
  SLOW,
  seen,
  selectBoat,
  slider,
  type Tree,
} from "../steps.ts";

export function journey(bench: () => Bench): void {
  it("opens, draws, drags, previews, edits, compares, undoes, chats and downloads", async () => {
    const { page, complaints } = await bench().open();
    await openBoat(page);
    await selectBoat(page);
    await dragged(page);
    await page.getByRole("button", { name: "Fast", exact: true }).click();
    await page.getByRole("button", { name: "Make the edit" }).click();
    await slider(page).waitFor({ timeout: SLOW });
    await moveSlider(page);
    await page
      .getByText(/^0 of [\d,]+ pixels outside the edit changed$/)
      .first()
      .waitFor();
    await compareFile(page, await download(page, "In the photo's format"));
    await page.getByRole("button", { name: "Undo" }).click();
    await slider(page).waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Redo" }).click();
    await slider(page).waitFor();
    await talk(page, "move the boat 40 pixels up");
    await page.reload();
    await page.getByText("move the boat 40 pixels up").waitFor();
    expect(complaints).toEqual([]);
  });

  it("does it all by keyboard", async () => {
    const { page, complaints } = await bench().open();
    const press = async (key: string, times = 1) => {
      for (let i = 0; i < times; i++) await page.keyboard.press(key);
    };
    await openBoat(page);
    await page.locator("#canvas").focus();
    await press("b");
    await press("Shift+ArrowLeft", 4);
    await press("Enter");
    await press("Shift+ArrowRight", 6);
    await press("Shift+ArrowDown", 6);
    await press("Enter");
    await page.getByLabel("Name", { exact: true }).waitFor({ timeout: SLOW });
    await page.locator("#canvas").focus();
    await press("Shift+ArrowUp", 3);
    await press("]");
    await expect.poll(() => numberField(page, "Down").inputValue()).toBe("-30");
    await expect.poll(() => numberField(page, "Turn").inputValue()).toBe("1");
    await press("Control+z");
    await expect.poll(() => numberField(page, "Turn").inputValue()).toBe("0");
    await page.getByRole("button", { name: "Preview", exact: true }).focus();
    await press("Enter");
    await page.locator("#canvas").focus();
    await press("Control+Enter");
    await slider(page).waitFor({ timeout: SLOW });
    await slider(page).focus();
    const was = await slider(page).inputValue();
    await press("ArrowRight");
    expect(await slider(page).inputValue()).not.toBe(was);
    await press("?");
    await page.getByRole("dialog", { name: "Keyboard" }).waitFor();
    await press("Escape");
    await page.getByRole("dialog", { name: "Keyboard" }).waitFor({ state: "detached" });
    expect(complaints).toEqual([]);
  });
}

/** The canvas follows at once; the server's own preview comes after it. */
async function dragged(page: Page): Promise<void> {
  const still = await seen(page);
  const live = page.waitForResponse((answer) => answer.url().includes("/live") && answer.ok(), { timeout: SLOW });
  await page.mouse.move(...(await onScreen(page, [232, 290])));
  await page.mouse.down();
  await page.mouse.move(...(await onScreen(page, [262, 280])), { steps: 4 });
  const moved = await seen(page);
  expect(moved).not.toEqual(still);
  await page.mouse.up();
  await live;
  await expect.poll(() => seen(page), { timeout: SLOW }).not.toEqual(moved);
}

async function moveSlider(page: Page): Promise<void> {
  const middle = await seen(page);
  await slider(page).focus();
  await page.keyboard.press("Home");
  expect(await slider(page).inputValue()).toBe("0");
  await expect.poll(() => seen(page)).not.toEqual(middle);
}

async function talk(page: Page, words: string): Promise<void> {
  await openTab(page, "Chat");
  await page.getByLabel("Say what should change").fill(words);
  await page.keyboard.press("Enter");
  await page.locator("details.tool").first().waitFor({ timeout: SLOW });
  await page.locator(".thinking").waitFor({ state: "detached", timeout: 3 * SLOW });
  await page.locator(".bubble.agent").first().waitFor({ timeout: SLOW });
  expect(await page.locator(".bubble.agent").last().textContent()).not.toBe("");
}

async function download(page: Page, name: string): Promise<string> {
  await page.getByRole("button", { name: "Download" }).click();
  const [file] = await Promise.all([
    page.waitForEvent("download", { timeout: SLOW }),
    page.getByRole("button", { name }).click(),
  ]);
  return file.path();
}

/** Pixels outside the edit's mask are those of the opened file. */
async function compareFile(page: Page, path: string): Promise<void> {
  const { current } = await ask<Tree>(page, "/history");
  const mask = await page.evaluate(
    async (id) => [...new Uint8Array(await (await fetch(`api/v1/edits/${id}/files/editable`)).arrayBuffer())],
    current,
  );
  const editable = await sharp(Buffer.from(mask)).extractChannel(0).raw().toBuffer();
  const [input, output] = await Promise.all([raw(BOAT), raw(path)]);
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
