/** Licences of everything that users get, and which of them go with Apache-2.0. */
import { type LockEntry, type LockFile, nameOf, production } from "./lock-file.ts";

/** Permissive: they ask for their notice to be kept. */
const PERMISSIVE = [
  "MIT",
  "ISC",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "Apache-2.0",
  "0BSD",
  "BlueOak-1.0.0",
  "CC0-1.0",
  "Zlib",
];

/** Weaker than a licence for all: only for these packages, whose library is loaded at run time and can be replaced. */
const LIBRARIES: Readonly<Record<string, RegExp>> = { "LGPL-3.0-or-later": /^@img\/sharp-/ };

/** Packages whose manifest names no licence; what their licence file says. */
const UNSAID: Readonly<Record<string, string>> = { "dom-walk": "MIT", "exif-parser": "MIT" };

export interface Licensed {
  readonly name: string;
  readonly version: string;
  readonly licence: string;
}

/** By name and version, each once. */
export function licencesOf({ packages }: LockFile): Licensed[] {
  const list = production(packages).map(([folder, entry]) => licensed(nameOf(folder), entry));
  const unique = new Map(list.map((one) => [`${one.name}@${one.version}`, one]));
  return [...unique.values()].sort((a, b) => (a.name + a.version < b.name + b.version ? -1 : 1));
}

export function licensed(name: string, { version = "", license }: LockEntry): Licensed {
  return { name, version, licence: license ?? UNSAID[name] ?? "none" };
}

/** What may not be shipped beside Apache-2.0, in words. */
export function licenceFaults(list: readonly Licensed[]): string[] {
  const wrong = list.filter(({ name, licence }) => !isFine(name, licence));
  return wrong.map(({ name, version, licence }) => `${name} ${version} is under ${licence}`);
}

/** "A OR B" needs one, "A AND B" needs both; the parentheses that occur are around the whole. */
function isFine(name: string, licence: string): boolean {
  const plain = licence.replace(/^\((.*)\)$/, "$1");
  if (plain.includes(" OR ")) return plain.split(" OR ").some((one) => isFine(name, one));
  return plain.split(" AND ").every((one) => PERMISSIVE.includes(one) || LIBRARIES[one]?.test(name) === true);
}
