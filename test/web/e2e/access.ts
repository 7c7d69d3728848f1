/** Faults that axe-core finds: both sizes, both schemes, every panel, every dialog. */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import type { Bench } from "../browser.ts";
import { moveBoat, openBoat, openTab, selectBoat, setNumber } from "../steps.ts";

const AXE = join(createRequire(import.meta.url).resolve("axe-core"), "../axe.min.js");

export function access(bench: () => Bench): void {
  it.each([
    ["wide", 1280, 800],
    ["narrow", 390, 844],
  ])("has no serious accessibility fault: %s", async (_, width, height) => {
    const { page } = await bench().open({ viewport: { width, height }, reducedMotion: "reduce" });
    await faultless(page, "start");
    await openBoat(page);
    await selectBoat(page);
    await setNumber(page, "Right", 2000);
    await page.getByRole("button", { name: "Fix" }).first().waitFor({ timeout: 60_000 });
    await faultless(page, "a move with a doubt");
    await moveBoat(page, 30);
    for (const tab of ["Edit", "Chat", "History"] as const) {
      await openTab(page, tab);
      await faultless(page, tab);
    }
    await page.keyboard.press("?");
    await faultless(page, "keys");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: /^Delete: / }).click();
    await faultless(page, "question");
    await page.keyboard.press("Escape");
    await page
      .getByRole("button", { name: /^Rename: / })
      .first()
      .click();
    await faultless(page, "question for a name");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Download" }).click();
    await faultless(page, "menu");
  });
}

/** In the light scheme and in the dark one. */
async function faultless(page: Page, where: string): Promise<void> {
  // Evaluated, not added as a script: the page's own policy forbids that.
  await page.evaluate(await readFile(AXE, "utf8"));
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    expect([where, colorScheme, ...(await faults(page))]).toEqual([where, colorScheme]);
  }
}

interface Violation {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly html: string }[];
}

async function faults(page: Page): Promise<string[]> {
  const violations = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: { run(): Promise<{ violations: Violation[] }> } };
    return (await axe.run()).violations;
  });
  const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  return serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(" | ")}`);
}
