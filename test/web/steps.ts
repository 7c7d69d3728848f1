/** What a person does on the page, and what they see. */
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";

export const BOAT = fileURLToPath(new URL("../../examples/boat.webp", import.meta.url));
const [WIDTH, HEIGHT] = [424, 512];

/** Milliseconds that anything may take on a machine that is busy with other tests. */
export const SLOW = 120_000;

export type Spot = readonly [number, number];

/** The picture is shown when the canvas has its size and the photo is fitted into it. */
export async function openBoat(page: Page): Promise<void> {
  await page.getByText("Drop a photo here").waitFor({ timeout: SLOW });
  const [chooser] = await Promise.all([
    page.waitForEvent("filechooser"),
    page.getByRole("button", { name: "Open a photo" }).click(),
  ]);
  await chooser.setFiles(BOAT);
  await shown(page);
}

export async function shown(page: Page): Promise<void> {
  await page.locator("#canvas").waitFor({ timeout: SLOW });
  // By attribute: a predicate as a string is refused by the page's content security policy whenever it must be asked twice.
  await page
    .locator("#canvas canvas:not([width='0']):not([width='1'])")
    .first()
    .waitFor({ state: "attached", timeout: SLOW });
}

/** Where a point of the picture lies on the screen: the page fits it into the middle of the canvas. */
export async function onScreen(page: Page, [x, y]: Spot): Promise<[number, number]> {
  const box = await page.locator("#canvas").boundingBox();
  if (box === null) throw new Error("Expected a canvas");
  const scale = Math.min(3, (box.width - 56) / WIDTH, (box.height - 56) / HEIGHT);
  return [box.x + box.width / 2 + (x - WIDTH / 2) * scale, box.y + box.height / 2 + (y - HEIGHT / 2) * scale];
}

/** Along the points with the button held; `key` is held besides. */
export async function draw(page: Page, [first, ...rest]: readonly [Spot, ...Spot[]], key?: string): Promise<void> {
  if (key) await page.keyboard.down(key);
  await page.mouse.move(...(await onScreen(page, first)));
  await page.mouse.down();
  for (const spot of rest) await page.mouse.move(...(await onScreen(page, spot)), { steps: 4 });
  await page.mouse.up();
  if (key) await page.keyboard.up(key);
}

export async function click(page: Page, spot: Spot): Promise<void> {
  await page.mouse.click(...(await onScreen(page, spot)));
}

/** A box around the boat as the selected region. */
export async function selectBoat(page: Page): Promise<void> {
  await page.keyboard.press("b");
  await draw(page, [
    [170, 240],
    [300, 350],
  ]);
  await page.getByLabel("Name", { exact: true }).waitFor({ timeout: SLOW });
}

/** An edit of the preview tier, which takes no model. */
export async function moveBoat(page: Page, by: number): Promise<void> {
  await setNumber(page, "Right", by);
  await page.getByRole("button", { name: "Preview", exact: true }).click();
  await page.getByRole("button", { name: "Make the edit" }).click();
  await page.getByRole("button", { name: "Adjust these moves" }).waitFor({ timeout: SLOW });
}

export async function setNumber(page: Page, name: string, value: number): Promise<void> {
  await numberField(page, name).fill(String(value));
  await page.keyboard.press("Enter");
}

export const numberField = (page: Page, name: string) =>
  page.getByRole("spinbutton", { name: new RegExp(`^${name}( |$)`) });
/** The card of a prepared move. */
export const card = (page: Page, name: string) => page.locator(".operation-name", { hasText: name });
export const slider = (page: Page) => page.getByRole("slider", { name: "Before and after" });
export const openTab = (page: Page, name: "Edit" | "Chat" | "History") => page.getByRole("tab", { name }).click();

/** The layer with the photo and what is previewed on it, or another, counted from below. */
export function seen(page: Page, layer = 0): Promise<string> {
  // The locator names canvases alone.
  return page
    .locator("#canvas canvas")
    .nth(layer)
    .evaluate((canvas) => (canvas as unknown as { toDataURL(): string }).toDataURL());
}

/** Something of the session, as the page would ask for it. */
export async function ask<T>(page: Page, path: string, body?: unknown): Promise<T> {
  const init = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
  const text = await page.evaluate(async ([url, more]) => (await fetch(url, more)).text(), [
    `api/v1${path}`,
    body === undefined ? {} : init,
  ] as const);
  return JSON.parse(text) as T;
}

export interface Tree {
  readonly current: string;
  readonly nodes: readonly { readonly id: string; readonly name?: string; readonly favourite: boolean }[];
  readonly branches: readonly { readonly name: string; readonly end: string }[];
}
