/** The edits that long runs make: a handful on one small picture, so that what each must come to is known. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { parseRecipe } from "../../src/engine/recipe/parse.ts";
import type { Quality, Recipe } from "../../src/engine/recipe/schema.ts";
import type { EditRecord } from "../../src/session/index.ts";

/** Edit number `variant` moves a box of the 48 x 32 picture that many pixels to the right, and two more. */
export const VARIANTS: readonly number[] = [0, 1, 2, 3, 4, 5];

export function wishOf(variant: number, quality: Quality = "preview") {
  const motion = { type: "relocation", by: [variant + 2, 0] } as const;
  return { operations: [{ region: { box: [4, 4, 20, 20] }, motion }], quality, seed: 7 } as const;
}

export function recipeFor(variant: number, quality?: Quality): Recipe {
  return parseRecipe({ version: 1, ...wishOf(variant, quality) });
}

/** Which edit it is, as its recipe says: "preview 3". */
export function labelOf({ operations: [first], quality }: Recipe): string {
  const motion = first?.motion;
  const by = motion !== undefined && "by" in motion ? motion.by : undefined;
  return `${quality} ${(by?.[0] ?? Number.NaN) - 2}`;
}

export async function hashOf(path: string): Promise<string> {
  return createHash("sha256")
    .update(await readFile(path))
    .digest("hex");
}

/** What each edit came to the first time, against which every later time is held. */
export class Expected {
  readonly #hashes = new Map<string, string>();

  learn(label: string, hash: string): void {
    this.#hashes.set(label, hash);
  }

  /** Throws where the edit's picture is another than the first time. */
  async holds({ outcome }: EditRecord): Promise<void> {
    this.is(labelOf(outcome.recipe), await hashOf(outcome.files.image));
  }

  /** The same for a hash that is at hand. */
  is(label: string, hash: string): void {
    const known = this.#hashes.get(label);
    if (known === undefined) this.learn(label, hash);
    else if (known !== hash) throw new Error(`Edit ${label} came to another picture than the first time`);
  }
}
