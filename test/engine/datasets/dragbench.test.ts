/** The fixtures are pickles of Python 3 and numpy 2: {"prompt", "points", "mask"} with a 4x3 mask. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { readDragBench } from "../../../src/engine/datasets/dragbench.ts";

const fixture = (name: string) => fileURLToPath(new URL(`./fixtures/${name}.pkl`, import.meta.url));

describe("a DragBench sample", () => {
  const sample = {
    prompt: "a hat",
    points: [{ handle: [1, 2], target: [3, 1] }],
    editable: { width: 4, height: 3, data: Uint8Array.of(0, 0, 0, 0, 0, 255, 255, 0, 0, 0, 0, 0) },
  };
  test.each(["protocol-2", "protocol-4", "protocol-5"])("%s", async (name) => {
    expect(await readDragBench(fixture(name))).toEqual(sample);
  });

  test("numpy's own numbers, big-endian and column-major", async () => {
    expect(await readDragBench(fixture("odd-types"))).toEqual(sample);
  });
});

describe("what is no sample", () => {
  test("a pickle that would run a program is refused, and the program does not run", async () => {
    await expect(readDragBench(fixture("calls-a-program"))).rejects.toMatchObject({
      code: "pickle-refused",
      message: expect.stringMatching(/found "posix system"/),
    });
  });

  test("a file that is not there", async () => {
    await expect(readDragBench("/nowhere.pkl")).rejects.toMatchObject({ code: "not-found" });
  });

  /** Pickles written out: protocol 4, `}` an empty dict, `]` an empty list, `N` none, `u` sets what follows `(`. */
  test.each<[string, string, RegExp]>([
    ["a list", "].", /a dict with prompt, points and mask/],
    ["no prompt", "}.", /text as prompt, found a undefined/],
    ["an odd number of points", "}(\x8c\x06prompt\x8c\x01a\x8c\x06points]Nau.", /points in pairs/],
    ["points of something else", "}(\x8c\x06prompt\x8c\x01a\x8c\x06points](NNeu.", /points of two numbers/],
    ["no mask", "}(\x8c\x06prompt\x8c\x01a\x8c\x06points]u.", /a numpy array as mask/],
  ])("%s", async (_, text, message) => {
    const dir = await mkdtemp(join(tmpdir(), "dragflow-sample-"));
    const path = join(dir, "meta_data.pkl");
    await writeFile(path, Buffer.from(`\x80\x04${text}`, "latin1"));
    await expect(readDragBench(path)).rejects.toMatchObject({
      code: "pickle-refused",
      message: expect.stringMatching(message),
    });
    await rm(dir, { recursive: true });
  });
});
