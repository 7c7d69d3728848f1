/** The tree of pictures. */
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import type { Bench } from "../browser.ts";
import { ask, card, moveBoat, openBoat, openTab, selectBoat, type Tree } from "../steps.ts";

export function history(bench: () => Bench): void {
  it("is named, marked, branched, compared and cut; leaving prepared moves is asked about", async () => {
    const { page, complaints } = await bench().open();
    await openBoat(page);
    await selectBoat(page);
    await moveBoat(page, 30);
    const tree = () => ask<Tree>(page, "/history");
    const [image, edit] = (await tree()).nodes;
    await openTab(page, "History");
    await page.getByRole("button", { name: "Rename: Moved" }).click();
    await answered(page, "to the right");
    await page.getByRole("button", { name: "Favourite: to the right" }).click();
    await page.getByRole("button", { name: "Branch from here: boat.webp" }).click();
    await answered(page, "other way");
    await expect
      .poll(async () => (await tree()).branches.map(({ name }) => name).sort())
      .toEqual(["main", "other way"]);
    expect((await tree()).nodes).toMatchObject([{ id: image?.id }, { name: "to the right", favourite: true }]);
    // A branch begins where it was made; the picture's moves are there again.
    await expect.poll(async () => (await tree()).current).toBe(image?.id);
    await page.getByRole("button", { name: "Compare with this: to the right" }).click();
    await page.getByText("Compared with to the right").waitFor();
    await page.getByRole("button", { name: "End comparison" }).click();
    await page.getByRole("button", { name: "to the right Preview" }).click();
    await page
      .getByRole("dialog", { name: "Leave the prepared moves?" })
      .getByRole("button", { name: "Cancel" })
      .click();
    expect((await tree()).current).toBe(image?.id);
    await page.getByRole("button", { name: "to the right Preview" }).click();
    await page.getByRole("button", { name: "Continue" }).click();
    await expect.poll(async () => (await tree()).current).toBe(edit?.id);
    await page.getByRole("button", { name: "Delete: to the right" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
    await expect.poll(async () => (await tree()).nodes.map(({ id }) => id)).toEqual([image?.id]);
    await page.getByRole("button", { name: "Delete: to the right" }).waitFor({ state: "detached" });
    await openTab(page, "Edit");
    // The moves stayed with their picture.
    await card(page, "Region 1").waitFor();
    expect(complaints).toEqual([]);
  });
}

async function answered(page: Page, text: string): Promise<void> {
  await page.getByRole("dialog").getByRole("textbox").fill(text);
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor({ state: "detached" });
}
