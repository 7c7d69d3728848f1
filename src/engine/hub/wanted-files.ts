/** Which files of a hub repository a model takes: configurations, tokenizers, and one form of every weight. */
import { EditError } from "../../errors.ts";

export interface HubFile {
  /** Below the repository, with forward slashes. */
  readonly path: string;
  readonly size: number;
  /** SHA-256 of files in large storage; else git's SHA-1 of the blob. */
  readonly digest: { readonly type: "sha256" | "git"; readonly hex: string };
}

/** The files around the weights. Notices of licences come along. */
const SMALL = /^(model_index\.json|dragflow\.json|LICEN[CS]E[^/]*)$|^(scheduler|tokenizer(_2)?)\/[^/]+\.(json|txt)$/;
const PARTS = /^(transformer|vae|preview_vae|text_encoder|text_encoder_2|adapter(\/[\w.-]+)?)\/[^/]+$/;
/** Repositories of one model: an adapter's weights, a vision tower. */
const LOOSE = /^[^/]+$/;
const LOOSE_SMALL = /^(config\.json|LICEN[CS]E[^/]*)$/;

/** Other numbers of the same weights, e.g. `diffusion_pytorch_model.fp16.safetensors`. */
const VARIANT = /\.(fp16|fp32|bf16|fp8|int8|non_ema)[.-]/;
const SHARD = /-\d{5}-of-\d{5}\.safetensors$/;

/** `chosen` names files instead. Throws `not-found` where it names one that is not there, or nothing is left. */
export function wantedFiles(files: readonly HubFile[], chosen: readonly string[] = []): HubFile[] {
  for (const path of chosen) {
    if (files.some((file) => file.path === path)) continue;
    throw new EditError("not-found", `Expected a file of the repository, got ${path}`, {
      hint: `It has ${some(files)}`,
    });
  }
  const wanted = chosen.length > 0 ? files.filter(({ path }) => chosen.includes(path)) : wantedByLayout(files);
  if (wanted.length === 0) {
    throw new EditError("not-found", "Expected model weights in the repository, found none that are read", {
      hint: `Name the files with --file. It has ${some(files)}`,
    });
  }
  return wanted;
}

/** Names of the first files. */
function some(files: readonly HubFile[]): string {
  const names = files.slice(0, 20).map(({ path }) => path);
  return `${names.join(", ") || "no files"}${files.length > names.length ? " …" : ""}`;
}

function wantedByLayout(files: readonly HubFile[]): HubFile[] {
  const bundle = files.some(({ path }) => path === "transformer/config.json");
  const [place, small] = bundle ? [PARTS, SMALL] : [LOOSE, LOOSE_SMALL];
  const placed = files.filter(({ path }) => place.test(path));
  const folders = [...new Set(placed.map(({ path }) => folderOf(path)))];
  const weights = new Set(
    folders.flatMap((folder) => weightsOf(placed.filter(({ path }) => folderOf(path) === folder))),
  );
  const configs = (path: string) => bundle && /\/config\.json$/.test(path) && place.test(path);
  return files.filter((file) => small.test(file.path) || configs(file.path) || weights.has(file));
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

/** Of one folder: its safetensors, or torch files where there are none. */
function weightsOf(folder: readonly HubFile[]): HubFile[] {
  const of = (extension: RegExp) => folder.filter(({ path }) => extension.test(path));
  const safe = of(/\.safetensors$/);
  const weights = safe.length > 0 ? safe : of(/\.(bin|pt|pth)$/);
  const plain = weights.filter(({ path }) => !VARIANT.test(path));
  const kept = plain.length > 0 ? plain : weights;
  const indexes = of(/\.safetensors\.index\.json$/).filter(({ path }) => kept === weights || !VARIANT.test(path));
  // Where a folder holds shards and the whole, one of them is enough.
  const shards = kept.filter(({ path }) => SHARD.test(path));
  const whole = kept.filter(({ path }) => !SHARD.test(path));
  return shards.length > 0 && indexes.length > 0 ? [...indexes, ...shards] : whole;
}
