/** A bundle's transformer in the execution that was chosen. */
import type { KvCacheOptions } from "../drag/kv-cache.ts";
import type { DragModel } from "../drag/model.ts";
import { WholeModel } from "../drag/whole-model.ts";
import { LayeredModel } from "../layered/layered-model.ts";
import type { Flux } from "../models/flux.ts";
import type { EditSettings } from "../models/settings.ts";
import { keptPrecision, type MemoryNeed } from "./memory.ts";

const MIB = 2 ** 20;

/** The transformer in that execution. `release` closes what it opened beside the bundle's own graphs. */
export function executed(
  flux: Flux,
  execution: MemoryNeed["execution"],
  stored: number,
): { model: DragModel; release(): Promise<void> } {
  if (execution === "whole") return { model: new WholeModel(flux), release: async () => {} };
  const layered = new LayeredModel(flux, stored);
  return { model: layered, release: () => layered.release() };
}

/** How captured K and V are kept; `dir` is for what does not fit `kvMemory`. */
export function kvCacheOptions(
  settings: EditSettings,
  execution: MemoryNeed["execution"],
  dir: string,
): KvCacheOptions {
  return { precision: keptPrecision(settings, execution), budget: settings.kvMemory * MIB, dir };
}
