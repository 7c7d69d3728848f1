/** What the chat offers to pick from. */
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import type { Bench } from "../browser.ts";
import { ask, openBoat, openTab, SLOW, type Tree } from "../steps.ts";

export function conversation(bench: () => Bench): void {
  it("shows readings and answers as small pictures; picking a reading makes the edit", async () => {
    const { page, complaints } = await bench().open();
    await openBoat(page);
    const { current: imageId } = await ask<Tree>(page, "/history");
    const { regionId } = await ask<{ regionId: string }>(page, "/regions", { imageId, box: [170, 240, 300, 350] });
    const items = [{ regionId, target: [270, 300] }];
    const structured = await ask<{ candidates: { candidateId: string }[] }>(page, "/intents", { imageId, items });
    await spoken(page, [
      { type: "turn-start", request: "drag it", imageId },
      { type: "tool-call", tool: "propose_intents", args: { items }, why: "what the drag may mean" },
      { type: "tool-result", tool: "propose_intents", isError: false, text: "", structured },
      { type: "turn-end", ok: false, text: "" },
      { type: "turn-start", request: "move it", imageId },
      {
        type: "question",
        text: "Which one?",
        choices: ["number 1, in the middle", "number 2, at the top"],
        pictures: [
          { type: "box", box: [170, 240, 300, 350] },
          { type: "box", box: [0, 0, 100, 100] },
        ],
      },
    ]);
    // The edits that follow take no model.
    await page.evaluate("localStorage.setItem('dragflow.quality', 'preview')");
    await page.reload();
    await page.getByText("Which one?").waitFor({ timeout: SLOW });
    const pictures = page.locator(".choices img");
    await expect.poll(() => pictures.count()).toBe(structured.candidates.length + 2);
    await expect.poll(() => drawn(page), { timeout: SLOW }).toEqual(Array(await pictures.count()).fill(true));
    await page.locator(".readings button").first().click();
    await expect.poll(async () => (await ask<Tree>(page, "/history")).nodes.length, { timeout: 2 * SLOW }).toBe(2);
    await page.getByRole("button", { name: "number 1, in the middle" }).click();
    await page.locator(".bubble.you", { hasText: "number 1, in the middle" }).waitFor({ timeout: SLOW });
    await page.locator(".thinking").waitFor({ state: "detached", timeout: SLOW });
    expect(complaints).toEqual([]);
  });
}

/** As a conversation with a vision model leaves it behind; the local planner asks about no readings. */
async function spoken(page: Page, events: readonly unknown[]): Promise<void> {
  await page.route(/\/api\/v1\/chat$/, (route) => {
    return route.request().method() === "GET" ? route.fulfill({ json: { events } }) : route.continue();
  });
  await openTab(page, "Chat");
}

/** Whether each picture of a choice was really there. */
function drawn(page: Page): Promise<boolean[]> {
  return page
    .locator(".choices img")
    .evaluateAll((images) => images.map((image) => (image as unknown as { naturalWidth: number }).naturalWidth > 0));
}
