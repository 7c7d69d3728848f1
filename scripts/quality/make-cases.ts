/** Draws the 60 cases anew: `node --import tsx scripts/quality/make-cases.ts`. Same seed, same cases. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { HALVES, type Half } from "../../src/evals/quality/case.ts";
import { makeCases } from "../../src/evals/quality/make-cases.ts";

const root = join(import.meta.dirname, "..", "..", "evals", "quality");
const sources = JSON.parse(await readFile(join(root, "sources.json"), "utf8")) as Record<
  "objects" | "grounds",
  { name: string; half: Half }[]
>;
const names = (kind: "objects" | "grounds", half: Half) =>
  sources[kind].filter((source) => source.half === half).map(({ name }) => name);
const cases = HALVES.flatMap((half) => makeCases(half, names("objects", half), names("grounds", half)));
await writeFile(join(root, "cases.json"), `[\n${cases.map((one) => `  ${JSON.stringify(one)}`).join(",\n")}\n]\n`);
