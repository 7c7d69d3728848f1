/** Does the engine tell parts from whole things? Against what the data say of their regions. */
import { readMask } from "../../engine/image/raster-io.ts";
import type { Mask, Rgb } from "../../engine/raster.ts";
import { isPart } from "../../engine/retouch/attachment.ts";
import { readShot } from "../sample.ts";
import { readCases } from "./case.ts";
import type { RealEdit } from "./real.ts";
import { buildScene } from "./scene.ts";

export interface Recognised {
  /** What the data call a part: `found` of `all` were taken for one. */
  readonly parts: Count;
  readonly wholes: Count;
}

export interface Count {
  readonly found: number;
  readonly all: number;
}

/** DragBench as its loader reads it: a deformation is a part, a relocation a thing that lies in the mask nearly wholly. */
export async function recognisedIn(edits: readonly RealEdit[]): Promise<Recognised> {
  const verdicts: { part: boolean; taken: boolean }[] = [];
  for (const { image, recipe } of edits) {
    const { rgb } = await readShot(image);
    for (const { region, motion } of recipe.operations) {
      if (!("mask" in region)) continue;
      const taken = isPart(rgb, await readMask(region.mask, ""));
      verdicts.push({ part: motion.type === "deformation", taken });
    }
  }
  return { parts: countOf(verdicts.filter(({ part }) => part)), wholes: countOf(verdicts.filter(({ part }) => !part)) };
}

/** The suite's own scenes: each region is a whole object. `dir` is evals/quality. */
export async function recognisedInSuite(dir: string): Promise<Count> {
  const verdicts: { taken: boolean }[] = [];
  for (const one of await readCases(dir)) {
    const { input, region }: { input: Rgb; region: Mask } = await buildScene(dir, one);
    verdicts.push({ taken: isPart(input, region) });
  }
  return countOf(verdicts);
}

function countOf(verdicts: readonly { taken: boolean }[]): Count {
  return { found: verdicts.filter(({ taken }) => taken).length, all: verdicts.length };
}
