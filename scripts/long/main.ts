/** npm run test:long: kills, faults, replays and a soak, each part for as long as it takes to be believed.
 * Usage: npm run test:long -- [--only NAME]… [--seed N] [--runs N] [--minutes N] [--json FILE] [--page]
 * The program that is killed is the built one. Figures go to stdout as JSON, progress to stderr; `--page` puts them into
 * docs/reliability.md. Exit status 1 where a part found a fault. */
import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { isPart, PARTS, type Part, type PartName } from "../../test/long/parts.ts";
import { BUILT } from "../../test/long/program.ts";
import { circumstances } from "./circumstances.ts";
import { intoPage, type Told } from "./page.ts";

const PAGE = fileURLToPath(new URL("../../docs/reliability.md", import.meta.url));

const { values } = parseArgs({
  options: {
    only: { type: "string", multiple: true, default: Object.keys(PARTS) },
    seed: { type: "string", default: "1" },
    runs: { type: "string" },
    minutes: { type: "string" },
    json: { type: "string" },
    page: { type: "boolean", default: false },
  },
});
const seed = numberOf("--seed", values.seed);
const unknown = values.only.find((name) => !isPart(name));
if (unknown !== undefined) {
  throw new Error(`Expected --only to name a part of ${Object.keys(PARTS).join(", ")}, got ${unknown}`);
}

const told: Told[] = [];
for (const name of values.only.filter(isPart)) told.push(await ran(name));
const text = `${JSON.stringify(told, null, 2)}\n`;
process.stdout.write(text);
if (values.json !== undefined) await writeFile(values.json, text);
if (values.page) await intoPage(PAGE, told);
if (told.some(({ faults }) => faults.length > 0)) process.exitCode = 1;

async function ran(name: PartName): Promise<Told> {
  const part: Part = PARTS[name];
  const runs = values.runs === undefined ? part.runs : numberOf("--runs", values.runs);
  const minutes = values.minutes === undefined ? (part.minutes ?? 0) : numberOf("--minutes", values.minutes);
  const began = performance.now();
  const log = (line: string) => process.stderr.write(`${line}\n`);
  const result = await part.run({ seed, runs, minutes, program: BUILT, log });
  const seconds = (performance.now() - began) / 1000;
  return { name, says: part.says, seed, seconds, ...(await circumstances()), ...result };
}

function numberOf(flag: string, text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value >= 0) return value;
  throw new Error(`Expected ${flag} to be a number from 0 on, got ${text}`);
}
