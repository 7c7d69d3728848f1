/** Whether an edit's transformer runs whole or block by block, decided before anything heavy: by what it needs and what
 * there is. */
import { freemem } from "node:os";
import { EditError } from "../../errors.ts";
import type { Size } from "../geometry/mask.ts";
import type { EditSettings } from "../models/settings.ts";
import type { Box } from "../raster.ts";
import { sizedFor } from "./looks.ts";
import { type MemoryNeed, type ModelSize, memoryNeed } from "./memory.ts";
import { modelView } from "./model-view.ts";

/** The part of the picture that the model will see. */
export interface Scene {
  readonly editable: Box;
  readonly picture: Size;
}

/** Bytes that this process may still take, a container's limit included. */
export function availableMemory(): number {
  return process.availableMemory?.() ?? freemem();
}

/**
 * What `settings.execution` asks for; for "auto" whole where that fits, else block by block.
 * Throws `out-of-memory` when it does not fit, naming the largest setting that would.
 */
export function chooseExecution(
  model: ModelSize,
  settings: EditSettings,
  scene: Scene,
  available = availableMemory(),
): MemoryNeed {
  const tried = settings.execution === "auto" ? (["whole", "layerwise"] as const) : [settings.execution];
  const needs = tried.map((execution) => need(model, settings, scene, execution));
  const fitting = needs.find(({ total }) => total <= available);
  if (fitting !== undefined) return fitting;
  const least = needs.reduce((best, one) => (one.total < best.total ? one : best));
  const message = `Expected ${gib(least.total)} of free memory for a crop of ${settings.workingSize} pixels, got ${gib(available)}`;
  throw new EditError("out-of-memory", message, { hint: smallerSetting(model, settings, scene, available) });
}

/** `chooseExecution` at the size that suits the regions, or where that does not fit, at the working size itself. */
export function chooseSize(
  model: ModelSize,
  settings: EditSettings,
  edit: Parameters<typeof sizedFor>[0],
  available = availableMemory(),
): { settings: EditSettings; execution: MemoryNeed["execution"]; need: MemoryNeed } {
  const scene = { editable: edit.box, picture: edit.size };
  const grown = sizedFor(edit, settings);
  const fits = (one: EditSettings) => {
    const found = chooseExecution(model, one, scene, available);
    return { settings: one, execution: found.execution, need: found };
  };
  if (grown.workingSize === settings.workingSize) return fits(settings);
  try {
    return fits(grown);
  } catch (error) {
    if (error instanceof EditError && error.code === "out-of-memory") return fits(settings);
    throw error;
  }
}

function need(
  model: ModelSize,
  settings: EditSettings,
  { editable, picture }: Scene,
  execution: MemoryNeed["execution"],
) {
  return memoryNeed(model, settings, modelView(editable, picture, settings.workingSize), execution);
}

/** The nearest setting that fits: as it is but block by block, then K and V on disk, then smaller crops. */
function smallerSetting(model: ModelSize, settings: EditSettings, scene: Scene, available: number): string {
  const lean = { ...settings, execution: "layerwise", kvPrecision: "16-bit", kvMemory: 0 } as const;
  const sizes = Array.from({ length: settings.workingSize / 16 - 3 }, (_, i) => settings.workingSize - 16 * i);
  const layerwise = { ...settings, execution: "layerwise" } as const;
  if (need(model, layerwise, scene, "layerwise").total <= available) return `Set execution: layerwise.`;
  const size = sizes.find(
    (workingSize) => need(model, { ...lean, workingSize }, scene, "layerwise").total <= available,
  );
  const options = "execution: layerwise, kvPrecision: 16-bit, kvMemory: 0";
  if (size !== undefined) return `This fits: ${options}, workingSize: ${size}.`;
  const smallest = need(model, { ...lean, workingSize: 64 }, scene, "layerwise").total;
  return `Even ${options}, workingSize: 64 takes ${gib(smallest)}; use a smaller model or quality preview.`;
}

function gib(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}
