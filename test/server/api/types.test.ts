import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { apiDocument, ROUTES } from "../../../src/server/api/document.ts";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const installed = existsSync(`${ROOT}test/interop/node_modules/openapi-typescript`);

describe("the API's document", () => {
  it("tells every route once, with a summary and what goes wrong", () => {
    const { paths = {}, openapi } = apiDocument();
    const operations = Object.values(paths).flatMap((path) => Object.values(path as Record<string, object>));
    expect(openapi).toBe("3.1.0");
    expect(operations).toHaveLength(ROUTES.length);
    expect(new Set(ROUTES.map(({ operationId }) => operationId)).size).toBe(ROUTES.length);
    for (const operation of operations) expect(operation).toMatchObject({ responses: { default: {} } });
  });

  it.skipIf(!installed)("is what the page's types were made of", () => {
    const check = () =>
      execFileSync(process.execPath, ["--import", "tsx", "scripts/api-types.ts", "--check"], {
        cwd: ROOT,
        stdio: "pipe",
      });
    expect(check).not.toThrow();
  });
});
