/** What every part of the bench is given. */
import type { Bundle } from "../src/engine/models/bundle.ts";
import type { GemmMeter } from "./gemm.ts";
import type { GraphListener } from "./listen.ts";
import type { Torch } from "./torch-process.ts";

export interface BenchContext {
  readonly threads: number;
  /** A folder of its own, removed at the end. */
  readonly home: string;
  /** Fewer sizes and rounds, for development: its figures are not for reports. */
  readonly quick: boolean;
  /** The embedded model, its graphs heard by the listener. */
  readonly bundle: Bundle;
  readonly meter: GemmMeter;
  readonly listener: GraphListener;
  /** undefined where there is no Python with PyTorch. */
  readonly torch: Torch | undefined;
  readonly say: (line: string) => void;
}
