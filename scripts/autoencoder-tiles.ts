/** How far an AutoencoderKL in pieces lies from the whole, with and without shared norms:
 * `node --import tsx scripts/autoencoder-tiles.ts DIR [side] [overlap] [pixels]`, all in latents but the last. DIR holds
 * `config.json` and weights; `scripts/fixtures/small_kl.py` trains one. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { Autoencoder } from "../src/engine/models/autoencoder.ts";
import { klGraphs, parseKlConfig } from "../src/engine/models/autoencoder-kl.ts";
import { TILING } from "../src/engine/models/autoencoder-tiles.ts";
import { readModelJson } from "../src/engine/models/json.ts";
import type { Tensor } from "../src/engine/onnx/session.ts";
import { openAutoencoderWeights } from "../src/engine/weights/autoencoder-layouts.ts";

const [dir = "", side = TILING.side, overlap = TILING.overlap, pixels = 1024] = process.argv.slice(2);
const path = join(dir, "config.json");
const config = parseKlConfig(await readModelJson(path), path);
const source = await openAutoencoderWeights(dir);
const options = { graphDir: join(dir, "graphs"), providers: ["cpu"], threads: 2 };
const tiling = { side: Number(side), overlap: Number(overlap) };
const { large: _large, ...plain } = klGraphs(config);
const ways = {
  whole: new Autoencoder(plain, source, options, { side: 1e9, overlap: 0 }),
  "pieces by themselves": new Autoencoder(plain, source, options, tiling),
  "pieces with shared norms": new Autoencoder(klGraphs(config), source, options, tiling),
};

for (const name of ["deer", "parrot", "owl"]) {
  const image = await photo(name, Number(pixels));
  const [latent, back] = [await ways.whole.encode(image), await ways.whole.decode(await ways.whole.encode(image))];
  console.log(`${name}: the whole against the photo ${rms(back, image)} of 255`);
  for (const [way, autoencoder] of Object.entries(ways).slice(1)) {
    const start = performance.now();
    const [encoded, decoded] = [await autoencoder.encode(image), await autoencoder.decode(latent)];
    const seconds = (performance.now() - start) / 1000;
    const errors = `latents ${percent(encoded, latent)}, picture ${percent(decoded, back)}, ${rms(decoded, back)} of 255`;
    console.log(`${name}, ${way}: ${errors}, ${seconds.toFixed(1)} s`);
  }
}

async function photo(name: string, size: number): Promise<Tensor> {
  const file = fileURLToPath(new URL(`../evals/pictures/${name}.webp`, import.meta.url));
  const data = await sharp(file).resize(size, size).removeAlpha().raw().toBuffer();
  const planes = new Float32Array(data.length);
  for (let i = 0; i < data.length; i++) planes[(i % 3) * size * size + Math.floor(i / 3)] = (data[i] ?? 0) / 127.5 - 1;
  return { shape: [1, 3, size, size], data: planes };
}

function distance(a: Tensor, b: Tensor): number {
  return a.data.reduce((sum, value, i) => sum + (value - (b.data[i] ?? 0)) ** 2, 0);
}

function rms(a: Tensor, b: Tensor): string {
  return (127.5 * Math.sqrt(distance(a, b) / a.data.length)).toFixed(3);
}

function percent(a: Tensor, b: Tensor): string {
  const zero = { shape: b.shape, data: new Float32Array(b.data.length) };
  return `${(100 * Math.sqrt(distance(a, b) / distance(b, zero))).toPrecision(2)} %`;
}
