/** Torch files: tensors are slices of the file; whatever else such a file could do is refused with a way out. */
import { spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openWeights, readWeight } from "../../../src/engine/weights/source.ts";
import { EditError } from "../../../src/errors.ts";
import { global, type PickledTensor, statePickle, type ZipPart, zip } from "../../helpers/torch-file.ts";

const FIXTURE = fileURLToPath(new URL("../../fixtures/parity/bundles/instantcharacter-a", import.meta.url));
const VALUES = Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8);

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "dragflow-torch-"));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

function parts(tensors: Record<string, PickledTensor>): ZipPart[] {
  return [
    { name: "a/data.pkl", bytes: statePickle(tensors) },
    { name: "a/byteorder", bytes: Buffer.from("little") },
    { name: "a/data/0", bytes: new Uint8Array(VALUES.buffer) },
  ];
}

async function written(bytes: Uint8Array, name = "weights.bin"): Promise<string> {
  const path = join(dir, name);
  await writeFile(path, bytes);
  return path;
}

async function failure(bytes: Uint8Array): Promise<EditError> {
  const error = await openWeights(await written(bytes)).then(
    () => undefined,
    (cause: unknown) => cause,
  );
  if (error instanceof EditError) return error;
  throw new TypeError(`Expected a refusal, got ${error}`);
}

test("a file of torch's own has the tensors of its safetensors twin, joined with dots", async () => {
  const torch = await openWeights(join(FIXTURE, "instantcharacter_ip-adapter.bin"));
  const twin = await openWeights(join(FIXTURE, "instantcharacter_ip-adapter.safetensors"));
  expect(torch.names().sort()).toEqual(twin.names().sort());
  for (const name of torch.names()) {
    expect(torch.get(name)).toMatchObject({ dtype: "BF16", shape: twin.get(name).shape });
    expect(await readWeight(torch.get(name))).toEqual(await readWeight(twin.get(name)));
  }
});

describe.each([
  ["as written below 4 GB", false],
  ["with zip64 fields", true],
])("a small file %s", (_, wide) => {
  test("is read in place", async () => {
    const tensors = {
      a: { key: "0", start: 2, shape: [2, 3] },
      "b.ids": { key: "0", storage: "LongStorage", shape: [1] },
    };
    const source = await openWeights(await written(zip(parts(tensors), wide)));
    expect(source.names()).toEqual(["a"]); // integers are left out, as in safetensors
    expect([...(await readWeight(source.get("a")))]).toEqual([3, 4, 5, 6, 7, 8]);
  });
});

const GOOD = { a: { key: "0", shape: [2, 4] } };
const without = (name: string, other: ZipPart[] = []) => [
  ...parts(GOOD).filter((part) => part.name !== name),
  ...other,
];
const SYSTEM = Buffer.concat([
  Buffer.from([0x80, 2]),
  global("os", "system"),
  Buffer.from("X\x02\x00\x00\x00ls\x85R."),
]);

test.each<[what: string, bytes: () => Uint8Array, code: string, message: RegExp]>([
  ["code", () => zip(without("a/data.pkl", [{ name: "a/data.pkl", bytes: SYSTEM }])), "pickle-refused", /"os system"/],
  ["an old file", () => Buffer.from([0x80, 2, 0x8a, 10]), "checkpoint-invalid", /expected a zip archive/],
  ["an end cut off", () => zip(parts(GOOD)).subarray(0, -9), "checkpoint-invalid", /expected a zip archive/],
  ["a start cut off", () => zip(parts(GOOD)).subarray(40), "checkpoint-invalid", /expected/],
  [
    "compressed data",
    () => zip(without("a/data/0", [{ name: "a/data/0", bytes: new Uint8Array(32), method: 8 }])),
    "checkpoint-invalid",
    /"a\/data\/0" to be stored/,
  ],
  ["a missing storage", () => zip(without("a/data/0")), "checkpoint-invalid", /"a": expected 32 bytes.*found 0/],
  [
    "a short storage",
    () => zip(parts({ a: { key: "0", start: 1, shape: [8] } })),
    "checkpoint-invalid",
    /expected 36 bytes of its storage, found 32/,
  ],
  [
    "big-endian numbers",
    () => zip(without("a/byteorder", [{ name: "a/byteorder", bytes: Buffer.from("big") }])),
    "checkpoint-invalid",
    /little-endian.*"big"/,
  ],
  [
    "columns before rows",
    () => zip(parts({ a: { key: "0", shape: [2, 4], strides: [1, 2] } })),
    "pickle-refused",
    /row-major.*\[1,2\]/,
  ],
  [
    "an unknown number type",
    () => zip(parts({ a: { key: "0", storage: "QInt8Storage", shape: [8] } })),
    "pickle-refused",
    /QInt8Storage/,
  ],
  [
    "two pickles",
    () => zip([...parts(GOOD), { name: "b/data.pkl", bytes: SYSTEM }]),
    "checkpoint-invalid",
    /one folder/,
  ],
])("%s is refused with the command that converts the file", async (_, bytes, code, message) => {
  const error = await failure(bytes());
  expect(error.code).toBe(code);
  expect(error.message).toMatch(message);
  expect(error.hint).toMatch(/python -c ".*weights\.bin .*weights\.safetensors$/);
});

const PYTHON = ["python3", "python"].find((name) => spawnSync(name, ["--version"]).status === 0);

test.skipIf(PYTHON === undefined)("the command in the hint is Python", async () => {
  const { hint = "" } = await failure(Buffer.from("no"));
  const script = /python -c "(.*)" \S+ \S+$/.exec(hint)?.[1] ?? "";
  const { status, stderr } = spawnSync(PYTHON ?? "", ["-c", `compile(${JSON.stringify(script)}, "hint", "exec")`]);
  expect({ script: script.length > 100, status, stderr: String(stderr) }).toEqual({
    script: true,
    status: 0,
    stderr: "",
  });
});
