/** A tiny random FLUX with FLUX's own autoencoder and, where wanted, text encoders: the published layout, small. */
import { copyFile, cp, mkdir, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openSafetensors, type TensorData, writeSafetensors } from "../../src/engine/weights/safetensors.ts";
import { numbers } from "./evaluate.ts";
import { writeClipVocabulary, writeT5Tokenizer } from "./tokenizers.ts";

const BUNDLES = fileURLToPath(new URL("../fixtures/parity/bundles", import.meta.url));

/** Width of the pooled text vector that flux-dev-a reads; its text states are as wide as t5-a's. */
const POOLED = 20;

export async function fluxBundle({ prompts = true, preview = false } = {}): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), "dragflow-flux-"));
  const part = (from: string, folder: string, to = folder) =>
    cp(join(BUNDLES, from, folder), join(dir, to), { recursive: true });
  await part("flux-dev-a", "transformer");
  await part("vae-kl-a", "vae");
  if (preview) await part("vae-taef1-a", "vae", "preview_vae");
  await copyFile(join(BUNDLES, "flux-dev-a", "model_index.json"), join(dir, "model_index.json"));
  const settings = { features: ["DOUBLE-2-0", "DOUBLE-2-2"], hookDoubles: [0], hookSingles: [0], textTokens: 6 };
  await writeFile(join(dir, "dragflow.json"), JSON.stringify(settings));
  if (prompts) {
    await part("t5-a", "text_encoder_2");
    await clipOf(dir, POOLED);
    await writeClipVocabulary(join(dir, "tokenizer"));
    await writeT5Tokenizer(join(dir, "tokenizer_2"));
  }
  return dir;
}

/** clip-a with every width of the model changed and random weights. */
async function clipOf(dir: string, width: number): Promise<void> {
  const from = join(BUNDLES, "clip-a", "text_encoder");
  const config = JSON.parse(await readFile(join(from, "config.json"), "utf8"));
  const file = await openSafetensors(join(from, "model.safetensors"));
  const tensors = new Map<string, TensorData>();
  for (const [name, { shape }] of file.tensors) {
    const own = shape.map((size) => (size === config.hidden_size ? width : size));
    const count = own.reduce((n, size) => n * size, 1);
    tensors.set(name, { shape: own, data: numbers(count, tensors.size + 1).map((value) => value * 0.3) });
  }
  await mkdir(join(dir, "text_encoder"));
  await writeFile(join(dir, "text_encoder", "config.json"), JSON.stringify({ ...config, hidden_size: width }));
  await writeSafetensors(join(dir, "text_encoder", "model.safetensors"), tensors);
}
