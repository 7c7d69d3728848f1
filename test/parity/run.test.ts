import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { type Adapter, input, NO_GRADIENT } from "../../scripts/parity/case.ts";
import { type ParityOptions, runParity } from "../../scripts/parity/run.ts";
import { writeSafetensors } from "../../src/engine/weights/safetensors.ts";

const double: Adapter = async (c) => {
  const x = input(c, "x");
  return { y: { shape: x.shape, data: x.data.map((value) => 2 * value) } };
};

let root: string;
let lines: string[];
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "parity-"));
  lines = [];
});

async function addCase(name: string, expected: number, json: Record<string, unknown> = {}): Promise<void> {
  const dir = join(root, name);
  await mkdir(dir, { recursive: true });
  const base = { kind: "double", params: {}, inputs: ["x"], outputs: { y: { rel: 1e-3 } }, bundle: null };
  await writeFile(join(dir, "case.json"), JSON.stringify({ ...base, ...json }));
  await writeSafetensors(join(dir, "io.safetensors"), {
    "in.x": { shape: [1, 1], data: Float32Array.of(3) },
    "out.y": { shape: [1, 1], data: Float32Array.of(expected) },
  });
}

function run(options: Partial<ParityOptions> = {}): Promise<boolean> {
  const base = {
    adapters: { double },
    kinds: ["double", "later"],
    strict: false,
    print: (line: string) => lines.push(line),
  };
  return runParity([root], { ...base, ...options });
}

describe("runParity", () => {
  test("passes cases at any depth that keep their bounds", async () => {
    await addCase("a", 6);
    await addCase("deep/down/b", 6);
    expect(await run()).toBe(true);
    expect(lines.at(-1)).toMatch(/^2 cases: 2 outputs ok, 0 missed/);
    expect(lines[1]).toMatch(/^deep\/down\/b +y +0\.00e\+0 +rel <= 1e-3 +ok$/);
  });

  test("a wrong expected value fails, with the error and the place", async () => {
    await addCase("wrong", 6.1);
    expect(await run()).toBe(false);
    expect(lines[0]).toMatch(/^wrong +y +1\.64e-2 +rel <= 1e-3 +MISS +worst at \[0, 0\]: 6, expected 6\.1$/);
  });

  test("no case at all fails, and so does a folder that is not there", async () => {
    expect(await run()).toBe(false);
    expect(await runParity([join(root, "none")], { adapters: {}, kinds: [], strict: false, print: () => {} })).toBe(
      false,
    );
  });

  test("an unknown kind fails", async () => {
    await addCase("a", 6, { kind: "toString" });
    expect(await run()).toBe(false);
    expect(lines[0]).toMatch(/unknown kind "toString"/);
  });

  test("a known kind without adapter is skipped, but fails when strict", async () => {
    await addCase("a", 6, { kind: "later" });
    expect(await run()).toBe(true);
    expect(lines[0]).toMatch(/^skipped {2}a/);
    expect(await run({ strict: true })).toBe(false);
  });

  test.each([
    ["no outputs", { outputs: {} }],
    ["an unknown bound", { outputs: { y: { abs: 1 } } }],
    ["an output without a tensor", { outputs: { z: { rel: 1 } } }],
    ["an input without a tensor", { inputs: ["w"] }],
    ["layouts that are none", { params: { layouts: {} } }],
  ])("a case with %s is reported by name and fails, and the others still run", async (_, json) => {
    await addCase("bad", 6, json);
    await addCase("good", 6);
    expect(await run()).toBe(false);
    expect(lines[0]).toMatch(/^FAIL {2}bad {2}malformed case: ./);
    expect(lines.at(-1)).toMatch(/1 outputs ok, 0 missed, 0 cases skipped, 1 broken/);
  });

  test("text that is no JSON is reported by name", async () => {
    await addCase("bad", 6);
    await writeFile(join(root, "bad/case.json"), "{");
    expect(await run()).toBe(false);
    expect(lines[0]).toMatch(/^FAIL {2}bad/);
  });

  test("an adapter that throws misses every output and says why", async () => {
    await addCase("a", 6);
    const broken: Adapter = async () => {
      throw new Error("Expected a bundle");
    };
    expect(await run({ adapters: { double: broken } })).toBe(false);
    expect(lines[0]).toMatch(/MISS {2}Expected a bundle/);
  });

  test("a case runs once per layout, with the layout's path", async () => {
    await addCase("a", 6, {
      params: { layouts: { diffusers: "transformer/", bfl: "flux.safetensors" } },
      bundle: "../bundles/b",
    });
    const paths: unknown[] = [];
    const spy: Adapter = (c) => {
      paths.push(c.layout?.path);
      return double(c);
    };
    expect(await run({ adapters: { double: spy } })).toBe(true);
    expect(paths).toEqual([join(root, "bundles/b/transformer"), join(root, "bundles/b/flux.safetensors")]);
    expect(lines[1]).toMatch(/^a@bfl /);
  });

  test("a stated gap is printed, and fails when strict", async () => {
    await addCase("a", 6);
    const gap: Adapter = async () => ({ y: NO_GRADIENT });
    expect(await run({ adapters: { double: gap } })).toBe(true);
    expect(lines[0]).toMatch(/^a +y +no gradient$/);
    expect(await run({ adapters: { double: gap }, strict: true })).toBe(false);
  });
});
