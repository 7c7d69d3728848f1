/** `npm run fuzz -- [--target NAME]… [--seconds N] [--executions N] [--seed N] [--out DIR] [--corpus DIR]`: hostile inputs for a
 * while, 0 executions for those of the corpus alone. Prints a table; findings go to DIR, one file each, with what was found beside it. Exit code 1 where there are any. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { figuresTable, fuzz } from "../../test/fuzz/run.ts";

const { values } = parseArgs({
  options: {
    target: { type: "string", multiple: true },
    seconds: { type: "string", default: "60" },
    executions: { type: "string", default: "1000000000" },
    seed: { type: "string", default: "1" },
    out: { type: "string", default: ".fuzz" },
    corpus: { type: "string" },
  },
});
const { seconds, executions, seed, out } = values;
const { figures, findings } = await fuzz({
  ...(values.target === undefined ? {} : { targets: values.target }),
  seconds: Number(seconds),
  executions: Number(executions),
  seed: Number(seed),
  ...(values.corpus === undefined ? {} : { corpus: values.corpus }),
  queue: join(out, "queue"),
  log: (line) => process.stderr.write(`${line}\n`),
});
process.stdout.write(`${figuresTable(figures)}\n`);
for (const [i, { target, what, detail, input }] of findings.entries()) {
  const folder = join(out, "findings", target);
  mkdirSync(folder, { recursive: true });
  const name = `${what.replaceAll(/[^\w.-]+/g, "-").slice(0, 60)}-${i}`;
  writeFileSync(join(folder, name), input);
  writeFileSync(join(folder, `${name}.txt`), `${target}: ${what}\n${detail}\n`);
}
process.stdout.write(`${findings.length} findings${findings.length > 0 ? ` in ${join(out, "findings")}` : ""}\n`);
process.exitCode = findings.length > 0 ? 1 : 0;
