/** The PyTorch loops that the bench compares with compute what ours does. Needs a Python with torch, which is nobody's
 * dependency: without one the test is skipped, in CI too. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compared } from "../../bench/drag.ts";
import { type DragCase, dragCase } from "../../bench/drag-case.ts";
import { LOOPS, Torch } from "../../bench/torch-process.ts";
import { type Bundle, openBundle } from "../../src/engine/models/bundle.ts";
import { tinyBundle } from "../helpers/bundle.ts";
import { fluxBundle } from "../helpers/flux-bundle.ts";

const torch = await Torch.start(1);
const missing = typeof torch === "string" ? torch : "";
const ITERATIONS = 3;

/** Fill-conditioned; and with guidance and several double blocks. */
const MODELS = { fill: tinyBundle, guided: () => fluxBundle({ prompts: false }) };

describe.skipIf(missing !== "")(`PyTorch${missing === "" ? "" : `: ${missing}`}`, () => {
  let home: string;
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), "dragflow-torch-"));
  });
  afterAll(async () => {
    await rm(home, { recursive: true, force: true });
    if (typeof torch !== "string") await torch.close();
  });

  describe.each(Object.entries(MODELS))("%s", (name, make) => {
    let dir: string;
    let bundle: Bundle;
    beforeAll(async () => {
      dir = await make();
      bundle = await openBundle(dir, { graphDir: join(home, "graphs"), providers: ["cpu"], threads: 1 });
    });
    afterAll(async () => {
      await bundle.release();
      await rm(dir, { recursive: true, force: true });
    });

    const folder = (replay: boolean) => join(home, `${name}-${replay}`);
    const built = (replay: boolean, regions = 1) =>
      dragCase(bundle, { workingSize: 96, replay, iterations: ITERATIONS, regions });

    it.each([
      [false, 1],
      [true, 1],
      [false, 2],
    ])("finds our loss and gradient (replay %s, %i regions)", async (replay, regions) => {
      const found = await compared(await built(replay, regions), torch as Torch, folder(replay));
      expect([...found.keys()]).toEqual([...LOOPS]);
      for (const { loss, gradient } of found.values()) {
        expect(loss).toBeLessThan(1e-5);
        expect(gradient).toBeLessThan(1e-4);
      }
    });

    it("goes our way for several iterations", async () => {
      const own = await built(true);
      await compared(own, torch as Torch, folder(true));
      const { losses } = await own.drag.drag(own.inversion, own.anchors, own.start);
      for (const loop of LOOPS) {
        const theirs = await (torch as Torch).drag(loop, ITERATIONS);
        expect(theirs.losses).toHaveLength(ITERATIONS);
        for (const [i, loss] of theirs.losses.entries()) expect(loss).toBeCloseTo(losses[i] ?? Number.NaN, 5);
      }
    });

    it("refuses to time what differs", async () => {
      const own: DragCase = await built(false);
      const regions = own.inputs.regions.map((region) => ({ ...region, weight: 1.01 * region.weight }));
      const other = { ...own, inputs: { ...own.inputs, regions } };
      await expect(compared(other, torch as Torch, folder(false))).rejects.toThrow("they differ");
    });
  });
});
