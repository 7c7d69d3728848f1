/** Inner loops of the fill and of moved features, in WebAssembly: `assembly/*.ts` (AssemblyScript, its SIMD) as `scripts/kernels.js` compiles them.
 * The same bytes on every machine: no relaxed SIMD, no threads, no mathematics of the host. */
import { readFileSync } from "node:fs";
import { EditError } from "../../errors.ts";

/** Numbers named `level` are where its record begins in memory (see `Arena.record`). */
export interface Kernels {
  readonly heap: { readonly value: number };
  /** Returns how many targets there are; the last three are where bytes begin (see `Arena.lend`). */
  begin(level: number, picture: number, mask: number, free: number): number;
  /** All but `blocks` and `count` in bytes or where bytes begin (see `assembly/mix.ts`). */
  mixSamples(
    features: number,
    block: number,
    blocks: number,
    samples: number,
    count: number,
    out: number,
    plane: number,
  ): void;
  patchCost(level: number, target: number, source: number, bound: number): number;
  turnedCost(level: number, target: number, turn: number, x: number, y: number, source: number, bound: number): number;
  measureField(level: number): void;
  /** Takes the random generator's state and returns it as it is after the pass. */
  improveField(level: number, order: 1 | -1, turns: number, state: number): number;
  matchExhaustively(level: number, target: number, first: number): void;
  searchExhaustively(level: number, first: number): void;
  sumWeights(level: number, target: number): void;
  trustByDistance(level: number): void;
  usualCost(level: number): number;
  vote(level: number): void;
  copiesOf(level: number, width: number, height: number): void;
  /** Takes where the record of a `Canvas` begins. */
  voteAtFullSize(canvas: number): void;
  joinGradients(level: number): void;
  /** The first two and `scratch` are where arrays begin. */
  spread(
    values: number,
    kinds: number,
    width: number,
    height: number,
    scratch: number,
    pull: number,
    sweeps: number,
    over: number,
  ): void;
}

/** Part of the global that Node provides and whose types only a browser's library declares. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: { env: { memory: Memory } }) => { readonly exports: unknown };
  readonly Memory: new (limits: { initial: number }) => Memory;
};

export interface Memory {
  readonly buffer: ArrayBuffer;
}

const PAGE = 65_536;
const FILE = new URL("./kernels.wasm", import.meta.url);

/** Compiled once per thread; what V8 optimises in it stays so. */
let compiled: object | undefined;

/** Memory of its own, all zero, that ends with `bytes` for the caller, and kernels that work on it. Garbage collected. */
export function startKernels(bytes: number): { readonly kernels: Kernels; readonly memory: Memory } {
  compiled ??= new WebAssembly.Module(kernelBytes());
  const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / PAGE) + 1 });
  // What `assembly/index.ts` exports.
  const kernels = new WebAssembly.Instance(compiled, { env: { memory } }).exports as Kernels;
  return { kernels, memory };
}

/** @throws EditError `engine-failed` where the file is not there. */
export function kernelBytes(file: URL = FILE): Uint8Array {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new EditError(
      "engine-failed",
      `Expected ${file.pathname}, which npm run build makes, got: ${String(cause)}`,
      {
        cause,
      },
    );
  }
}
