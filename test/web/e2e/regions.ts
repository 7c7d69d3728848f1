/** Drawing regions, and putting them in order. */
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import type { Bench } from "../browser.ts";
import { card, click, draw, numberField, onScreen, openBoat, SLOW, type Spot, setNumber } from "../steps.ts";

export function regions(bench: () => Bench): void {
  it("draws regions by lasso, polygon and brush, adds to them, takes from them, grows, shrinks and softens", async () => {
    const { page, complaints } = await bench().open();
    await openBoat(page);
    await page.keyboard.press("l");
    await draw(page, circle([230, 295], 40));
    const lasso = await sizeOf(page, "Region 1");
    expect(lasso[0]).toBeGreaterThan(70);
    expect(lasso[0]).toBeLessThan(90);
    await page.keyboard.press("p");
    for (const spot of [
      [100, 100],
      [150, 100],
      [150, 180],
    ] as const)
      await click(page, spot);
    await page.mouse.dblclick(...(await onScreen(page, [100, 180])));
    expect(await sizeOf(page, "Region 2")).toEqual([50, 80]);
    await page.keyboard.press("r");
    await draw(page, [
      [300, 100],
      [340, 100],
    ]);
    const stroke = await sizeOf(page, "Region 3");
    await draw(page, [
      [300, 100],
      [300, 160],
    ]);
    const more = await changed(page, "Region 3", stroke);
    expect(more[1]).toBeGreaterThan(stroke[1] + 40);
    await draw(
      page,
      [
        [300, 150],
        [300, 175],
      ],
      "Alt",
    );
    const less = await changed(page, "Region 3", more);
    expect(less[1]).toBeLessThan(more[1]);
    await page.getByRole("button", { name: "Grow" }).click();
    const grown = await changed(page, "Region 3", less);
    expect(grown).toEqual([less[0] + 6, less[1] + 6]);
    await page.getByRole("button", { name: "Shrink" }).click();
    await changed(page, "Region 3", grown);
    const softened = page.waitForResponse((answer) => answer.url().endsWith("/adjust"), { timeout: SLOW });
    await page.getByRole("button", { name: "Soften" }).click();
    expect((await softened).status()).toBe(201);
    expect(complaints).toEqual([]);
  });

  it("keeps operations in order, takes numbers, and mends what is doubtful by a button", async () => {
    const { page } = await bench().open();
    await openBoat(page);
    for (const corner of [
      [60, 60],
      [180, 60],
    ] as const) {
      await page.keyboard.press("b");
      await draw(page, [corner, [corner[0] + 80, corner[1] + 90]]);
      await card(page, `Region ${corner[0] === 60 ? 1 : 2}`).waitFor({ timeout: SLOW });
    }
    const names = () => page.locator(".operation-name").allTextContents();
    expect((await names()).map((name) => name.includes("Region 1"))).toEqual([true, false]);
    await page.getByRole("button", { name: "Later" }).first().click();
    await expect.poll(async () => (await names()).map((name) => name.includes("Region 1"))).toEqual([false, true]);
    await setNumber(page, "Right", 2000);
    const fix = page.getByRole("button", { name: "Fix" }).first();
    await fix.waitFor({ timeout: SLOW });
    await expect.poll(() => page.getByRole("button", { name: "Make the edit" }).isDisabled()).toBe(true);
    await fix.click();
    await expect
      .poll(() => page.getByRole("button", { name: "Make the edit" }).isEnabled(), { timeout: SLOW })
      .toBe(true);
    // As far as the picture goes, which ends at 424.
    const right = Number(await numberField(page, "Right").inputValue());
    expect(right).toBeGreaterThan(100);
    expect(right).toBeLessThan(424 - 180);
  });

  it("takes a loosely drawn thing without its ground, by a button", async () => {
    const { page } = await bench().open();
    await openBoat(page);
    await page.keyboard.press("p");
    for (const spot of [
      [62, 246],
      [318, 246],
      [318, 352],
    ] as const)
      await click(page, spot);
    await page.mouse.dblclick(...(await onScreen(page, [62, 352])));
    expect(await sizeOf(page, "Region 1")).toEqual([256, 106]);
    await setNumber(page, "Down", 130);
    const warning = page.locator(".warning", { hasText: "ground that looks the same on both sides" });
    const selecting = page.waitForResponse((answer) => answer.url().endsWith("/regions"), { timeout: SLOW });
    await warning.getByRole("button", { name: "Fix" }).click({ timeout: SLOW });
    const { box } = (await (await selecting).json()) as { readonly box: readonly number[] };
    const width = (box[2] ?? 0) - (box[0] ?? 0);
    expect(width).toBeLessThan(246);
    expect(width).toBeGreaterThan(180);
    await expect.poll(() => warning.count(), { timeout: SLOW }).toBe(0);
  });
}

function circle([x, y]: Spot, radius: number): [Spot, ...Spot[]] {
  const on = (i: number): Spot => [x + radius * Math.cos(i / 2), y + radius * Math.sin(i / 2)];
  return [on(0), ...Array.from({ length: 12 }, (_, i) => on(i + 1))];
}

/** What its card says: width and height in pixels of the picture. */
async function sizeOf(page: Page, name: string): Promise<readonly [number, number]> {
  const said = card(page, name).locator("small");
  await said.waitFor({ timeout: SLOW });
  const [, width, height] = /(\d+) × (\d+) px/.exec((await said.textContent()) ?? "") ?? [];
  return [Number(width), Number(height)];
}

async function changed(page: Page, name: string, from: readonly [number, number]) {
  await expect.poll(() => sizeOf(page, name), { timeout: SLOW }).not.toEqual(from);
  return sizeOf(page, name);
}
