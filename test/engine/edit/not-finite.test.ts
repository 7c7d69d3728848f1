import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, it } from "vitest";
import { LocalEngine } from "../../../src/engine/local.ts";
import { parseRecipe } from "../../../src/engine/recipe/parse.ts";
import { openSafetensors, writeSafetensors } from "../../../src/engine/weights/safetensors.ts";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
let base: string;
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), "dragflow-nan-"));
});
afterEach(() => rm(base, { recursive: true, force: true }));

/** The embedded model, every number of its decoder's last bias NaN. */
async function damagedModel(): Promise<string> {
  const dir = join(base, "model");
  await cp(join(ROOT, "models/mini"), dir, { recursive: true });
  const path = join(dir, "vae/diffusion_pytorch_model.safetensors");
  const file = await openSafetensors(path);
  const tensors = new Map();
  for (const [name, { shape }] of file.tensors) {
    const data = await file.read(name);
    tensors.set(name, { shape, data: name === "decoder.conv_out.conv.bias" ? data.fill(Number.NaN) : data });
  }
  await writeSafetensors(path, tensors);
  return dir;
}

it("a model that gives no numbers is said, and its tier does not take part", async () => {
  const engine = new LocalEngine({ home: base });
  const recipe = parseRecipe({
    operations: [{ region: { box: [85, 255, 310, 345] }, motion: { type: "relocation", by: [40, 0] } }],
    quality: "fast",
    model: await damagedModel(),
    options: { workingSize: 128 },
  });
  const image = join(ROOT, "examples/boat.webp");
  const outcome = await engine.edit({ image, recipe, baseDir: base, dir: join(base, "edit") });
  await engine.close();
  expect(outcome.tier).toBe("preview");
  expect(Object.keys(outcome.tiers)).toEqual(["preview"]);
  expect(outcome.warnings.map(({ code }) => code)).toContain("model-not-finite");
  expect(outcome.receipt.outsideChanged).toBe(0);
});
