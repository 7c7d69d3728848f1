import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { profileFor } from "../../../src/agent/model/profiles/choose.ts";
import { SHIPPED_PROFILES } from "../../../src/agent/model/profiles/shipped.ts";
import { viewSize, visionView } from "../../../src/engine/image/vision-view.ts";
import { said, scriptedPort } from "../scripted-port.ts";
import { calling, imagesOf, saying } from "./scripted-server.ts";
import { closeServers, serve, turnAt } from "./turns.ts";

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "dragflow-profiles-"));
});
afterEach(async () => {
  await closeServers();
  await rm(home, { recursive: true, force: true });
});

describe("the shipped profiles", () => {
  it.each([
    ["gpt-5.2", "gpt"],
    ["openai/gpt-4o-mini", "gpt"],
    ["o4-mini", "gpt"],
    ["claude-sonnet-4-5", "claude"],
    ["anthropic/claude-opus-4.1", "claude"],
    ["gemini-2.5-flash", "gemini"],
    ["google/gemma-3-27b-it", "gemini"],
    ["Qwen/Qwen2.5-VL-7B-Instruct", "qwen2.5-vl"],
    ["qwen2.5vl:7b", "qwen2.5-vl"],
    ["qwen3-vl-235b-a22b", "qwen-vl"],
    ["Qwen2-VL-7B", "qwen-vl"],
    ["OpenGVLab/InternVL3-8B", "internvl"],
    ["llama3.2-vision:11b", "llama-3.2"],
    ["meta-llama/Llama-4-Scout-17B-16E-Instruct", "llama"],
    ["pixtral-12b-2409", "mistral"],
    ["mistral-small-3.2", "mistral"],
    ["my-own-model", "default"],
  ])("%s is of the family %s", async (model, name) => {
    expect((await profileFor(model, undefined)).name).toBe(name);
  });

  it("have sizes that can be met", () => {
    for (const { edge, multiple, images } of SHIPPED_PROFILES) {
      expect(edge).toBeGreaterThanOrEqual(multiple);
      expect(images).toBeGreaterThanOrEqual(1);
    }
  });
});

describe("the user's profiles", () => {
  const text = `profiles:
  - name: ours
    match: "^house-"
    extends: qwen-vl
    edge: 800
    price: { inputPerMillion: 2, outputPerMillion: 10 }
`;

  it("come first and add to a shipped one", async () => {
    await writeFile(join(home, "profiles.yaml"), text);
    expect(await profileFor("House-Model", home)).toMatchObject({
      name: "ours",
      edge: 800,
      multiple: 32,
      boxKey: "bbox_2d",
    });
    expect((await profileFor("gpt-5", home)).name).toBe("gpt");
  });

  it("may be JSON, and bring a price", async () => {
    const price = { inputPerMillion: 2, outputPerMillion: 10 };
    await writeFile(
      join(home, "profiles.json"),
      JSON.stringify({ profiles: [{ name: "priced", match: "scripted", price }] }),
    );
    const server = await serve(saying("No."), calling({ name: "report_ready", args: {} }));
    const { events, used } = await turnAt(server.baseURL, { config: { home } });
    const money = { amount: (100 * 2 + 10 * 10) / 1e6, currency: "USD" };
    expect(events).toContainEqual({ type: "model-usage", inputTokens: 100, outputTokens: 10, money });
    expect(used.spend.money?.amount).toBeCloseTo(2 * money.amount);
  });

  it("stop a turn that has cost enough", async () => {
    const price = { inputPerMillion: 1e6, outputPerMillion: 0 };
    await writeFile(
      join(home, "profiles.json"),
      JSON.stringify({ profiles: [{ name: "dear", match: "scripted", price }] }),
    );
    const server = await serve(calling({ name: "look", args: { id: "image-1" } }));
    const outcome = await turnAt(server.baseURL, { config: { home }, turn: { budget: { money: 150 } } });
    expect(outcome.refused?.message).toContain("of 150 USD were spent");
    expect(server.asked).toHaveLength(2);
  });

  it.each([
    ["profiles: [{ name: x }]", "profiles.0.match"],
    ["profiles: [{ name: x, match: '(' }]", "regular expression"],
    ["profiles: [{ name: x, match: x, extends: nobody }]", 'got "nobody"'],
    ["profiles: [{ name: x, match: x, edge: -3 }]", "profiles.0.edge"],
    [": : :", "profiles.yaml"],
  ])("that are wrong are refused with what is wrong: %s", async (wrong, words) => {
    await writeFile(join(home, "profiles.yaml"), wrong);
    await expect(profileFor("x", home)).rejects.toThrow(words);
  });
});

