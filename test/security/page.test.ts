/** docs/security.md names tests; a promise whose test is gone is none. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const PAGE = readFileSync(join(ROOT, "docs/security.md"), "utf8");
/** `test/x.test.ts`: “name” */
const NAMED = [...PAGE.matchAll(/`(test\/[\w./-]+)`: “([^”]+)”/g)].map(([, file = "", name = ""]) => ({ file, name }));

describe("the threat model", () => {
  it("names tests", () => {
    expect(NAMED.length).toBeGreaterThan(40);
    expect(PAGE.match(/`test\/[\w./-]+\.ts`/g)?.length).toBe(NAMED.length);
  });

  it.each(NAMED)("$file: $name", ({ file, name }) => {
    expect(existsSync(join(ROOT, file))).toBe(true);
    expect(readFileSync(join(ROOT, file), "utf8")).toContain(`"${name}"`);
  });

  it("covers everyone who may call, and everything hostile", () => {
    for (const heading of [
      "Chat",
      "Command line",
      "MCP over stdio",
      "MCP over HTTP",
      "HTTP API",
      "Page",
      "Worker and Redis",
    ]) {
      expect(PAGE).toMatch(new RegExp(`^\\| ${heading} \\|`, "m"));
    }
    const hostile = [
      "picture",
      "recipe",
      "suite",
      "checkpoint",
      "MCP client",
      "web page",
      "model's answer",
      "web address",
    ];
    for (const what of [...hostile, "archive", "run of evaluations", "worker or Redis", "package of others"]) {
      expect(PAGE).toMatch(new RegExp(`^### A hostile ${what}$`, "m"));
    }
  });

  it("SECURITY.md says how to report, without an address that nobody reads", () => {
    const text = readFileSync(join(ROOT, "SECURITY.md"), "utf8");
    expect(text).toMatch(/private vulnerability report/i);
    expect(text).not.toMatch(/@[\w-]+\.\w+/);
  });
});
