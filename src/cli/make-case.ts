import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { parseRecipeText } from "../engine/index.ts";
import { EditError } from "../errors.ts";
import { writeRedCase } from "../evals/datasets/make-red-case.ts";
import type { CliRun } from "./deps.ts";

/** @throws EditError of the recipe and the picture, `out-exists`. */
export async function makeCase({ cwd, stdout }: CliRun, recipe: string, image: string, dir: string): Promise<void> {
  const path = resolve(cwd, recipe);
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new EditError("recipe-invalid", `Expected a recipe at ${recipe}, it cannot be read`, { cause });
  });
  const request = { recipe: parseRecipeText(text), baseDir: dirname(path) };
  await writeRedCase({ ...request, image: resolve(cwd, image), dir: resolve(cwd, dir) });
  stdout.write(`Wrote ${dir}\n`);
}
