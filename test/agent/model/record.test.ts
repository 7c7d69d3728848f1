/** Model traffic written down and answered from the file: no key, no network. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { choosePlanner, configuredModel } from "../../../src/agent/choose.ts";
import { runTurn } from "../../../src/agent/loop.ts";
import { idsIn, normalised, translated } from "../../../src/agent/model/traffic.ts";
import { GOOD, inTurn, job, POOR, said, scriptedPort } from "../scripted-port.ts";
import { closeServers, EDIT, faultsIn, KEY, PREVIEW, SELECT, serve, turnAt } from "./turns.ts";

let dir: string;
let file: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "dragflow-record-"));
  file = join(dir, "traffic.jsonl");
});
afterEach(async () => {
  await closeServers();
  await rm(dir, { recursive: true, force: true });
});

const photo = (
  await sharp({ create: { width: 80, height: 60, channels: 3, background: "#336699" } })
    .png()
    .toBuffer()
).toString("base64");
const look = () => said({ width: 80, height: 60, shownWidth: 80, shownHeight: 60 }, "looked", photo);
const port = () => scriptedPort({ look, start_edit: inTurn(job("edit-1", POOR), job("edit-2", GOOD)) });

async function recorded(config: object = {}) {
  const server = await serve({ status: 503 }, SELECT, PREVIEW, EDIT, EDIT);
  const outcome = await turnAt(server.baseURL, { config: { record: file, ...config }, port: port() });
  await server.close();
  return outcome;
}

function replayed(options: Partial<Parameters<typeof runTurn>[0]> = {}) {
  const planner = choosePlanner({ planner: "auto", env: {}, replay: file });
  return runTurn({
    request: "move the sign to the left",
    imageId: "image-1",
    quality: "full",
    port: port(),
    planner,
    ...options,
  });
}

describe("a recording", () => {
  it("replays the same turn without key, model name and network, faults included", async () => {
    const first = await recorded();
    expect(first).toMatchObject({ accepted: true, editId: "edit-2" });
    const again = await replayed();
    expect(again).toMatchObject({ accepted: true, editId: "edit-2", text: first.text });
    expect(faultsIn(again.events)).toEqual(faultsIn(first.events));
    // Nothing leaves the machine, so nothing is said to.
    expect(first.events.some(({ type }) => type === "pixels-sent")).toBe(true);
    expect(again.events.some(({ type }) => type === "pixels-sent")).toBe(false);
  });

  it("holds no key and no pixels, one JSON line per exchange", async () => {
    await recorded();
    const text = await readFile(file, "utf8");
    const lines = text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines).toHaveLength(6);
    expect(lines[0]).toMatchObject({ type: "dragflow-model-traffic", version: 1, model: "scripted" });
    expect(text).not.toContain(KEY);
    expect(text).not.toContain("base64");
    expect(text).toMatch(/data:image\/jpeg;sha256,[0-9a-f]{64}/);
  });

  it("holds the pictures when asked to, and replays all the same", async () => {
    await recorded({ recordImages: true });
    expect(await readFile(file, "utf8")).toContain("data:image/jpeg;base64,");
    expect(await replayed()).toMatchObject({ accepted: true });
  });

  it("takes the key out of replies that quote it", async () => {
    const server = await serve({ status: 404, body: { error: { message: `no model for ${KEY}` } } });
    await turnAt(server.baseURL, { config: { record: file, rung: "tools" } });
    const text = await readFile(file, "utf8");
    expect(text).toContain("no model for [key]");
    expect(text).not.toContain(KEY);
  });

  it("does not answer another request, and says what is different", async () => {
    await recorded();
    const outcome = await replayed({ request: "move the sign to the right" });
    expect(outcome.refused).toMatchObject({ code: "model-endpoint" });
    expect(outcome.refused?.message).toMatch(
      /traffic\.jsonl, request 1: expected the recorded .*to the left.*, got .*to the right/s,
    );
  });

  it("does not answer more requests than it holds", async () => {
    await recorded();
    const outcome = await replayed({
      port: scriptedPort({ look, start_edit: () => job("edit-1", POOR) }),
      budget: { rounds: 3 },
    });
    expect(outcome.ok).toBe(true);
    expect(outcome.text).toContain("holds 5 requests, and one more was made");
  });

  it("is not minded by what differs between machines: measured fractions and the bytes of pictures", async () => {
    await recorded();
    const other = (
      await sharp({ create: { width: 80, height: 60, channels: 3, background: "#336698" } })
        .png()
        .toBuffer()
    ).toString("base64");
    const elsewhere = scriptedPort({
      look: () => said({ width: 80, height: 60, shownWidth: 80, shownHeight: 60 }, "looked", other),
      start_edit: inTurn(job("edit-1", { ...POOR, sourceCleared: 0.11 }), job("edit-2", GOOD)),
    });
    expect(await replayed({ port: elsewhere })).toMatchObject({ accepted: true, editId: "edit-2" });
  });
});

describe("another session", () => {
  it("names its things anew: recorded replies speak of them all the same", () => {
    const old = { messages: ["imageId img_aaaaaaaaaa, region reg_bbbbbbbbbb", "again img_aaaaaaaaaa"] };
    const now = { messages: ["imageId img_cccccccccc, region reg_dddddddddd", "again img_cccccccccc"] };
    const swapped = { messages: ["imageId img_cccccccccc, region reg_dddddddddd", "again img_eeeeeeeeee"] };
    expect(normalised(now)).toBe(normalised(old));
    expect(normalised(swapped)).not.toBe(normalised(old));
    expect(translated({ args: "reg_bbbbbbbbbb of img_aaaaaaaaaa" }, idsIn(old), idsIn(now))).toEqual({
      args: "reg_dddddddddd of img_cccccccccc",
    });
  });
});

describe("flags", () => {
  it("exclude each other", () => {
    expect(() => configuredModel({ env: {}, record: "a", replay: "b" })).toThrow(
      "Expected --record or --replay, got both",
    );
  });

  it.each([
    ["is not there", undefined, "Expected a recording at"],
    ["is something else", "hello\n", "got something else in line 1"],
  ])("a recording that %s is refused", async (_, text, words) => {
    if (text !== undefined) await writeFile(file, text);
    expect(() => choosePlanner({ planner: "auto", env: {}, replay: file })).toThrow(words);
  });

  it("a recording that cannot be written is refused with its path", async () => {
    const server = await serve(SELECT);
    const outcome = await turnAt(server.baseURL, { config: { record: join(dir, "no", "such", "folder.jsonl") } });
    expect(outcome.refused).toMatchObject({ code: "out-unwritable", message: expect.stringContaining("folder.jsonl") });
  });
});
