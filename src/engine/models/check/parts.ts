/** The parts of a bundle, each looked at: what its graphs ask for against what its files hold. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { CompileOptions } from "../../onnx/session.ts";
import { ClipText, parseClipText } from "../../prompts/clip-text.ts";
import { parseT5Config } from "../../prompts/t5-config.ts";
import { T5Encoder } from "../../prompts/t5-encoder.ts";
import { autoencoderRefs } from "../../weights/autoencoder-layouts.ts";
import { singleFileName, transformerRefs } from "../../weights/layouts.ts";
import type { WeightOpener } from "../../weights/source.ts";
import { openAdapter } from "../adapters/open.ts";
import { Autoencoder } from "../autoencoder.ts";
import { familyOf } from "../autoencoder-families.ts";
import { inferKlConfig, klGraphs } from "../autoencoder-kl.ts";
import { exists } from "../find-bundle.ts";
import { Flux } from "../flux.ts";
import { conditionChannels, type FluxConfig } from "../flux-config.ts";
import { inferFluxConfig } from "../flux-infer.ts";
import { readModelJson } from "../json.ts";
import { readFluxConfig } from "../read-config.ts";
import {
  type Audit,
  type AuditedSource,
  auditedSource,
  auditFiles,
  elements,
  type Problem,
  unreadable,
} from "./audit.ts";

export interface PartReport {
  readonly name: string;
  readonly parameters: number;
  readonly tensors: number;
  /** Element type → elements. */
  readonly dtypes: Readonly<Record<string, number>>;
  /** Bytes of all tensors as stored. */
  readonly bytes: number;
  readonly files: number;
  readonly problems: readonly Problem[];
}

export interface TransformerReport extends PartReport {
  /** Undefined where not even the sizes could be read. */
  readonly config: FluxConfig | undefined;
  readonly layout: "diffusers" | "single file";
  /** Elements of the largest block. */
  readonly largestBlock: number;
}

/** Nothing is compiled, so nothing of this is used. */
const NOTHING: CompileOptions = { graphDir: "", providers: [], threads: 1 };

/** `folder` is missing for a single file: sizes then come from the tensors. */
export async function checkTransformer(weights: string, folder?: string): Promise<TransformerReport> {
  const audit = await auditFiles(weights);
  const covered: string[] = [];
  const { layout, refs } = transformerRefs(weights, audit.refs, (error, names) => {
    covered.push(...names);
    audit.problems.push({ ...unreadable(error), type: "shape" });
  });
  const fileName = (name: string) => (layout === "single file" ? (singleFileName(name) ?? name) : name);
  const audited = auditedSource(audit, refs, { covered, fileName });
  const config = await attempt(audit, async () => {
    const { source } = audited;
    return folder === undefined ? inferFluxConfig(source) : readFluxConfig(folder, source);
  });
  if (config !== undefined) await checkFlux(audit, audited, config);
  const sizes = new Map([...refs].map(([name, ref]) => [name, elements(ref.shape)]));
  return { ...report("transformer", audit), config, layout, largestBlock: largestBlock(sizes) };
}

async function checkFlux(audit: Audit, audited: AuditedSource, config: FluxConfig): Promise<void> {
  const channels = conditionChannels(config);
  if (channels !== 0 && channels !== 320) {
    const message = `expected 64 or 384 input channels, found ${config.inChannels}`;
    audit.problems.push({ type: "unreadable", message });
  }
  await attempt(audit, async () => new Flux(config, audited.source, NOTHING).check());
  audited.finish();
}

function largestBlock(sizes: ReadonlyMap<string, number>): number {
  const blocks = new Map<string, number>();
  for (const [name, count] of sizes) {
    const block = /^(?:single_)?transformer_blocks\.\d+/.exec(name)?.[0];
    if (block !== undefined) blocks.set(block, (blocks.get(block) ?? 0) + count);
  }
  return Math.max(0, ...blocks.values());
}

