import { link, mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { input, weight } from "../../../src/engine/graph/value.ts";
import { type CompileOptions, compile } from "../../../src/engine/onnx/session.ts";
import { encodeSafetensors, type TensorData, writeSafetensors } from "../../../src/engine/weights/safetensors.ts";
import { openWeights, sliceRows, type WeightRef, type WeightSource } from "../../../src/engine/weights/source.ts";

const bytes = (...halves: number[]) => new Uint8Array(Uint16Array.from(halves).buffer);
/** Values that the 16-bit types hold exactly, with their bits. */
const HALVES = { values: [1, -2, 0.5, 65504, 2 ** -24, 0], bits: [0x3c00, 0xc000, 0x3800, 0x7bff, 0x0001, 0x8000] };
const BFLOATS = { values: [1, -2, 0.5, 3.140625, 2 ** 127, 0], bits: [0x3f80, 0xc000, 0x3f00, 0x4049, 0x7f00, 0x8000] };

const TENSORS: Record<string, TensorData> = {
  padding: { shape: [3], dtype: "U8", bytes: Uint8Array.of(1, 2, 3) },
  odd: { shape: [1], dtype: "U8", bytes: Uint8Array.of(4) },
  plain: { shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) },
  half: { shape: [2, 3], dtype: "F16", bytes: bytes(...HALVES.bits) },
  bfloat: { shape: [2, 3], dtype: "BF16", bytes: bytes(...BFLOATS.bits) },
};

let root: string;
let file: string;
let source: WeightSource;
let options: CompileOptions;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "dragflow-weights-"));
  file = join(root, "model.safetensors");
  await writeSafetensors(file, TENSORS);
  source = await openWeights(file);
});
beforeEach(async () => {
  options = { graphDir: await mkdtemp(join(root, "graphs-")), providers: ["cpu"], threads: 1 };
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** The weight's values as the runtime reads them: x + W for x = 0. */
async function read(ref: WeightRef, compileOptions = options): Promise<number[]> {
  const shape = [...ref.shape];
  const graph = await compile({ y: input("x", shape).add(weight(ref.name, ref)) }, compileOptions);
  const { y } = await graph.run({ x: { shape, data: new Float32Array(shape.reduce((a, b) => a * b, 1)) } });
  await graph.release();
  return Array.from(y.data, (value) => value + 0); // −0 becomes 0
}

describe("weights as external data of a safetensors file", () => {
  test.each([
    ["plain", [1, 2, 3, 4, 5, 6]],
    ["half", HALVES.values],
    ["bfloat", BFLOATS.values],
  ])("%s", async (name, values) => {
    expect(await read(source.get(name))).toEqual(values);
  });

  test.each([
    ["plain", [4, 5, 6]],
    ["half", HALVES.values.slice(3)],
    ["bfloat", BFLOATS.values.slice(3)],
  ])("the second row of %s, at its own offset", async (name, values) => {
    expect(await read(sliceRows(source.get(name), `${name}.row`, 1, 2))).toEqual(values);
  });

  test("a weight of two parts in another order than the file's", async () => {
    const plain = source.get("plain");
    const parts = [sliceRows(plain, "swapped", 1, 2), sliceRows(plain, "swapped", 0, 1)].flatMap((row) => row.parts);
    expect(await read({ ...plain, name: "swapped", parts })).toEqual([4, 5, 6, 1, 2, 3]);
  });

  test("one weight forward and backward is stored once", async () => {
    const w = weight("plain", source.get("plain"));
    const graph = await compile({ y: input("x", ["n", 3]).linear(w).linearBack(w) }, options);
    const { y } = await graph.run({ x: { shape: [1, 3], data: Float32Array.of(1, 0, 0) } });
    await graph.release();
    expect(Array.from(y.data)).toEqual([1 + 16, 2 + 20, 3 + 24]);
  });
});

describe("the folder of a graph", () => {
  const folderOf = async () => join(options.graphDir, (await readdir(options.graphDir))[0] ?? "");

  test("holds the graph and hard links to the weights, and a second compile writes nothing", async () => {
    await read(source.get("plain"));
    const folder = await folderOf();
    expect((await readdir(folder)).sort()).toEqual(["model.onnx", "weights-0.safetensors"]);
    expect((await stat(join(folder, "weights-0.safetensors"))).ino).toBe((await stat(file)).ino);
    const state = async () => [
      await readdir(options.graphDir),
      (await stat(folder)).mtimeMs,
      (await stat(join(folder, "model.onnx"))).ino,
    ];
    const before = await state();
    await read(source.get("plain"));
    expect(await state()).toEqual(before);
  });

  test("a weight file reached by a link of a hub cache is linked at its end", async () => {
    const cache = await mkdtemp(join(root, "cache-"));
    await mkdir(join(cache, "blobs"));
    await mkdir(join(cache, "snapshots"));
    await link(file, join(cache, "blobs", "a1b2"));
    await symlink(join("..", "blobs", "a1b2"), join(cache, "snapshots", "model.safetensors"));
    const linked = await openWeights(join(cache, "snapshots", "model.safetensors"));
    expect(await read(linked.get("plain"))).toEqual([1, 2, 3, 4, 5, 6]);
    expect((await stat(join(await folderOf(), "weights-0.safetensors"))).isSymbolicLink()).toBe(false);
  });

  test("a changed weight file under the same name is another graph", async () => {
    const changing = join(root, "changing.safetensors");
    for (const value of [1, 2]) {
      await rm(changing, { force: true });
      await writeFile(changing, encodeSafetensors({ w: { shape: [1], data: Float32Array.of(value) } }));
      expect(await read((await openWeights(changing)).get("w"))).toEqual([value]);
    }
  });

  test("one that cannot be made is a typed error that says what to set", async () => {
    const graphDir = join(file, "graphs"); // below a file
    await expect(read(source.get("plain"), { ...options, graphDir })).rejects.toMatchObject({
      code: "engine-failed",
      message: expect.stringMatching(/Expected a folder for compiled graphs that can be written, got .*graphs: /),
      hint: expect.stringContaining("DRAGFLOW_HOME"),
    });
  });

  test("weights that have gone since they were opened are named", async () => {
    const gone = join(root, "gone.safetensors");
    await writeSafetensors(gone, TENSORS);
    const opened = await openWeights(gone);
    await rm(gone);
    await expect(read(opened.get("plain"))).rejects.toMatchObject({
      code: "checkpoint-invalid",
      message: `Expected weights at ${gone}, nothing is there`,
    });
  });
});

const OTHER = "/dev/shm";
const another = await Promise.all([stat(OTHER), stat(tmpdir())]).then(
  ([a, b]) => a.dev !== b.dev,
  () => false,
);

describe.skipIf(!another)("a graph folder on another file system than the weights", () => {
  let graphDir: string;
  beforeEach(async () => {
    graphDir = await mkdtemp(join(OTHER, "dragflow-graphs-"));
  });

  test("small weights are copied there", async () => {
    expect(await read(source.get("half"), { ...options, graphDir })).toEqual(HALVES.values);
    const [folder = ""] = await readdir(graphDir);
    expect((await readdir(join(graphDir, folder))).sort()).toEqual(["model.onnx", "weights-0.safetensors"]);
    await rm(graphDir, { recursive: true });
  });

  test("big ones are refused with what to do", async () => {
    await expect(read(source.get("half"), { ...options, graphDir, copyLimit: 8 })).rejects.toMatchObject({
      code: "checkpoint-invalid",
      message: expect.stringContaining("on one file system"),
      hint: expect.stringContaining("DRAGFLOW_HOME"),
    });
    await rm(graphDir, { recursive: true });
  });
});
