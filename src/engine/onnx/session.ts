/** Runs emitted graphs with onnxruntime. A graph with weights is written to a folder beside links to its weight files,
 * because onnxruntime reads external data only from the model's own folder. */
import { createHash } from "node:crypto";
import { copyFile, link, mkdir, realpath, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import * as ort from "onnxruntime-node";
import writeFileAtomic from "write-file-atomic";
import { EditError } from "../../errors.ts";
import type { Value } from "../graph/value.ts";
import { type EmittedModel, emit } from "./emit.ts";

/** A dense float32 array, row-major. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

export interface CompileOptions {
  /** Folder that receives graphs and links to weight files (`DRAGFLOW_HOME/graphs`). */
  readonly graphDir: string;
  /** onnxruntime execution providers, in order of preference. */
  readonly providers: readonly string[];
  /** Threads inside one operation; 0 lets onnxruntime choose. */
  readonly threads: number;
}

export interface CompiledGraph<Outputs extends string = string> {
  readonly inputNames: readonly string[];
  run(feeds: Readonly<Record<string, Tensor>>): Promise<Record<Outputs, Tensor>>;
  release(): Promise<void>;
}

export async function compile<Outputs extends string>(
  outputs: Readonly<Record<Outputs, Value>>,
  options: CompileOptions,
): Promise<CompiledGraph<Outputs>> {
  const model = emit(outputs);
  const source = model.files.size === 0 ? model.bytes : await placeModel(model, options.graphDir);
  const sessionOptions: ort.InferenceSession.SessionOptions = {
    executionProviders: [...options.providers],
    intraOpNumThreads: options.threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: "all",
    logSeverityLevel: 3,
  };
  const session =
    typeof source === "string"
      ? await ort.InferenceSession.create(source, sessionOptions)
      : await ort.InferenceSession.create(source, sessionOptions);
  return new OrtGraph<Outputs>(session, Object.keys(outputs) as Outputs[]); // the keys are the type's by construction
}

class OrtGraph<Outputs extends string> implements CompiledGraph<Outputs> {
  readonly #session: ort.InferenceSession;
  readonly #outputs: readonly Outputs[];

  constructor(session: ort.InferenceSession, outputs: readonly Outputs[]) {
    this.#session = session;
    this.#outputs = outputs;
  }

  get inputNames(): readonly string[] {
    return this.#session.inputNames;
  }

  async run(feeds: Readonly<Record<string, Tensor>>): Promise<Record<Outputs, Tensor>> {
    const entries = this.#session.inputNames.map((name) => {
      const feed = feeds[name];
      if (feed === undefined) throw new TypeError(`Expected a tensor for the graph's input "${name}"`);
      return [name, new ort.Tensor("float32", feed.data, [...feed.shape])] as const;
    });
    const results = await this.#session.run(Object.fromEntries(entries));
    const named = this.#outputs.map((name) => [name, tensorOf(results[name])] as const);
    return Object.fromEntries(named) as Record<Outputs, Tensor>; // one entry per output name
  }

  async release(): Promise<void> {
    await this.#session.release();
  }
}

function tensorOf(value: ort.OnnxValue | undefined): Tensor {
  if (value === undefined || !("data" in value) || !(value.data instanceof Float32Array)) {
    throw new TypeError("Expected a float32 tensor from the graph");
  }
  return { shape: value.dims, data: value.data };
}

/** Writes the model once per content and weight files; returns its path. */
async function placeModel(model: EmittedModel, graphDir: string): Promise<string> {
  const hash = createHash("sha256").update(model.bytes);
  const sources = new Map<string, string>();
  for (const [location, file] of model.files) {
    const source = await realpath(file); // onnxruntime refuses links that leave the folder
    const { dev, ino, size, mtimeMs } = await stat(source);
    hash.update(`${location}\0${dev}\0${ino}\0${size}\0${mtimeMs}\0`);
    sources.set(location, source);
  }
  const dir = join(graphDir, hash.digest("hex").slice(0, 32));
  const path = join(dir, "model.onnx");
  await mkdir(dir, { recursive: true });
  for (const [location, source] of sources) await placeWeights(source, join(dir, location));
  if (!(await exists(path))) await writeFileAtomic(path, Buffer.from(model.bytes));
  return path;
}

/** Files over this size are not copied to another file system without being asked. */
const COPY_LIMIT = 256 * 2 ** 20;

async function placeWeights(source: string, target: string): Promise<void> {
  if (await exists(target)) return;
  try {
    await link(source, target);
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
    if (code === "EEXIST") return;
    await copyWeights(source, target, cause);
  }
}

async function copyWeights(source: string, target: string, cause: unknown): Promise<void> {
  const { size } = await stat(source);
  if (size > COPY_LIMIT) {
    const hint = "Set DRAGFLOW_HOME to a folder on the same file system as the model.";
    const message = `Expected to link ${source} into the graph folder, which lies on another file system`;
    throw new EditError("checkpoint-invalid", message, { hint, cause });
  }
  const partial = `${target}.${process.pid}.partial`;
  await copyFile(source, partial);
  await link(partial, target).catch(() => undefined); // another process was first
  await rm(partial, { force: true });
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
