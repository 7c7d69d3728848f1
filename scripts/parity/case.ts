/** A numeric case on disk: `case.json` beside `io.safetensors` (layout: test/fixtures/parity/README.md). */
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { z } from "zod";
import { openSafetensors } from "../../src/engine/weights/safetensors.ts";

export interface Tensor {
  shape: number[];
  data: Float32Array;
}

/** What an adapter gets. */
export interface ParityCase {
  readonly dir: string;
  readonly name: string;
  readonly kind: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** By name without the prefix "in.". */
  readonly inputs: ReadonlyMap<string, Tensor>;
  /** The weights to use where the bundle has them in several layouts; `path` is absolute. */
  readonly layout?: { readonly name: string; readonly path: string };
  /** The adapter's file where the case names it in several formats; `path` is absolute. */
  readonly adapterFile?: { readonly name: string; readonly path: string };
  /** Absolute; the case's own folder where it has no bundle. */
  readonly bundleDir: string;
}

/** Stands for an output that the product states it cannot give. */
export const NO_GRADIENT = "no gradient";
export type Outputs = Record<string, Tensor | typeof NO_GRADIENT>;
export type Adapter = (c: ParityCase) => Promise<Outputs>;

const boundSchema = z.union([
  z.strictObject({ rel: z.number().nonnegative() }),
  z.strictObject({ iou: z.number().min(0).max(1) }),
]);
export type Bound = z.infer<typeof boundSchema>;

const caseSchema = z.object({
  kind: z.string().min(1),
  bundle: z.string().nullish(),
  params: z.record(z.string(), z.unknown()),
  inputs: z.array(z.string()),
  outputs: z.record(z.string(), boundSchema).refine((o) => Object.keys(o).length > 0, "Expected at least one output"),
});
const layoutsSchema = z.record(z.string(), z.string());

export interface Expected {
  readonly name: string;
  readonly bound: Bound;
  readonly want: Tensor;
}

export interface LoadedCase {
  readonly kind: string;
  /** The case once per layout, or once. */
  readonly runs: readonly ParityCase[];
  readonly expected: readonly Expected[];
}

/** Throws an error that says what is malformed. */
export async function loadCase(dir: string, name: string): Promise<LoadedCase> {
  const json = caseSchema.parse(JSON.parse(await readFile(join(dir, "case.json"), "utf8")));
  const file = await openSafetensors(join(dir, "io.safetensors"));
  const tensor = async (key: string): Promise<Tensor> => {
    const data = await file.read(key);
    return { shape: [...(file.tensors.get(key)?.shape ?? [])], data };
  };
  const inputs = new Map<string, Tensor>();
  for (const input of json.inputs) inputs.set(input, await tensor(`in.${input}`));
  const expected: Expected[] = [];
  for (const [output, bound] of Object.entries(json.outputs)) {
    expected.push({ name: output, bound, want: await tensor(`out.${output}`) });
  }
  const bundleDir = resolve(dir, json.bundle ?? ".");
  const base: ParityCase = { dir, name, kind: json.kind, params: json.params, inputs, bundleDir };
  return { kind: json.kind, runs: perLayout(base).flatMap(perAdapterFile), expected };
}

function perLayout(base: ParityCase): ParityCase[] {
  if (base.params.layouts === undefined) return [base];
  const layouts = Object.entries(layoutsSchema.parse(base.params.layouts));
  if (layouts.length === 0) throw new Error("Expected at least one layout in params.layouts, got none");
  return layouts.map(([name, path]) => ({ ...base, layout: { name, path: resolve(base.bundleDir, path) } }));
}

const adapterFilesSchema = z.object({ adapter: z.string(), adapterPickle: z.string() });

function perAdapterFile(base: ParityCase): ParityCase[] {
  const files = adapterFilesSchema.safeParse(base.params);
  if (!files.success) return [base];
  const named = { safetensors: files.data.adapter, pickle: files.data.adapterPickle };
  return Object.entries(named).map(([name, path]) => ({
    ...base,
    adapterFile: { name, path: resolve(base.dir, path) },
  }));
}

/** An input of the case; throws when it is missing. */
export function input(c: ParityCase, name: string): Tensor {
  const found = c.inputs.get(name);
  if (!found) throw new Error(`Expected input "${name}", got ${[...c.inputs.keys()].join(", ")}`);
  return found;
}

/** Inputs `PREFIX.0`, `PREFIX.1`, … as far as they go without a gap. */
export function inputList(c: ParityCase, prefix: string): Tensor[] {
  const found: Tensor[] = [];
  for (let next = c.inputs.get(`${prefix}.0`); next; next = c.inputs.get(`${prefix}.${found.length}`)) found.push(next);
  return found;
}

/** A flat list of numbers as a tensor; without a shape it has one axis. */
export function tensorOf(values: ArrayLike<number>, shape: number[] = [values.length]): Tensor {
  return { shape, data: Float32Array.from(values) };
}
