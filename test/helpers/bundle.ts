/** A tiny bundle in a folder of its own, put together from the numeric cases' models, to be damaged by tests. */
import { copyFile, cp, mkdir, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openSafetensors, type TensorData, writeSafetensors } from "../../src/engine/weights/safetensors.ts";

const BUNDLES = fileURLToPath(new URL("../fixtures/parity/bundles", import.meta.url));

export const WEIGHTS = "diffusion_pytorch_model.safetensors";

export async function tinyBundle(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), "dragflow-bundle-"));
  await cp(join(BUNDLES, "flux-fill-b", "transformer"), join(dir, "transformer"), { recursive: true });
  await cp(join(BUNDLES, "vae-dc-a", "vae"), join(dir, "vae"), { recursive: true });
  await copyFile(join(BUNDLES, "flux-fill-b", "model_index.json"), join(dir, "model_index.json"));
  const settings = { features: ["DOUBLE-1-0"], hookDoubles: [0], hookSingles: [] };
  await writeFile(join(dir, "dragflow.json"), JSON.stringify(settings));
  return dir;
}

/** Changes fields of a JSON file; `undefined` removes one. */
export async function patchJson(path: string, fields: Record<string, unknown>): Promise<void> {
  const json = JSON.parse(await readFile(path, "utf8"));
  await writeFile(path, JSON.stringify({ ...json, ...fields }));
}

/** Rewrites a weight file; `change` may drop tensors and give others another shape (filled with zeros). */
export async function patchWeights(
  path: string,
  change: (shapes: Map<string, readonly number[]>) => void,
): Promise<void> {
  const file = await openSafetensors(path);
  const shapes = new Map([...file.tensors].map(([name, { shape }]) => [name, shape] as const));
  change(shapes);
  const tensors = new Map<string, TensorData>();
  for (const [name, shape] of shapes) {
    const kept = file.tensors.get(name)?.shape.join() === shape.join();
    const count = shape.reduce((n, size) => n * size, 1);
    tensors.set(name, { shape, data: kept ? await file.read(name) : new Float32Array(count) });
  }
  await mkdir(join(path, ".."), { recursive: true });
  await writeSafetensors(path, tensors);
}
