/** What travels: wishes, outcomes, whose turn is next. No Redis. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { EditRequest } from "../../src/engine/api.ts";
import { parseRecipe } from "../../src/engine/recipe/parse.ts";
import type { Quality, RegionSpec } from "../../src/engine/recipe/schema.ts";
import { openBlobs, type SharedBlobs } from "../../src/queue/index.ts";
import { packWish, unpackWish } from "../../src/queue/pack.ts";
import { failureText, jobSchema, wishSchema } from "../../src/queue/protocol.ts";
import { runJob } from "../../src/queue/run-job.ts";
import { failureFrom } from "../../src/queue/shared-failures.ts";
import { getJson, putJson } from "../../src/queue/text-blobs.ts";
import { urgencyOf } from "../../src/queue/urgency.ts";
import { pictureBytes } from "../helpers/byte-engine.ts";
import { slowEngine } from "./slow-engine.ts";

let dir: string;
let blobs: SharedBlobs;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "dragflow-pack-"));
  blobs = await openBlobs({ named: join(dir, "blobs"), home: dir, env: {} });
  await writeFile(join(dir, "picture.png"), pictureBytes(1));
  await writeFile(join(dir, "mask.png"), "a mask");
});
afterAll(() => rm(dir, { recursive: true, force: true }));

function request(region: RegionSpec, quality: Quality = "fast"): EditRequest {
  const operations = [{ region, motion: { type: "relocation", by: [5, 0] } }];
  const recipe = parseRecipe({ operations, quality });
  return { image: join(dir, "picture.png"), recipe, baseDir: dir, dir: join(dir, "made"), device: "cpu", embed: false };
}

const BOX: RegionSpec = { box: [0, 0, 5, 5] };

describe("a wish", () => {
  it("is the same on the other side, with masks inside it and the model's fingerprint", async () => {
    const ref = await packWish(request({ mask: "mask.png" }), blobs, dir);
    const there = join(dir, "there");
    await mkdir(there);
    const [unpacked, wish] = await unpackWish(ref, blobs, there);
    expect(unpacked).toMatchObject({ device: "cpu", embed: false, image: join(there, "picture.png") });
    const mask = `data:image/png;base64,${Buffer.from("a mask").toString("base64")}`;
    expect(unpacked.recipe.operations[0]?.region).toEqual({ mask });
    expect(wish.model).toEqual({ name: "mini", version: expect.stringMatching(/^[0-9a-f]{16}$/) });
    const preview = wishSchema.parse(await getJson(blobs, await packWish(request(BOX, "preview"), blobs, dir)));
    expect(preview.model).toBeUndefined();
  });

  it("whose mask is not there is refused before anybody is asked", async () => {
    await expect(packWish(request({ mask: "none.png" }), blobs, dir)).rejects.toMatchObject({
      code: "mask-unreadable",
    });
  });

  it("for another version of the model is refused by the worker", async () => {
    const wish = wishSchema.parse(await getJson(blobs, await packWish(request(BOX), blobs, dir)));
    const other = await putJson(blobs, { ...wish, model: { name: "mini", version: "0123456789abcdef" } });
    const needs = {
      blobs,
      engine: slowEngine(),
      home: dir,
      editId: "edit_1234567890",
      signal: new AbortController().signal,
    };
    const told = { redis: undefined as never, job: { updateProgress: async () => {} } }; // nobody watches
    const job = jobSchema.parse({ version: 1, wish: other });
    await expect(runJob(job, { ...needs, ...told })).rejects.toMatchObject({
      code: "checkpoint-invalid",
      message: expect.stringContaining("0123456789abcdef"),
    });
  });
});

describe("whose turn is next", () => {
  const now = 1_800_000_000_000;
  const order = (...edits: [Quality, boolean, number][]) =>
    edits
      .map(([quality, conversational, later]) => {
        const urgency = urgencyOf(quality, { conversational, now: now + 1000 * later });
        return { name: `${quality}${conversational ? " in talk" : ""} +${later}`, urgency };
      })
      .sort((a, b) => a.urgency - b.urgency)
      .map(({ name }) => name);

  it("short before long, in conversation before others, and nothing waits for ever", () => {
    expect(
      order(["full", false, 0], ["fast", false, 0], ["full", true, 0], ["fast", true, 0], ["preview", false, 0]),
    ).toEqual(["preview +0", "fast in talk +0", "fast +0", "full in talk +0", "full +0"]);
    expect(order(["full", false, 0], ["fast", false, 500], ["fast", false, 541])).toEqual([
      "fast +500",
      "full +0",
      "fast +541",
    ]);
  });

  it("stays within what BullMQ takes", () => {
    for (let day = 0; day < 60; day++) {
      const urgency = urgencyOf("full", { now: now + day * 86_400_000 });
      expect(urgency).toBeGreaterThanOrEqual(1);
      expect(urgency).toBeLessThanOrEqual(2 ** 21);
    }
  });
});

describe("a failure", () => {
  it("comes back as it was thrown; what BullMQ says itself is a lost worker", () => {
    const record = { code: "region-empty", message: "Expected a region", hint: "Draw one" } as const;
    expect(failureFrom(failureText(record), "edit_1")).toMatchObject(record);
    expect(failureFrom("job stalled more than allowable limit", "edit_1")).toMatchObject({ code: "engine-crashed" });
    expect(failureFrom(failureText({ code: "unexpected", message: "oh" }), "edit_1")).toMatchObject({ message: "oh" });
  });
});
