/** Fingers and pens, on the screen of a phone. */
import type { CDPSession, Page } from "playwright-core";
import { expect, it } from "vitest";
import type { Bench } from "../browser.ts";
import { numberField, onScreen, openBoat, openTab, SLOW, type Spot } from "../steps.ts";

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

export function touch(bench: () => Bench): void {
  it("works with fingers and a pen, and a phone reaches every control", async () => {
    const { page, context, complaints } = await bench().open(PHONE);
    await openBoat(page);
    const cdp = await context.newCDPSession(page);
    await page.getByRole("button", { name: "Box", exact: true }).tap();
    await stroke(cdp, page, "pen", [170, 240], [300, 350]);
    await page.getByLabel("Name", { exact: true }).waitFor({ timeout: SLOW });
    await finger(cdp, page, [232, 290], [262, 290]);
    await expect.poll(async () => Math.round(Number(await numberField(page, "Right").inputValue()))).toBe(30);
    const percent = async () => Number.parseInt((await page.locator(".zoom-value").textContent()) ?? "", 10);
    const was = await percent();
    await pinch(cdp, page, 40, 120);
    await expect.poll(async () => (await percent()) / was).toBeCloseTo(3, 0);
    // Two fingers move nothing but the view.
    expect(Math.round(Number(await numberField(page, "Right").inputValue()))).toBe(30);
    await page.getByRole("button", { name: "Fit" }).tap();
    await expect.poll(percent).toBe(was);
    await allReachable(page);
    await inGerman(page);
    expect(complaints).toEqual([]);
  });
}

const CONTROLS = [
  "Open another photo",
  "Undo",
  "Redo",
  "Download",
  "More",
  "Zoom in",
  "Zoom out",
  "Pan",
  "Brush",
  "Lasso",
];

/** Seen whole, without scrolling, and large enough for a finger. */
async function allReachable(page: Page): Promise<void> {
  for (const name of CONTROLS) {
    const box = await page.getByRole("button", { name, exact: true }).boundingBox();
    const { x = -1, width = 0, height = 0 } = box ?? {};
    expect([name, x >= 0 && x + width <= 390, width >= 24 && height >= 24]).toEqual([name, true, true]);
  }
  const foot = await page.getByRole("button", { name: "Make the edit" }).boundingBox();
  expect((foot?.y ?? 0) + (foot?.height ?? 0)).toBeLessThanOrEqual(844);
  expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(390);
}

async function inGerman(page: Page): Promise<void> {
  await page.getByRole("button", { name: "More", exact: true }).tap();
  await page.getByRole("button", { name: "Keyboard shortcuts" }).tap();
  await page.getByRole("dialog", { name: "Keyboard" }).getByRole("button", { name: "Close" }).tap();
  await page.getByRole("button", { name: "More", exact: true }).tap();
  await page.getByLabel("Language").filter({ visible: true }).selectOption("de");
  await page.getByRole("tab", { name: "Verlauf" }).waitFor();
  expect(await page.evaluate("document.documentElement.lang")).toBe("de");
  await page.reload();
  await page.getByRole("tab", { name: "Verlauf" }).waitFor({ timeout: SLOW });
  await page.getByRole("button", { name: "Mehr", exact: true }).tap();
  await page.getByLabel("Sprache").filter({ visible: true }).selectOption("en");
  await openTab(page, "Edit");
}

async function stroke(cdp: CDPSession, page: Page, pointerType: "pen", from: Spot, to: Spot): Promise<void> {
  const send = async (type: "mousePressed" | "mouseMoved" | "mouseReleased", spot: Spot) => {
    const [x, y] = await onScreen(page, spot);
    const pressed = { button: "left", buttons: type === "mouseReleased" ? 0 : 1, clickCount: 1, pointerType } as const;
    await cdp.send("Input.dispatchMouseEvent", { type, x, y, ...pressed });
  };
  await send("mousePressed", from);
  await send("mouseMoved", [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2]);
  await send("mouseMoved", to);
  await send("mouseReleased", to);
}

async function finger(cdp: CDPSession, page: Page, from: Spot, to: Spot): Promise<void> {
  await touches(cdp, "touchStart", [await onScreen(page, from)]);
  const middle: Spot = [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2];
  for (const spot of [middle, to]) await touches(cdp, "touchMove", [await onScreen(page, spot)]);
  await touches(cdp, "touchEnd", []);
}

/** Two fingers around the middle of the canvas, their distance from `before` to `after` pixels. */
async function pinch(cdp: CDPSession, page: Page, before: number, after: number): Promise<void> {
  const [x, y] = await onScreen(page, [212, 256]);
  const apart = (by: number): Spot[] => [
    [x - by / 2, y],
    [x + by / 2, y],
  ];
  await touches(cdp, "touchStart", apart(before));
  for (let i = 1; i <= 4; i++) await touches(cdp, "touchMove", apart(before + ((after - before) * i) / 4));
  await touches(cdp, "touchEnd", []);
}

async function touches(cdp: CDPSession, type: "touchStart" | "touchMove" | "touchEnd", at: readonly Spot[]) {
  await cdp.send("Input.dispatchTouchEvent", { type, touchPoints: at.map(([x, y], id) => ({ x, y, id })) });
}
