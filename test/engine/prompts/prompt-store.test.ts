import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { PromptStore } from "../../../src/engine/prompts/prompt-store.ts";

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "dragflow-prompts-"));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const states = (value: number) => ({
  txt: { shape: [2, 3], data: new Float32Array(6).fill(value) },
  pooled: { shape: [1, 2], data: new Float32Array(2).fill(-value) },
});

test("keeps the latest used only, by encoders, length and prompt", async () => {
  const store = new PromptStore(dir, "encoders", 3);
  for (const [i, prompt] of ["a", "b", "c"].entries()) await store.put(prompt, 4, states(i));
  expect(await store.get("a", 4)).toEqual(states(0)); // used again: now b is the oldest
  await store.put("d", 4, states(3));
  expect(await readdir(dir)).toHaveLength(3);
  expect([await store.get("b", 4), await store.get("a", 4)]).toEqual([undefined, states(0)]);
  expect(await store.get("a", 5)).toBeUndefined();
  expect(await new PromptStore(dir, "others").get("a", 4)).toBeUndefined();
});

test("a folder that cannot be written is no fault", async () => {
  const store = new PromptStore("/dev/null/prompts", "encoders");
  await store.put("a", 4, states(1));
  expect(await store.get("a", 4)).toBeUndefined();
});
