/** Runs emitted graphs with onnxruntime. A graph with weights is written to a folder beside links to its weight files,
 * because onnxruntime reads external data only from the model's own folder. */
import { createHash, randomUUID } from "node:crypto";
import type { Stats } from "node:fs";
import { copyFile, link, mkdir, realpath, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import * as ort from "onnxruntime-node";
import { EditError } from "../../errors.ts";
import type { Value } from "../graph/value.ts";
import { told } from "../telling.ts";
import { writeWhole } from "../write-whole.ts";
import { type EmitOptions, type EmittedModel, emit } from "./emit.ts";
import { rotationFor } from "./rotation.ts";

/** A dense float32 array, row-major. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

export interface CompileOptions extends EmitOptions {
  /** Folder that receives graphs and links to weight files (`DRAGFLOW_HOME/graphs`). */
  readonly graphDir: string;
  /** onnxruntime execution providers, in order of preference. */
  readonly providers: readonly string[];
  /** Threads inside one operation; 0 lets onnxruntime choose. */
  readonly threads: number;
  /** Weight files up to this many bytes are copied to a graph folder that they cannot be linked into. Default 256 MiB. */
  readonly copyLimit?: number;
  /** Keeps one copy of the weights, where they lie in the file: for models of which only a part fits into memory. Slower
   * where everything would fit: nothing is folded, packed or kept for reuse. */
  readonly lean?: boolean;
}

const COPY_LIMIT = 256 * 2 ** 20;

export interface CompiledGraph<Outputs extends string = string> {
  readonly inputNames: readonly string[];
  run(feeds: Readonly<Record<string, Tensor>>): Promise<Record<Outputs, Tensor>>;
  release(): Promise<void>;
}

export async function compile<Outputs extends string>(
  outputs: Readonly<Record<Outputs, Value>>,
  options: CompileOptions,
): Promise<CompiledGraph<Outputs>> {
  const model = emit(outputs, { rotation: rotationFor(options.providers), ...options });
  const source = model.files.size === 0 ? model.bytes : await placeModel(model, options);
  const sessionOptions: ort.InferenceSession.SessionOptions = {
    executionProviders: [...options.providers],
    intraOpNumThreads: options.threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: "all",
    logSeverityLevel: 3,
    ...(options.lean ? LEAN : { extra: { session: SHORT_SPIN } }),
  };
  const session =
    typeof source === "string"
      ? await ort.InferenceSession.create(source, sessionOptions)
      : await ort.InferenceSession.create(source, sessionOptions);
  const graph = new OrtGraph<Outputs>(session, Object.keys(outputs) as Outputs[]); // the keys are the type's by construction
  return told(graph, outputs);
}

/** Every session has threads of its own, which by default wait actively long after an operation and after a run: the next
 * graph, JavaScript or another process then shares its cores with them. */
const SHORT_SPIN = { force_spinning_stop: "1", intra_op: { spin_duration_us: "100" } };

/** Weights stay mapped from their file: folding a Cast and packing a matrix each make a copy of their own; an arena keeps
 * its peak for ever, for each session. */
const LEAN: ort.InferenceSession.SessionOptions = {
  enableCpuMemArena: false,
  enableMemPattern: false,
  extra: {
    session: { disable_prepacking: "1", ...SHORT_SPIN },
    optimization: { disable_specified_optimizers: "ConstantFolding" },
  },
};

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

/** Writes the model once per content and weight files; returns its path. Throws `engine-failed` when the folder cannot
 * be written, `checkpoint-invalid` when big weights lie on another file system. */
async function placeModel(model: EmittedModel, options: CompileOptions): Promise<string> {
  try {
    return await placed(model, options);
  } catch (cause) {
    if (cause instanceof EditError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    const message = `Expected a folder for compiled graphs that can be written, got ${options.graphDir}: ${reason}`;
    throw new EditError("engine-failed", message, { hint: HOME_HINT, cause });
  }
}

const HOME_HINT = "Set DRAGFLOW_HOME to a folder that can be written, on the same file system as the model.";

async function placed(model: EmittedModel, { graphDir, copyLimit = COPY_LIMIT }: CompileOptions): Promise<string> {
  const hash = createHash("sha256").update(model.bytes);
  const sources = new Map<string, Stats & { path: string }>();
  for (const [location, file] of model.files) {
    const source = await weightFile(file);
    hash.update([location, source.dev, source.ino, source.size, source.mtimeMs, ""].join("\0"));
    sources.set(location, source);
  }
  const dir = join(graphDir, hash.digest("hex").slice(0, 32));
  const path = join(dir, "model.onnx");
  await mkdir(dir, { recursive: true });
  for (const [location, source] of sources) await placeWeights(source, join(dir, location), copyLimit);
  if (!(await exists(path))) await writeWhole(path, model.bytes);
  return path;
}

/** Links are followed to their end, because onnxruntime refuses those that leave the model's folder. */
async function weightFile(file: string): Promise<Stats & { path: string }> {
  try {
    const path = await realpath(file);
    return Object.assign(await stat(path), { path });
  } catch (cause) {
    throw new EditError("checkpoint-invalid", `Expected weights at ${file}, nothing is there`, { cause });
  }
}

async function placeWeights(source: { path: string; size: number }, target: string, copyLimit: number): Promise<void> {
  if (await exists(target)) return;
  try {
    await link(source.path, target);
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
    if (code === "EEXIST") return; // another process was first
    if (code !== "EXDEV" && code !== "EPERM" && code !== "ENOTSUP") throw cause;
    if (source.size > copyLimit) {
      const size = `${Math.ceil(source.size / 2 ** 20)} MiB`;
      const message = `Expected ${source.path} and the graph folder on one file system, since ${size} are not copied`;
      throw new EditError("checkpoint-invalid", message, { hint: HOME_HINT, cause });
    }
    await copyWeights(source.path, target);
  }
}

async function copyWeights(source: string, target: string): Promise<void> {
  const partial = `${target}.${randomUUID()}.partial`;
  try {
    await copyFile(source, partial);
    await rename(partial, target);
  } finally {
    await rm(partial, { force: true });
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
