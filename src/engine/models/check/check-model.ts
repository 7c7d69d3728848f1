/** `dragflow models check`: everything that is wrong with a model on disk, and what kind of model it is. Only headers and
 * configurations are read. */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { EditError } from "../../../errors.ts";
import { BUNDLE_MARK, exists } from "../find-bundle.ts";
import { readModelJson } from "../json.ts";
import { readSettings } from "../read-settings.ts";
import { checkBlocks } from "../settings.ts";
import { type Problem, unreadable } from "./audit.ts";
import { bundleMemory, type EditMemory, transformerMemory } from "./edit-memory.ts";
import {
  checkAdapter,
  checkAutoencoder,
  checkTextEncoder,
  checkTransformer,
  namesIn,
  type PartReport,
  type TransformerReport,
} from "./parts.ts";
import { sizesInWords, type Variant, variantOf } from "./variant.ts";

export interface ModelCheck {
  readonly path: string;
  readonly ok: boolean;
  /** Undefined where the transformer's sizes could not be read. */
  readonly variant: (Variant & { readonly sizes: string }) | undefined;
  readonly layout: "diffusers" | "single file";
  readonly parameters: number;
  readonly bytes: number;
  readonly parts: readonly PartReport[];
  /** Of the bundle as a whole; the parts have their own. */
  readonly problems: readonly Problem[];
  /** Bytes that the weights take; what an edit computes comes on top. */
  readonly memory: Memory;
}

export interface Memory {
  /** All weights as float32. */
  readonly cpu: number;
  /** As stored, and the largest block twice as float32. */
  readonly cpuBlockByBlock: number;
  /** All weights in 16 bits. */
  readonly gpu: number;
  /** One edit; absent where the model is not whole. */
  readonly edit?: EditMemory;
}

/** A bundle's folder, a folder with a transformer alone, or FLUX's single file. Throws `not-found` for nothing. */
export async function checkModel(path: string): Promise<ModelCheck> {
  const there = await stat(path).catch(() => undefined);
  if (there === undefined) throw new EditError("not-found", `Expected a model at ${path}, nothing is there`);
  if (!there.isDirectory()) return checkAlone(path);
  if (await exists(join(path, "transformer"))) return checkBundle(path);
  return checkAlone(path, (await exists(join(path, "config.json"))) ? path : undefined);
}

/** A transformer; its folder where that describes it. */
async function checkAlone(path: string, folder?: string): Promise<ModelCheck> {
  const transformer = await checkTransformer(path, folder);
  const found = summary(path, transformer, [], []);
  return found.ok ? withEdit(found, await transformerMemory(path, folder)) : found;
}

function withEdit(found: ModelCheck, edit: EditMemory): ModelCheck {
  return { ...found, memory: { ...found.memory, edit } };
}

async function checkBundle(dir: string): Promise<ModelCheck> {
  const names = await namesIn(dir);
  const folder = join(dir, "transformer");
  const transformer = await checkTransformer(folder, folder);
  const { config } = transformer;
  const others: PartReport[] = [await checkAutoencoder("vae", join(dir, "vae"))];
  if (names.includes("preview_vae")) others.push(await checkAutoencoder("preview_vae", join(dir, "preview_vae")));
  for (const name of ["text_encoder", "text_encoder_2"]) {
    if (names.includes(name)) others.push(await checkTextEncoder(name, join(dir, name), config));
  }
  if (names.includes("adapter") && config !== undefined) others.push(await checkAdapter(join(dir, "adapter"), config));
  const problems = await bundleProblems(dir, names, transformer);
  const pipeline = await pipelineOf(dir).catch(() => undefined);
  const found = summary(dir, transformer, others, problems, pipeline);
  return found.ok ? withEdit(found, await bundleMemory(dir)) : found;
}

/** Settings and the files around the weights. */
async function bundleProblems(
  dir: string,
  names: readonly string[],
  { config }: TransformerReport,
): Promise<Problem[]> {
  const problems: Problem[] = [];
  const note = (error: unknown) => problems.push(unreadable(error));
  await pipelineOf(dir).catch(note);
  const settings = await readSettings(dir).catch(note);
  if (typeof settings === "object" && config !== undefined) {
    try {
      checkBlocks(settings, config, join(dir, "dragflow.json"));
    } catch (error) {
      note(error);
    }
  }
  const prompts = ["text_encoder", "text_encoder_2", "tokenizer", "tokenizer_2"];
  const missing = prompts.filter((name) => !names.includes(name));
  if (
    missing.length > 0 &&
    missing.length < prompts.length &&
    !(missing.includes(prompts[0] ?? "") && missing.includes(prompts[1] ?? ""))
  ) {
    problems.push({ type: "missing", message: `to read prompts: ${missing.join(", ")}` });
  }
  return problems;
}

async function pipelineOf(dir: string): Promise<string | undefined> {
  const json = await readModelJson(join(dir, BUNDLE_MARK));
  const name = typeof json === "object" && json !== null && "_class_name" in json ? json._class_name : undefined;
  return typeof name === "string" ? name : undefined;
}

function summary(
  path: string,
  transformer: TransformerReport,
  others: readonly PartReport[],
  problems: readonly Problem[],
  pipeline?: string,
): ModelCheck {
  const { config, layout, largestBlock, ...own } = transformer;
  const parts = [own, ...others];
  const total = (of: (part: PartReport) => number) => parts.reduce((sum, part) => sum + of(part), 0);
  const [parameters, bytes] = [total((part) => part.parameters), total((part) => part.bytes)];
  return {
    path,
    ok: problems.length === 0 && parts.every((part) => part.problems.length === 0),
    variant: config && { ...variantOf(config, pipeline), sizes: sizesInWords(config) },
    layout,
    parameters,
    bytes,
    parts,
    problems,
    memory: { cpu: 4 * parameters, cpuBlockByBlock: bytes + 2 * 4 * largestBlock, gpu: 2 * parameters },
  };
}
