/** What one run of the bench found. */
import type { Machine } from "./machine.ts";
import type { Results } from "./sections.ts";

export interface Report {
  readonly machine: Machine;
  readonly quick: boolean;
  /** GFLOP/s of 1024³ float32 products in onnxruntime. */
  readonly gemm: { readonly peak: number; readonly samples: readonly number[] };
  readonly results: Results;
}
