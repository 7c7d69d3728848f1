import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FakeEngine } from "../helpers/fake-engine.ts";
import { startTour, type Tour } from "../helpers/mcp.ts";

let tour: Tour;

beforeEach(async () => {
  tour = await startTour(new FakeEngine());
});
afterEach(() => tour.close());

async function words(name: string, args: Record<string, string>): Promise<string> {
  const { messages } = await tour.client.getPrompt({ name, arguments: args });
  const [message] = messages;
  return message?.content.type === "text" ? message.content.text : "";
}

describe("prompts", () => {
  it("are listed with their arguments", async () => {
    const { prompts } = await tour.client.listPrompts();
    expect(prompts.map(({ name, arguments: args }) => [name, args?.map((one) => one.name)])).toEqual([
      ["drag_edit", ["image", "request", "quality"]],
      ["critique_edit", ["edit", "goal"]],
      ["plan_regions", ["image", "request"]],
    ]);
  });

  it("name only tools that exist", async () => {
    const { tools } = await tour.client.listTools();
    const { prompts } = await tour.client.listPrompts();
    for (const { name, arguments: args = [] } of prompts) {
      const text = await words(name, Object.fromEntries(args.map((one) => [one.name, "x"])));
      const named = [...text.matchAll(/`([a-z]+_[a-z_]+)`/g)].map(([, tool]) => tool);
      expect(named.length).toBeGreaterThan(0);
      expect(tools.map((tool) => tool.name)).toEqual(expect.arrayContaining([...new Set(named)]));
    }
  });

  it("leave out lines of arguments that were not given", async () => {
    const given = { image: "photo.png", request: "raise the arm" };
    expect(await words("drag_edit", { ...given, quality: "fast" })).toContain("Quality: fast");
    for (const args of [given, { ...given, quality: "" }]) {
      const text = await words("drag_edit", args);
      expect(text).toContain("Picture: photo.png");
      expect(text).not.toContain("Quality:");
      expect(text).not.toContain("{{");
    }
  });

  it("take values as they are", async () => {
    expect(await words("drag_edit", { image: "{{request}}", request: "$& and {{quality}}" })).toContain(
      "Picture: {{request}}\nWish: $& and {{quality}}",
    );
  });

  it("ask for what is missing and know no others", async () => {
    await expect(words("drag_edit", { image: "photo.png" })).rejects.toThrow(/argument request of drag_edit/);
    await expect(words("drag_edit", { image: "", request: "x" })).rejects.toThrow(/argument image/);
    await expect(words("other", {})).rejects.toThrow(/drag_edit, critique_edit, plan_regions/);
  });

  it("complete what is known", async () => {
    const { imageId } = await tour.ask("open_image", { path: "photo.png" });
    const values = async (prompt: string, name: string, value: string) => {
      const ref = { type: "ref/prompt", name: prompt } as const;
      return (await tour.client.complete({ ref, argument: { name, value } })).completion.values;
    };
    expect(await values("drag_edit", "quality", "f")).toEqual(["fast", "full"]);
    expect(await values("drag_edit", "image", "img_")).toEqual([imageId]);
    expect(await values("critique_edit", "edit", "")).toEqual([]);
    expect(await values("drag_edit", "request", "a")).toEqual([]);
    await expect(values("other", "x", "")).rejects.toThrow(/Unknown prompt/);
  });
});
