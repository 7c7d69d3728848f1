import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { numpyClasses } from "../../../src/engine/datasets/numpy-pickle.ts";
import { readPickle } from "../../../src/engine/weights/pickle.ts";
import { torchRefs } from "../../../src/engine/weights/torch-file.ts";
import { global, statePickle, zip } from "../../helpers/torch-file.ts";
import { damaged } from "../bytes.ts";
import type { Attempt, Target } from "../target.ts";

const OPCODES = [..."N(012]lae)t}dsuqrhjcRbQ.JKMGXUTCB"].concat(
  ["\x88", "\x89", "\x8a\x01\x05", "\x8c\x01a", "\x85", "\x86", "\x87", "\x93", "\x81", "\x94", "\x95", "h\0", "q\0"],
  ["K\x01", "M\xff\xff", "J\xff\xff\xff\x7f", "ctorch\nFloatStorage\n", "ccollections\nOrderedDict\n", "cos\nsystem\n"],
  ["ctorch._utils\n_rebuild_tensor_v2\n", "ctorch._utils\n_rebuild_parameter\n", "X\x01\0\0\0a", "}q\0h\0", "(h\0h\0t"],
  ["X\x01\0\0\0ah\0s", "cnumpy\ndtype\n", "cnumpy.core.multiarray\n_reconstruct\n", "\x8a\x08\0\0\0\0\0\0\0\x80"],
);

const TENSORS = { "x.weight": { key: "0", shape: [2, 3] }, b: { key: "1", shape: [4], storage: "HalfStorage" } };
const NESTED = Buffer.concat([
  Buffer.from("\x80\x02}(X\x05\0\0\0inner", "latin1"),
  statePickle(TENSORS).subarray(2, -1),
  Buffer.from("u."),
]);
const ORDERED = Buffer.concat([
  Buffer.from("\x80\x02", "latin1"),
  global("collections", "OrderedDict"),
  Buffer.from(")R}b."),
]);

const STORAGES = [
  { name: "archive/data/0", bytes: new Uint8Array(24) },
  { name: "archive/data/1", bytes: new Uint8Array(8) },
];
const archive = (pickle: Uint8Array, wide = false) =>
  zip(
    [
      { name: "archive/data.pkl", bytes: pickle },
      { name: "archive/byteorder", bytes: Buffer.from("little") },
      ...STORAGES,
    ],
    wide,
  );

/** A file as torch reads it, its path in `dir`. */
function fileReader(dir: string): Attempt {
  const path = join(dir, "model.bin");
  return async (input) => {
    writeFileSync(path, input);
    await torchRefs(path);
  };
}

/** The pickle inside of a whole archive. */
export const torchPickle: Target = {
  name: "torch-pickle",
  codes: ["pickle-refused", "checkpoint-invalid"],
  seeds: () => [statePickle(TENSORS), NESTED, ORDERED],
  mutate: (input, other, dice) => damaged(input, other, dice, OPCODES),
  open(dir) {
    const read = fileReader(dir);
    return (input) => read(archive(input));
  },
};

/** The archive around the pickle. */
export const torchArchive: Target = {
  name: "torch-archive",
  codes: ["pickle-refused", "checkpoint-invalid"],
  seeds: () => [archive(statePickle(TENSORS)), archive(statePickle(TENSORS), true)],
  mutate: (input, other, dice) =>
    damaged(input, other, dice, ["PK\x01\x02", "PK\x03\x04", "PK\x05\x06", "PK\x06\x06", "PK\x06\x07"]),
  open: fileReader,
};

/** Arrays of numbers of a data set. */
export const numpyPickle: Target = {
  name: "numpy-pickle",
  codes: ["pickle-refused"],
  seeds: () => [
    numpyArray("f4", [2, 2], 16),
    numpyArray("i8", [3], 24),
    Buffer.from("\x80\x02]q\0(K\x01K\x02e.", "latin1"),
  ],
  mutate: (input, other, dice) => damaged(input, other, dice, OPCODES),
  open: () => (input) => readPickle(input, { path: "a.pkl", classes: numpyClasses("a.pkl") }),
};

function numpyArray(code: string, shape: readonly number[], bytes: number): Buffer {
  const latin = (text: string) => Buffer.from(text, "latin1");
  const small = (value: number) => latin(`K${String.fromCharCode(value)}`);
  const name = (text: string) => latin(`X${String.fromCharCode(text.length)}\0\0\0${text}`);
  return Buffer.concat([
    latin("\x80\x03cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\0\x85C\x01b\x87R(K\x01"),
    ...[latin("("), ...shape.map(small), latin("t")],
    ...[
      latin("cnumpy\ndtype\n"),
      name(code),
      latin("K\0K\x01\x87R(K\x03"),
      name("<"),
      latin("NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\0tb"),
    ],
    ...[latin("\x89C"), Buffer.from([bytes]), Buffer.alloc(bytes), latin("tb.")],
  ]);
}