/** A folder with `config.json`, or FLUX's single file without one. */
export async function checkAutoencoder(name: string, fileOrDir: string): Promise<PartReport> {
  const audit = await auditFiles(fileOrDir);
  const audited = auditedSource(audit, autoencoderRefs(audit.refs));
  await attempt(audit, async () => {
    const path = join(fileOrDir, "config.json");
    const described = await exists(path);
    const graphs = described ? familyOf(await readModelJson(path), path) : klGraphs(inferKlConfig(audited.source));
    new Autoencoder(graphs, audited.source, NOTHING).check();
    audited.finish();
  });
  return report(name, audit);
}

/** `text_encoder` and `text_encoder_2`. T5's table has two names, of which one is read. */
export async function checkTextEncoder(name: string, dir: string, flux: FluxConfig | undefined): Promise<PartReport> {
  const audit = await auditFiles(dir);
  const audited = auditedSource(audit, audit.refs);
  await attempt(audit, async () => {
    const path = join(dir, "config.json");
    const json = await readModelJson(path);
    if (name === "text_encoder") {
      const config = parseClipText(json, path);
      new ClipText(config, audited.source, NOTHING).check();
      expectWidth(audit, "hidden_size", config.hidden_size, flux?.pooledWidth);
      audited.finish(/^text_projection\./);
    } else {
      const config = parseT5Config(json, path);
      new T5Encoder(config, audited.source, NOTHING).check();
      expectWidth(audit, "d_model", config.d_model, flux?.textWidth);
      audited.finish(/^(shared|encoder\.embed_tokens)\.weight$/);
    }
  });
  return report(name, audit);
}

function expectWidth(audit: Audit, field: string, found: number, expected = found): void {
  if (found === expected) return;
  const message = `config.json: expected ${field} ${expected} as the transformer reads, found ${found}`;
  audit.problems.push({ type: "unreadable", message });
}

/** Parts of towers that no adapter reads: the other half of whole models, pooling heads, masks of the training. */
const TOWER_EXTRAS = /^(text_model\.|text_projection\.|logit_(scale|bias)|.*\.mask_token$|vision_model\.head\.)/;

/** The adapter's own file and its vision towers, as one part. */
export async function checkAdapter(dir: string, flux: FluxConfig): Promise<PartReport> {
  const audits: { audit: Audit; audited: AuditedSource }[] = [];
  const open: WeightOpener = async (fileOrDir) => {
    const audit = await auditFiles(fileOrDir);
    const audited = auditedSource(audit, audit.refs);
    audits.push({ audit, audited });
    return audited.source;
  };
  const own: Problem[] = [];
  try {
    const adapter = await openAdapter(dir, flux, NOTHING, open);
    adapter.check();
    for (const { audited } of audits) audited.finish(TOWER_EXTRAS);
  } catch (error) {
    own.push(unreadable(error));
  }
  const reports = audits.map(({ audit }) => report("adapter", audit));
  return reports.reduce(joined, { ...EMPTY, name: "adapter", problems: own });
}

const EMPTY: Omit<PartReport, "name"> = { parameters: 0, tensors: 0, dtypes: {}, bytes: 0, files: 0, problems: [] };

function joined(a: PartReport, b: PartReport): PartReport {
  const dtypes = { ...a.dtypes };
  for (const [dtype, count] of Object.entries(b.dtypes)) dtypes[dtype] = (dtypes[dtype] ?? 0) + count;
  return {
    name: a.name,
    parameters: a.parameters + b.parameters,
    tensors: a.tensors + b.tensors,
    dtypes,
    bytes: a.bytes + b.bytes,
    files: a.files + b.files,
    problems: [...a.problems, ...b.problems],
  };
}

function report(name: string, { refs, dtypes, bytes, files, problems }: Audit): PartReport {
  const parameters = [...dtypes.values()].reduce((sum, count) => sum + count, 0);
  const types = Object.fromEntries(dtypes);
  return { name, parameters, tensors: refs.size, dtypes: types, bytes, files: files.length, problems };
}

/** Where nothing could be read, that is said once. */
async function attempt<T>(audit: Audit, work: () => Promise<T>): Promise<T | undefined> {
  if (audit.refs.size === 0 && audit.problems.length > 0) return undefined;
  try {
    return await work();
  } catch (error) {
    audit.problems.push(unreadable(error));
    return undefined;
  }
}

/** Names in a folder, none where there is no folder. */
export async function namesIn(dir: string): Promise<string[]> {
  return (await readdir(dir).catch(() => [])).sort();
}