describe("a picture in a model's size", () => {
  it.each([
    [
      { width: 4000, height: 3000 },
      { edge: 1024, multiple: 1 },
      { width: 1024, height: 768 },
    ],
    [
      { width: 4000, height: 3000 },
      { edge: 1288, multiple: 28 },
      { width: 1288, height: 980 },
    ],
    [
      { width: 1000, height: 1000 },
      { edge: 1024, shortEdge: 768, multiple: 1 },
      { width: 768, height: 768 },
    ],
    [
      { width: 4000, height: 4000 },
      { edge: 1568, pixels: 1_150_000, multiple: 1 },
      { width: 1072, height: 1072 },
    ],
    [
      { width: 300, height: 200 },
      { edge: 1024, multiple: 1 },
      { width: 300, height: 200 },
    ],
    [
      { width: 9000, height: 10 },
      { edge: 1280, multiple: 32 },
      { width: 1280, height: 32 },
    ],
  ])("%j within %j is %j", (size, limits, wanted) => {
    expect(viewSize(size, limits)).toEqual(wanted);
  });

  it("carries a grid in the model's own numbers where the model asks for one", async () => {
    const plain = await sharp({ create: { width: 400, height: 300, channels: 3, background: "#808080" } })
      .png()
      .toBuffer();
    const grid = await visionView(plain, { width: 400, height: 300 }, { x: [0, 1000], y: [0, 1000] });
    const { data } = await sharp(grid.data).raw().toBuffer({ resolveWithObject: true });
    const at = (x: number, y: number) => data[(y * 400 + x) * 3] ?? 0;
    expect(at(50, 150)).toBeGreaterThan(170); // an eighth of the width: a line
    expect(Math.abs(at(75, 100) - 128)).toBeLessThan(8);
  });

  it("reaches the endpoint, converted: boxes in the family's own numbers", async () => {
    const photo = await sharp({ create: { width: 1000, height: 750, channels: 3, background: "#336699" } })
      .png()
      .toBuffer();
    const look = () =>
      said({ width: 4000, height: 3000, shownWidth: 1000, shownHeight: 750 }, "looked", photo.toString("base64"));
    const select = calling({ name: "select_region", args: { imageId: "image-1", box_2d: [500, 250, 750, 500] } });
    const server = await serve(select, saying("Enough."));
    const port = scriptedPort({ look });
    const { events } = await turnAt(server.baseURL, { config: { model: "gemini-2.5-pro" }, port });
    expect(port.argsOf("select_region")).toEqual([{ imageId: "image-1", box: [1000, 1500, 2000, 2250] }]);
    const [first] = imagesOf(server.asked[0]?.body.messages);
    expect(first).toMatch(/^data:image\/jpeg;base64,/);
    expect(events).toContainEqual(
      expect.objectContaining({ type: "pixels-sent", host: server.host, width: 1000, height: 750 }),
    );
    const said1 = JSON.stringify(server.asked[1]?.body.messages);
    expect(said1).toContain("y down first, then x right");
    // The region of the scripted tool: box [300, 200, 500, 400] of 4000 x 3000, as [y0, x0, y1, x1] in thousandths.
    expect(said1).toContain('\\"box\\":[67,75,133,125]');
  });

  it("is wanted larger for a family that sees more, and as ever for the others", async () => {
    const server = await serve(saying("No."), calling({ name: "report_ready", args: { word: "ready" } }));
    const [claude, other] = [scriptedPort(), scriptedPort()];
    await turnAt(server.baseURL, { config: { model: "claude-sonnet-4-5" }, port: claude });
    await turnAt(server.baseURL, { config: { model: "pixtral-12b" }, port: other });
    expect(claude.argsOf("look")).toEqual([{ id: "image-1", edge: 1568 }]);
    expect(other.argsOf("look")).toEqual([{ id: "image-1" }]);
  });

  it("is one at a time for a model that takes one", async () => {
    const server = await serve(
      calling({ name: "look", args: { id: "image-1", crop: [0, 0, 100, 100] } }),
      saying("Enough."),
    );
    await turnAt(server.baseURL, { config: { model: "llama3.2-vision", rung: "tools" }, port: scriptedPort() });
    expect(imagesOf(server.asked[1]?.body.messages)).toHaveLength(1);
    expect(JSON.stringify(server.asked[1]?.body.messages)).toContain("no longer shown");
  });
});
