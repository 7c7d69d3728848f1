import { appendFile, mkdtemp, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Journal, readJournal } from "../../src/session/journal.ts";
import { decodeLine, encodeLine, jsonOf } from "../../src/session/journal-line.ts";

let dir: string;
let path: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "dragflow-journal-"));
  path = join(dir, "journal.jsonl");
});
afterEach(() => rm(dir, { recursive: true, force: true }));

async function written(count: number): Promise<Journal> {
  const journal = await Journal.create(path, "0");
  for (let i = 1; i < count; i++) await journal.append(String(i));
  return journal;
}

async function read() {
  const entries: unknown[] = [];
  const end = await readJournal(path, (entry) => entries.push(entry));
  return { entries, ...end };
}

it("gives back what was appended, in order", async () => {
  const journal = await written(3);
  expect(await read()).toEqual({ entries: [0, 1, 2], lines: 3, bytes: (await stat(path)).size });
  expect(journal.bytes).toBe((await stat(path)).size);
});

it("takes any JSON through a line", () => {
  fc.assert(
    fc.property(fc.nat(1e6), fc.jsonValue(), (seq, value) => {
      const line = encodeLine(seq, jsonOf(value));
      expect(line.indexOf("\n")).toBe(line.length - 1);
      expect(jsonOf(decodeLine(seq, line.slice(0, -1))?.entry)).toBe(jsonOf(value));
    }),
  );
});

it("knows a line in which anything was changed", () => {
  const line = encodeLine(7, jsonOf({ type: "move", to: "edit_0123456789", branch: "main" })).slice(0, -1);
  expect(decodeLine(7, line)).toBeDefined();
  expect(decodeLine(8, line)).toBeUndefined();
  fc.assert(
    fc.property(fc.nat(line.length - 1), fc.integer({ min: 32, max: 126 }), (at, code) => {
      const changed = line.slice(0, at) + String.fromCharCode(code) + line.slice(at + 1);
      if (changed !== line) expect(decodeLine(7, changed)).toBeUndefined();
    }),
  );
});

it("keeps infinite numbers as words, which JSON would lose", () => {
  expect(jsonOf({ psnr: Number.POSITIVE_INFINITY })).toBe('{"psnr":"Infinity"}');
});

describe("cut off at any byte", () => {
  it("keeps every line that was whole, and goes on behind it", async () => {
    await written(3);
    const whole = await readFile(path);
    const ends = [...whole.keys()].filter((i) => whole[i] === 10).map((i) => i + 1);
    for (let size = 0; size <= whole.length; size++) {
      await writeFile(path, whole.subarray(0, size));
      const lines = ends.filter((end) => end <= size).length;
      const found = await read();
      expect(found).toMatchObject({ lines, entries: [0, 1, 2].slice(0, lines) });
      expect(found.damaged).toBeUndefined();
    }
    await truncate(path, whole.length - 3);
    const journal = await Journal.resume(path, await readJournal(path, () => {}));
    await journal.append("9");
    expect((await read()).entries).toEqual([0, 1, 9]);
  });
});

it("drops a last line that is no line, line feed or not", async () => {
  await written(2);
  await appendFile(path, `${"\0".repeat(40)}\n`);
  expect(await read()).toMatchObject({ entries: [0, 1], lines: 2 });
  expect((await read()).damaged).toBeUndefined();
});

it("stops at a damaged line in the middle and says which", async () => {
  await written(4);
  const text = await readFile(path, "utf8");
  await writeFile(path, text.replace('"entry":2', '"entry":3'));
  expect(await read()).toMatchObject({ entries: [0, 1], lines: 2, damaged: 3 });
});

it("finds a line that was taken out, or put in twice", async () => {
  await written(4);
  const lines = (await readFile(path, "utf8")).split("\n");
  await writeFile(path, [lines[0], lines[2], lines[3], ""].join("\n"));
  expect(await read()).toMatchObject({ entries: [0], damaged: 2 });
  await writeFile(path, [lines[0], lines[1], lines[1], lines[2], ""].join("\n"));
  expect(await read()).toMatchObject({ entries: [0, 1], damaged: 3 });
});

it("does not write behind bytes of somebody else", async () => {
  const journal = await written(1);
  await appendFile(path, "theirs");
  await expect(journal.append("1")).rejects.toMatchObject({ code: "session-damaged" });
  expect(await readFile(path, "utf8")).toMatch(/theirs$/);
});

it("never replaces a journal that is there", async () => {
  await written(1);
  await expect(Journal.create(path, "0")).rejects.toThrow(/EEXIST/);
});
