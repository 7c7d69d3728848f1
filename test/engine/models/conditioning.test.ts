import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { Flux } from "../../../src/engine/models/flux.ts";
import { inferFluxConfig } from "../../../src/engine/models/flux-infer.ts";
import type { CompileOptions } from "../../../src/engine/onnx/session.ts";
import { type GraphRun, graphRuns } from "../../../src/engine/telling.ts";
import { openTransformerWeights } from "../../../src/engine/weights/layouts.ts";
import { CPU } from "../../helpers/evaluate.ts";

const SINGLE = fileURLToPath(
  new URL("../../fixtures/parity/bundles/flux-dev-a/flux1-tiny-bfl.safetensors", import.meta.url),
);

async function tiny(options: CompileOptions): Promise<Flux> {
  const source = await openTransformerWeights(SINGLE);
  return new Flux(inferFluxConfig(source, [4, 6, 6]), source, options);
}

test("the conditioning of a time is worked out once, for the empty text of the next edit, too", async () => {
  let runs = 0;
  const count = (message: unknown) => {
    if ((message as GraphRun).shapes.has("time")) runs++;
  };
  graphRuns.subscribe(count);
  const flux = await tiny(CPU);
  const first = await flux.conditioning(0.4, 3.5, flux.emptyText(3));
  expect(await flux.conditioning(0.4, 3.5, flux.emptyText(3))).toBe(first);
  expect(runs).toBe(1);
  await flux.conditioning(0.5, 3.5, flux.emptyText(3));
  expect(runs).toBe(2);
  await flux.conditioning(0.4, 3.5, flux.emptyText(4)); // another text
  expect(runs).toBe(3);
  graphRuns.unsubscribe(count);
  await flux.release();
});

test("what failed is tried again", async () => {
  const home = await mkdtemp(join(tmpdir(), "dragflow-conditioning-"));
  const graphDir = join(home, "graphs");
  await writeFile(graphDir, "no folder");
  const flux = await tiny({ ...CPU, graphDir });
  const asked = () => flux.conditioning(0.4, 3.5, flux.emptyText(3));
  await expect(asked()).rejects.toMatchObject({ code: "engine-failed" });
  await rm(graphDir);
  await expect(asked()).resolves.toHaveProperty("vec");
  await flux.release();
  await rm(home, { recursive: true });
});
