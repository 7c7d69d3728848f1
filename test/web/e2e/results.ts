/** Looking at what came out, and stopping what takes too long. */
import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import type { Bench } from "../browser.ts";
import { ask, moveBoat, openBoat, SLOW, seen, selectBoat, setNumber, type Tree } from "../steps.ts";

export function results(bench: () => Bench): void {
  it("compares by slider, blink, side by side, heat map and mask; keeps curve, film strip, recipe and report", async () => {
    const { page, complaints } = await bench().open();
    await openBoat(page);
    await selectBoat(page);
    await withFilm(page);
    await moveBoat(page, 40);
    await eachView(page);
    await page.getByRole("img", { name: "On the way 2" }).waitFor({ timeout: SLOW });
    await page.getByText("Loss while dragging, from 3.00 to 1.00").waitFor();
    const recipe = JSON.parse(await saved(page, "Recipe", /-recipe\.json$/)) as { operations: unknown[] };
    expect(recipe.operations).toHaveLength(1);
    expect(await saved(page, "Report", /-report\.html$/)).toContain("<h1>");
    await page.getByRole("button", { name: "Adjust these moves" }).click();
    await expect
      .poll(() => page.getByRole("spinbutton", { name: /^Right/ }).inputValue(), { timeout: SLOW })
      .toBe("40");
    expect(complaints).toEqual([]);
  });

  it("stops a running edit, and nothing has changed", async () => {
    const { page } = await bench().open();
    await openBoat(page);
    await selectBoat(page);
    await setNumber(page, "Right", 30);
    await page.getByRole("button", { name: "Full", exact: true }).click();
    await page.getByRole("button", { name: "Make the edit" }).click();
    await page.getByRole("button", { name: "Stop", exact: true }).click({ timeout: SLOW });
    await page.getByText("Stopped", { exact: true }).waitFor({ timeout: SLOW });
    expect((await ask<Tree>(page, "/history")).nodes).toHaveLength(1);
    expect(await page.getByRole("button", { name: "Make the edit" }).isEnabled()).toBe(true);
  });
}

/** What a full edit has and takes a minute for: put into the answers, so that the page has something to show. */
async function withFilm(page: Page): Promise<void> {
  await page.route(/\/edits\/[^/]+$/, async (route) => {
    if (route.request().method() !== "GET") return route.continue();
    const response = await route.fetch();
    const edit = (await response.json()) as { previewUrl: string };
    await route.fulfill({ response, json: { ...edit, frames: [edit.previewUrl, `${edit.previewUrl}?width=90`] } });
  });
  await page.route(/\/edits\/[^/]+\/loss$/, (route) => route.fulfill({ json: { losses: [3, 2, 1] } }));
}

/** Each shows something of its own; blinking, two things in turn. */
async function eachView(page: Page): Promise<void> {
  const pictures = new Set<string>();
  for (const name of ["Result", "Slider", "Side by side", "Difference", "Edited area"]) {
    await page.getByRole("button", { name, exact: true }).click();
    await expect.poll(async () => pictures.has(await seen(page)), { timeout: SLOW }).toBe(false);
    pictures.add(await seen(page));
  }
  await page.getByRole("button", { name: "Blink", exact: true }).click();
  await page.locator(".view-tag", { hasText: "Before" }).waitFor();
  const before = await seen(page);
  await page.locator(".view-tag", { hasText: "After" }).waitFor();
  expect(await seen(page)).not.toEqual(before);
}

async function saved(page: Page, item: string, called: RegExp): Promise<string> {
  await page.getByRole("button", { name: "Download" }).click();
  const [file] = await Promise.all([
    page.waitForEvent("download", { timeout: SLOW }),
    page.getByRole("button", { name: item, exact: true }).click(),
  ]);
  expect(file.suggestedFilename()).toMatch(called);
  return readFile(await file.path(), "utf8");
}
