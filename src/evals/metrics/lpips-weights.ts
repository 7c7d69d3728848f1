/** Where LPIPS finds its weights: one file with both parts, or a folder with torchvision's AlexNet and the `lpips`
 * package's `alex.pth`, under either project's names. */
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { WeightRef } from "../../engine/weights/refs.ts";
import { openRefs, type WeightSource, weightSource } from "../../engine/weights/source.ts";
import { EditError } from "../../errors.ts";

/** Which convolution of torchvision's `features` a slice of the package's own network holds. */
const SLICE = /^net\.slice[1-5]\.(\d+)\.(weight|bias)$/;
const LIN = /^lins\.(\d)\.(model\.1\.weight)$/;

/** Throws `checkpoint-invalid` naming what is missing. */
export async function openLpipsWeights(fileOrDir: string): Promise<WeightSource> {
  const refs = new Map<string, WeightRef>();
  for (const file of await weightFiles(fileOrDir)) {
    for (const [name, ref] of await openRefs(file)) refs.set(plainName(name), ref);
  }
  const source = weightSource(fileOrDir, refs);
  for (const name of ["features.0.weight", "features.10.weight", "lin0.model.1.weight", "lin4.model.1.weight"]) {
    source.get(name);
  }
  return source;
}

function plainName(name: string): string {
  return name.replace(SLICE, "features.$1.$2").replace(LIN, "lin$1.$2");
}

async function weightFiles(fileOrDir: string): Promise<string[]> {
  const found = await stat(fileOrDir).catch((cause: unknown) => {
    throw new EditError("checkpoint-invalid", `Expected LPIPS weights at ${fileOrDir}, nothing is there`, { cause });
  });
  if (!found.isDirectory()) return [fileOrDir];
  const names = (await readdir(fileOrDir)).filter((name) => /^alex.*\.(pth|pt|safetensors)$/i.test(name)).sort();
  if (names.length > 0) return names.map((name) => join(fileOrDir, name));
  return [fileOrDir];
}
