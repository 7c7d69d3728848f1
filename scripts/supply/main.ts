/** `npm run supply [-- PART…]`: what comes in with others' packages and what goes out with ours. Parts: lock, licences, audit,
 * sbom, pack (the default: all of them), and notice, which writes NOTICE. Exit code 1 where something is wrong. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { audit } from "./audit.ts";
import { licenceFaults, licencesOf } from "./licences.ts";
import { type LockFile, lockFaults, type Manifest, readJson } from "./lock-file.ts";
import { notice } from "./notice.ts";
import { byFolder, linted, pack, packFaults, sizeText } from "./pack.ts";
import { makeSbom, sbomFaults } from "./sbom.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const lock = readJson<LockFile>(join(ROOT, "package-lock.json"));
const say = (line: string) => process.stdout.write(`${line}\n`);

const PARTS: Readonly<Record<string, () => readonly string[]>> = {
  lock: () => lockFaults(lock, readJson<Manifest>(join(ROOT, "package.json"))),
  licences() {
    const list = licencesOf(lock);
    const names = [...new Set(list.map(({ licence }) => licence))].sort();
    for (const name of names)
      say(`${String(list.filter(({ licence }) => licence === name).length).padStart(5)}  ${name}`);
    const isCurrent = readFileSync(join(ROOT, "NOTICE"), "utf8") === notice(lock, ROOT);
    return [...licenceFaults(list), ...(isCurrent ? [] : ["NOTICE is not current: npm run supply -- notice"])];
  },
  audit() {
    const found = audit(ROOT);
    if (found.type === "clean") say(`no known holes in ${found.packages} packages`);
    if (found.type === "found") return found.lines;
    if (found.type !== "unavailable") return [];
    const why = `NOT AUDITED: the registry answers no audits (${found.why})`;
    // Where the audit is the point, as in the workflow, nobody to ask is a failure.
    if (process.env.SUPPLY_AUDIT === "required") return [why];
    process.stderr.write(`\n  !!  ${why}\n\n`);
    return [];
  },
  sbom() {
    const text = makeSbom(ROOT, lock);
    const file = process.env.SUPPLY_SBOM;
    if (file) writeFileSync(file, text);
    return sbomFaults(text, lock);
  },
  pack() {
    const folder = mkdtempSync(join(tmpdir(), "dragflow-pack-"));
    try {
      const packed = pack(ROOT, folder);
      say(sizeText(packed));
      for (const [name, bytes] of byFolder(packed).slice(0, 12))
        say(`${(bytes / 1e6).toFixed(2).padStart(8)} MB  ${name}`);
      return [...packFaults(packed), ...linted(packed.file, ROOT)];
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
  notice() {
    writeFileSync(join(ROOT, "NOTICE"), notice(lock, ROOT));
    return [];
  },
};

const wanted = process.argv.slice(2);
for (const name of wanted.length > 0 ? wanted : Object.keys(PARTS).filter((one) => one !== "notice")) {
  const part = PARTS[name];
  if (part === undefined) throw new TypeError(`Expected a part among ${Object.keys(PARTS).join(", ")}, got ${name}`);
  say(`${name}:`);
  const faults = part();
  for (const fault of faults) say(`  WRONG: ${fault}`);
  if (faults.length > 0) process.exitCode = 1;
}
