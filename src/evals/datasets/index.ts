/** The formats of data sets that are read from disk, and which of them a path holds. */
import { stat } from "node:fs/promises";
import { EditError } from "../../errors.ts";
import type { Dataset, LoadOptions } from "../dataset.ts";
import { drag100 } from "./drag100.ts";
import { dragBench } from "./dragbench.ts";
import { dragBenchDr, dragBenchSr } from "./dragbench-regions.ts";
import { ownJson } from "./own-json.ts";
import { redBench } from "./red-bench.ts";
import { vfdBench } from "./vfd-bench.ts";

/** From the most particular mark to the least: a folder of regions holds points too. */
export const DATASET_FORMATS = [ownJson, redBench, dragBenchDr, dragBenchSr, dragBench, vfdBench, drag100] as const;
export const DATASET_NAMES = DATASET_FORMATS.map(({ name }) => name);

/** Undefined where no format's marks are found. */
export async function detectDataset(path: string): Promise<(typeof DATASET_FORMATS)[number] | undefined> {
  for (const format of DATASET_FORMATS) if (await format.recognises(path)) return format;
  return undefined;
}

/**
 * `options.format` by name; without it by what lies at the path.
 * @throws EditError `not-found` for no such path, `dataset-invalid` for an unknown format or a set without a whole sample.
 */
export async function loadDataset(
  path: string,
  options: LoadOptions & { readonly format?: string | undefined } = {},
): Promise<Dataset> {
  const { format } = options;
  await stat(path).catch((cause: unknown) => {
    throw new EditError("not-found", `Expected a data set at ${path}, there is nothing`, { cause });
  });
  const known = format === undefined ? await detectDataset(path) : DATASET_FORMATS.find(({ name }) => name === format);
  if (known !== undefined) return known.load(path, options);
  const formats = `a data set of ${DATASET_NAMES.join(", ")}`;
  throw new EditError("dataset-invalid", `Expected ${formats}, got ${format ?? `none of their files in ${path}`}`);
}
