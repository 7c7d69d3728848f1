/** The development sample of DragBench with the embedded model: previews, then the fast tier, as tables for the README.
 * `npm run eval:dev -- [FOLDER] [flags of dragflow eval]`; the folder else by DRAGFLOW_DRAGBENCH.
 * With --out DIR each tier has a folder of its own in it. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../src/cli/main.ts", import.meta.url));
const [first, ...rest] = process.argv.slice(2);
const isFolder = first !== undefined && !first.startsWith("-");
const folder = isFolder ? first : (process.env.DRAGFLOW_DRAGBENCH ?? "../shared/data/dragbench-dev");
const flags = isFolder ? rest : process.argv.slice(2);

function flagsOf(quality: string): string[] {
  return flags.map((word, i) => (flags[i - 1] === "--out" ? join(word, quality) : word));
}

if (existsSync(folder)) {
  for (const quality of ["preview", "fast"]) {
    const argv = [
      "--import",
      "tsx",
      MAIN,
      "eval",
      "--dataset",
      folder,
      "--quality",
      quality,
      ...(flags.includes("--out") ? [] : ["--format", "md"]),
      ...flagsOf(quality),
    ];
    const { status } = spawnSync(process.execPath, argv, { stdio: "inherit" });
    if (status !== 0) process.exitCode = status ?? 1;
  }
} else {
  process.stderr.write(`Expected DragBench at ${folder}: name its folder, or set DRAGFLOW_DRAGBENCH\n`);
  process.exitCode = 2;
}
