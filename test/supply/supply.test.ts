/** What comes in with others' packages, and what is said of them. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { auditOf } from "../../scripts/supply/audit.ts";
import { licenceFaults, licencesOf } from "../../scripts/supply/licences.ts";
import { type LockFile, lockFaults, type Manifest, readJson } from "../../scripts/supply/lock-file.ts";
import { bundled, importsOf, notice } from "../../scripts/supply/notice.ts";
import { makeSbom, sbomFaults } from "../../scripts/supply/sbom.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const lock = readJson<LockFile>(join(ROOT, "package-lock.json"));
const manifest = readJson<Manifest>(join(ROOT, "package.json"));

function withEntry(entry: object): LockFile {
  return { ...lock, packages: { ...lock.packages, "node_modules/new": { version: "1.0.0", ...entry } } };
}

const INTEGRITY = `sha512-${"A".repeat(86)}==`;

describe("the lock file", () => {
  it("names a hash for everything, and no install script that runs", () => {
    expect(Object.keys(lock.packages).length).toBeGreaterThan(300);
    expect(lockFaults(lock, manifest)).toEqual([]);
  });

  it.each<[object, RegExp]>([
    [{ integrity: "sha1-AAAA" }, /new has no sha512/],
    [{ integrity: INTEGRITY, resolved: "http://registry.npmjs.org/new.tgz" }, /comes from http:/],
    [{ integrity: INTEGRITY, resolved: "https://evil.example/new.tgz" }, /comes from https:\/\/evil/],
    [{ integrity: INTEGRITY, resolved: "git+ssh://git@github.com/a/b.git#1" }, /comes from git/],
    [{ integrity: INTEGRITY, hasInstallScript: true }, /new has an install script that nobody judged/],
    [{ integrity: INTEGRITY, link: true }, /new is a link/],
  ])("with %j would be refused", (entry, fault) => {
    expect(lockFaults(withEntry(entry), manifest).join()).toMatch(fault);
  });

  it("and an install script that is allowed needs a change here", () => {
    const allowScripts = { ...manifest.allowScripts, protobufjs: true, gone: false };
    expect(lockFaults(lock, { allowScripts })).toEqual([
      "allowScripts lets protobufjs run its install script; nothing here needs one",
      "allowScripts names gone, which has no install script",
    ]);
  });
});

describe("licences", () => {
  it("of all that users get go with Apache-2.0", () => {
    expect(licencesOf(lock).length).toBeGreaterThan(200);
    expect(licenceFaults(licencesOf(lock))).toEqual([]);
  });

  it.each([undefined, "GPL-3.0-only", "AGPL-3.0", "LGPL-3.0-or-later", "MIT AND GPL-2.0", "SEE LICENSE IN x"])(
    "%s would be refused",
    (license) => {
      const faults = licenceFaults(licencesOf(withEntry(license === undefined ? {} : { license })));
      expect(faults).toEqual([`new 1.0.0 is under ${license ?? "none"}`]);
    },
  );

  it("NOTICE is what `npm run supply -- notice` writes", () => {
    expect(readFileSync(join(ROOT, "NOTICE"), "utf8")).toBe(notice(lock, ROOT));
  });

  it("NOTICE knows what the pages are compiled from", () => {
    const imported = importsOf(join(ROOT, "web"));
    expect(imported).toEqual(expect.arrayContaining(["preact", "konva", "@preact/signals", "openapi-fetch"]));
    expect(bundled(lock, imported)).toEqual(expect.arrayContaining([...imported, "@preact/signals-core"]));
  });
});

describe("an audit", () => {
  const report = (vulnerabilities: object) => ({ vulnerabilities, metadata: { dependencies: { total: 7 } } });

  it("tells holes, none, and nobody to ask apart", () => {
    expect(auditOf(report({}))).toEqual({ type: "clean", packages: 7 });
    const hole = report({ tar: { severity: "high", range: "<7" } });
    expect(auditOf(hole)).toEqual({ type: "found", lines: ["tar <7: high"] });
    const refused = { message: "405 Method Not Allowed", method: "POST" };
    expect(auditOf(refused)).toEqual({ type: "unavailable", why: "405 Method Not Allowed" });
    expect(auditOf(null).type).toBe("unavailable");
  });
});

describe("the bill of materials", () => {
  it("names every package that users get, each with its hash", () => {
    const text = makeSbom(ROOT, lock);
    expect(sbomFaults(text, lock)).toEqual([]);
    expect(text).not.toContain("pkg:npm/vitest@");
    const fewer = JSON.parse(text);
    fewer.components = fewer.components.filter(({ name }: { name: string }) => name !== "sharp");
    expect(sbomFaults(JSON.stringify(fewer), lock)).toEqual([expect.stringMatching(/^sharp@.* is missing$/)]);
  });
});
