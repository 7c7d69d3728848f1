/** Writes web/api/schema.d.ts from the API's document. openapi-typescript needs an older compiler than ours, so it lives
 * in test/interop (npm ci --prefix test/interop). With --check it only compares. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { apiDocument } from "../src/server/api/document.ts";

const TOOL = fileURLToPath(new URL("../test/interop/node_modules/openapi-typescript/bin/cli.js", import.meta.url));
const OUT = fileURLToPath(new URL("../web/api/schema.d.ts", import.meta.url));

const dir = mkdtempSync(join(tmpdir(), "dragflow-api-"));
try {
  const document = join(dir, "openapi.json");
  const made = join(dir, "schema.d.ts");
  writeFileSync(document, JSON.stringify(apiDocument()));
  execFileSync(process.execPath, [TOOL, document, "-o", made], { stdio: ["ignore", "ignore", "inherit"] });
  const text = readFileSync(made, "utf8");
  if (!process.argv.includes("--check")) writeFileSync(OUT, text);
  else if (readFileSync(OUT, "utf8") !== text) {
    process.stderr.write("web/api/schema.d.ts is not current: npm run api:types\n");
    process.exitCode = 1;
  }
} finally {
  rmSync(dir, { recursive: true, force: true });
}
