/** Delay of the parent's event loop while an edit runs in a child: `node --import tsx scripts/loop-delay.ts`. Sampling
 * starts at the edit's first progress, when both processes have started. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import sharp from "sharp";
import type { Progress } from "../src/engine/api.ts";
import { createEngine } from "../src/engine/process/engine.ts";
import { parseRecipe } from "../src/engine/recipe/parse.ts";

/** Milliseconds that the 99th percentile may be late. */
const TARGET_MS = 50;
const RESOLUTION_MS = 10;

const folder = await mkdtemp(join(tmpdir(), "dragflow-delay-"));
const engine = createEngine({ home: folder });
try {
  const image = join(folder, "noise.png");
  const noise = { type: "gaussian", mean: 128, sigma: 30 } as const;
  await sharp({ create: { width: 1024, height: 768, channels: 3, background: "grey", noise } })
    .png()
    .toFile(image);
  const recipe = parseRecipe({
    operations: [
      { region: { ellipse: { center: [400, 380], radius: [90, 90] } }, motion: { type: "relocation", by: [150, 20] } },
    ],
    quality: "full",
  });
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  const onProgress = ({ done }: Progress) => done === 1 && delays.enable();
  const { seconds } = await engine.edit({ image, recipe, baseDir: folder, dir: join(folder, "edit") }, { onProgress });
  delays.disable();
  const [p50, p99, max] = [delays.percentile(50), delays.percentile(99), delays.max].map(
    (ns) => ns / 1e6 - RESOLUTION_MS,
  );
  const ms = (value = 0) => `${Math.max(0, value).toFixed(1)} ms`;
  process.stdout.write(
    `edit ${seconds.total.toFixed(1)} s; loop late by p50 ${ms(p50)}, p99 ${ms(p99)}, max ${ms(max)}\n`,
  );
  process.exitCode = (p99 ?? 0) > TARGET_MS ? 1 : 0;
} finally {
  await engine.close();
  await rm(folder, { recursive: true, force: true });
}
