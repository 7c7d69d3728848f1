/** What one edit with a model takes, on either processor: from the estimator that edits are refused by. */
import { join } from "node:path";
import { type Beside, besideOf } from "../../edit/beside.ts";
import { memoryNeed, modelSize, type Processor } from "../../edit/memory.ts";
import { modelView } from "../../edit/model-view.ts";
import { openTransformerWeights } from "../../weights/layouts.ts";
import type { WeightSource } from "../../weights/source.ts";
import type { FluxConfig } from "../flux-config.ts";
import { inferFluxConfig } from "../flux-infer.ts";
import { readFluxConfig } from "../read-config.ts";
import { publishedSettings, readSettings } from "../read-settings.ts";
import type { EditSettings } from "../settings.ts";

/** In bytes, everything counted but weights that stay mapped from their file. */
export interface EditMemory {
  /** Pixels of the model's picture each way. */
  readonly side: number;
  /** Whether the bundle's other parts are counted. */
  readonly bundle: boolean;
  /** With float32 products, in the machine's memory. */
  readonly cpu: ExecutionMemory;
  /** With 16-bit products, in the GPU's memory. */
  readonly gpu: ExecutionMemory;
}

export interface ExecutionMemory {
  readonly whole: number;
  readonly blockByBlock: number;
}

/** At the bundle's working size. */
export async function bundleMemory(dir: string): Promise<EditMemory> {
  const [settings, weights] = [await readSettings(dir), await openTransformerWeights(join(dir, "transformer"))];
  const config = await readFluxConfig(join(dir, "transformer"), weights);
  return editMemory(config, weights, settings, await besideOf(dir));
}

/** Of a transformer alone, with the paper's settings; `folder` where one describes it. */
export async function transformerMemory(path: string, folder?: string): Promise<EditMemory> {
  const weights = await openTransformerWeights(path);
  const config = folder === undefined ? inferFluxConfig(weights) : await readFluxConfig(folder, weights);
  return editMemory(config, weights, publishedSettings(config, path));
}

function editMemory(config: FluxConfig, weights: WeightSource, settings: EditSettings, beside?: Beside): EditMemory {
  const size = { ...modelSize(config, weights), ...(beside === undefined ? {} : { beside }) };
  const side = settings.workingSize;
  const view = modelView([0, 0, side, side], { width: side, height: side }, side);
  const on = (processor: Processor): ExecutionMemory => {
    const total = (execution: "whole" | "layerwise") =>
      memoryNeed(size, settings, view, execution, { processor }).total;
    return { whole: total("whole"), blockByBlock: total("layerwise") };
  };
  return { side, bundle: beside !== undefined, cpu: on("cpu"), gpu: on("gpu") };
}
