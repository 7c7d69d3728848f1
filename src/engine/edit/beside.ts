/** What an edit keeps in memory beside its transformer. Only headers are read. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { openRefs } from "../weights/source.ts";

export interface Beside {
  /** Parameters of the autoencoder; and of the text encoders that are in memory at once. */
  readonly autoencoder: number;
  readonly texts: number;
  /** Parameters of the adapter with its vision towers, 0 for a bundle without one. */
  readonly adapter: number;
}

/** T5 runs in groups of layers of this many parameters. */
const TEXT_GROUP = 2 ** 28;

/** Parts that are missing or cannot be read count nothing: opening the bundle says what is wrong with them. */
export async function besideOf(bundle: string): Promise<Beside> {
  const adapter = join(bundle, "adapter");
  const towers = (await readdir(adapter).catch(() => [])).map((name) => join(adapter, name));
  const [autoencoder, clip, t5] = await Promise.all(
    ["vae", "text_encoder", "text_encoder_2"].map((name) => parameters(join(bundle, name))),
  );
  // The adapter's own file is among the names, too.
  const parts = await Promise.all(towers.filter((path) => !path.endsWith(".json")).map(parameters));
  return {
    autoencoder: autoencoder ?? 0,
    texts: (clip ?? 0) + Math.min(t5 ?? 0, TEXT_GROUP),
    adapter: parts.reduce((sum, count) => sum + count, 0),
  };
}

async function parameters(fileOrDir: string): Promise<number> {
  const refs = await openRefs(fileOrDir).catch(() => undefined);
  const sizes = [...(refs?.values() ?? [])].map(({ shape }) => shape.reduce((product, size) => product * size, 1));
  return sizes.reduce((sum, count) => sum + count, 0);
}
