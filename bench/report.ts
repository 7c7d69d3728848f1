/** What one run of the bench found. */
import type { Machine } from "./machine.ts";
import type { Results } from "./sections.ts";

export interface Report {
  readonly machine: Machine;
  readonly quick: boolean;
  /** GFLOP/s of 1024³ float32 products in onnxruntime; and the best of PyTorch's own, where there is one. */
  readonly gemm: { readonly peak: number; readonly samples: readonly number[]; readonly torch?: number };
  readonly results: Results;
  /** Parts that ended in an error. */
  readonly failed: readonly { readonly part: string; readonly message: string }[];
}
