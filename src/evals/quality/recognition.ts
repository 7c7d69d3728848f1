/** Does the engine tell parts from whole things? Against what the data say of their regions. */
import { readMask } from "../../engine/image/raster-io.ts";
import type { Mask, Rgb } from "../../engine/raster.ts";
import { isHeld } from "../../engine/recipe/regime.ts";
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
  /** By either rule: the colours along the border, or a given area that cuts the region off. */
  readonly found: number;
  readonly byColour: number;
  readonly all: number;
}

/** DragBench as its loader reads it: a deformation is a part, a relocation a thing that lies in the mask nearly wholly. */
export async function recognisedIn(edits: readonly RealEdit[]): Promise<Recognised> {
  const verdicts: (Verdict & { part: boolean })[] = [];
  for (const { image, recipe } of edits) {
    const { rgb } = await readShot(image);
    const { editable } = recipe;
    const area = typeof editable === "object" && "mask" in editable ? await readMask(editable.mask, "") : undefined;
    for (const { region, motion } of recipe.operations) {
      if (!("mask" in region)) continue;
      const mask = await readMask(region.mask, "");
      verdicts.push({ part: motion.type === "deformation", byColour: isPart(rgb, mask), byArea: isHeld(mask, area) });
    }
  }
  return { parts: countOf(verdicts.filter(({ part }) => part)), wholes: countOf(verdicts.filter(({ part }) => !part)) };
}

/** The suite's own scenes: each region is a whole object. `dir` is evals/quality. */
export async function recognisedInSuite(dir: string): Promise<Count> {
  const verdicts: Verdict[] = [];
  for (const one of await readCases(dir)) {
    const { input, region }: { input: Rgb; region: Mask } = await buildScene(dir, one);
    verdicts.push({ byColour: isPart(input, region), byArea: false });
  }
  return countOf(verdicts);
}

interface Verdict {
  readonly byColour: boolean;
  readonly byArea: boolean;
}

function countOf(verdicts: readonly Verdict[]): Count {
  return {
    found: verdicts.filter(({ byColour, byArea }) => byColour || byArea).length,
    byColour: verdicts.filter(({ byColour }) => byColour).length,
    all: verdicts.length,
  };
}
