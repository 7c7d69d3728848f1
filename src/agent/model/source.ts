/** One model for all that is asked in a session: planner and critic share its costs, its memory and its recording. */
import type { ModelConfig } from "./config.ts";
import type { Model } from "./model.ts";
import { checkConfig, openModel } from "./open.ts";

export interface ModelSource {
  /** The same model at every call. */
  open(): Promise<Model>;
}

/** Throws EditError `usage` for a base that is no URL. Nothing is asked, read or written before `open`. */
export function modelSource(config: ModelConfig): ModelSource {
  checkConfig(config);
  let model: Promise<Model> | undefined;
  return {
    open() {
      model ??= openModel(config);
      return model;
    },
  };
}

export function asSource(model: ModelConfig | ModelSource): ModelSource {
  return "open" in model ? model : modelSource(model);
}
