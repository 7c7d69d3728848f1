import { describe, expect, test } from "vitest";
import { GraphCache } from "../../../src/engine/onnx/graph-cache.ts";
import type { CompiledGraph } from "../../../src/engine/onnx/session.ts";

/** Graphs that only note what becomes of them. */
function notebook() {
  const notes: string[] = [];
  const compile = (name: string) => async (): Promise<CompiledGraph> => {
    notes.push(`compile ${name}`);
    return { inputNames: [name], run: async () => ({}), release: async () => void notes.push(`release ${name}`) };
  };
  return { notes, compile };
}

describe("the cache of compiled graphs", () => {
  test("compiles once per key and keeps the latest used", async () => {
    const { notes, compile } = notebook();
    const cache = new GraphCache(2);
    for (const name of ["a", "b", "a", "c", "a", "b"]) {
      expect((await cache.get(name, compile(name))).inputNames).toEqual([name]);
    }
    expect(notes).toEqual(["compile a", "compile b", "release b", "compile c", "release c", "compile b"]);
  });

  test("two calls at once share one compilation", async () => {
    const { notes, compile } = notebook();
    const cache = new GraphCache(2);
    const [one, two] = await Promise.all([cache.get("a", compile("a")), cache.get("a", compile("a"))]);
    expect(one).toBe(two);
    expect(notes).toEqual(["compile a"]);
  });

  test("a failure is not kept", async () => {
    const { compile } = notebook();
    const cache = new GraphCache(2);
    const full = async () => {
      throw new Error("disk full");
    };
    await expect(cache.get("a", full)).rejects.toThrow("disk full");
    await cache.get("b", compile("b"));
    await expect(cache.release()).resolves.toBeUndefined();
    expect((await cache.get("a", compile("a"))).inputNames).toEqual(["a"]);
  });

  test("a failed compilation may be tried again under its key", async () => {
    const { compile } = notebook();
    const cache = new GraphCache(2);
    let failures = 1;
    const sometimes = async () => {
      if (failures-- > 0) throw new Error("disk full");
      return compile("a")();
    };
    await expect(cache.get("a", sometimes)).rejects.toThrow("disk full");
    expect((await cache.get("a", sometimes)).inputNames).toEqual(["a"]);
  });

  test("releases all it holds, and compiles them anew", async () => {
    const { notes, compile } = notebook();
    const cache = new GraphCache(2);
    await cache.get("a", compile("a"));
    await cache.release();
    await cache.get("a", compile("a"));
    expect(notes).toEqual(["compile a", "release a", "compile a"]);
  });
});
