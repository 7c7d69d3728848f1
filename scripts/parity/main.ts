/** `npm run parity -- DIR... [--strict]`: compares the product with the numeric cases below the folders. */
import { parseArgs } from "node:util";
import { ADAPTERS, KINDS } from "./adapters/index.ts";
import { runParity } from "./run.ts";

const USAGE = "Usage: npm run parity -- DIR... [--strict]";

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { strict: { type: "boolean" } } });
  if (positionals.length === 0) throw new TypeError("Expected at least one folder, got none");
  const print = (line: string) => process.stdout.write(`${line}\n`);
  const options = { adapters: ADAPTERS, kinds: KINDS, strict: values.strict ?? false, print };
  return (await runParity(positionals, options)) ? 0 : 1;
}

process.exitCode = await main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n${USAGE}\n`);
  return 2;
});
