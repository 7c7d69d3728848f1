/** Two tabs of one session, and a server that dies under them. */
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import type { Bench } from "../browser.ts";
import { card, moveBoat, numberField, openBoat, openTab, SLOW, selectBoat, setNumber, shown } from "../steps.ts";

export function outage(bench: () => Bench): void {
  it("keeps two tabs in step, shows that the server is gone, and goes on when it is back", async () => {
    const { page, context } = await bench().open();
    await openBoat(page);
    const other = await bench().tab(context);
    await shown(other);
    await selectBoat(page);
    await card(other, "Region 1").waitFor({ timeout: SLOW });
    await moveBoat(page, 25);
    await other.getByRole("button", { name: "Adjust these moves" }).waitFor({ timeout: SLOW });
    await other.getByRole("button", { name: "Undo" }).click();
    await card(page, "Region 1").waitFor({ timeout: SLOW });
    await setNumber(page, "Right", 33);
    await expect.poll(() => numberField(other, "Right").inputValue(), { timeout: SLOW }).toBe("33");
    await openTab(page, "Chat");
    await page.getByLabel("Say what should change").fill("half a sentence");
    await bench().server.stop({ hard: true });
    for (const tab of [page, other]) await tab.getByText(/^The server is gone/).waitFor({ timeout: SLOW });
    expect(await asksBeforeLeaving(other)).toBe(true);
    bench().server = await bench().server.again();
    for (const tab of [page, other]) {
      await tab.getByText(/^The server is gone/).waitFor({ state: "detached", timeout: SLOW });
    }
    await page.reload();
    expect(await page.getByLabel("Say what should change").inputValue()).toBe("half a sentence");
    await openTab(page, "Edit");
    await expect.poll(() => numberField(page, "Right").inputValue(), { timeout: SLOW }).toBe("33");
    await moveBoat(page, 34);
    await other.getByRole("button", { name: "Adjust these moves" }).waitFor({ timeout: SLOW });
  });
}

/** Leaving is put off by a question while moves could be lost; nobody answers it here. */
async function asksBeforeLeaving(page: Page): Promise<boolean> {
  return page.evaluate("!dispatchEvent(new Event('beforeunload', { cancelable: true }))");
}
