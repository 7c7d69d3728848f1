/** Figures of long runs in a page: one section a part, replaced when the part was run again. */
import { readFile } from "node:fs/promises";
import { writeWhole } from "../../src/engine/write-whole.ts";
import type { PartResult } from "../../test/long/part.ts";
import type { Circumstances } from "./circumstances.ts";

export interface Told extends PartResult, Circumstances {
  readonly name: string;
  readonly says: string;
  readonly seed: number;
  readonly seconds: number;
}

export async function intoPage(path: string, told: readonly Told[]): Promise<void> {
  const text = await readFile(path, "utf8");
  await writeWhole(path, told.reduce(withSection, text));
}

/** The page with this part's section in it: in place of an earlier one, else at the end. Throws nothing. */
export function withSection(page: string, told: Told): string {
  const section = sectionOf(told);
  const start = page.indexOf(`### ${told.name}\n`);
  if (start < 0) return `${page.trimEnd()}\n\n${section}`;
  const rest = page.slice(start + 4);
  const next = rest.search(/^#{1,3} /m);
  const after = next < 0 ? "" : `\n${rest.slice(next)}`;
  return `${page.slice(0, start)}${section}${after}`;
}

function sectionOf({ name, says, seed, seconds, commit, machine, date, runs, faults, figures }: Told): string {
  const rows = Object.entries(figures).map(([what, value]) => `| ${what} | ${value} |`);
  const found = ["no fault", "1 fault"][faults.length] ?? `${faults.length} faults`;
  return [
    `### ${name}`,
    "",
    `${says[0]?.toUpperCase()}${says.slice(1)}.`,
    "",
    `${runs} runs, **${found}**; seed ${seed}, ${lasted(seconds)}, commit \`${commit}\`, ${date}; ${machine}.`,
    "",
    "| counted | |",
    "| --- | --- |",
    ...rows,
    ...(faults.length === 0 ? [] : ["", ...faults.slice(0, 20).map((fault) => `- ${fault}`)]),
    "",
  ].join("\n");
}

function lasted(seconds: number): string {
  return seconds < 120 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`;
}
