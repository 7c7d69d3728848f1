/** The lock file as data: what is installed, and what must hold of it. */
import { readFileSync } from "node:fs";

export interface LockEntry {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly devOptional?: boolean;
  readonly link?: boolean;
  readonly hasInstallScript?: boolean;
  /** May be left out where it does not fit the platform. */
  readonly optional?: boolean;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly dependencies?: Readonly<Record<string, string>>;
}

export interface LockFile {
  readonly lockfileVersion: number;
  /** By folder: "" is this project. */
  readonly packages: Readonly<Record<string, LockEntry>>;
}

export interface Manifest {
  readonly allowScripts?: Readonly<Record<string, boolean>>;
  readonly files?: readonly string[];
}

export function readJson<T>(path: URL | string): T {
  return JSON.parse(readFileSync(path, "utf8")) as T; // files of this repository and of npm
}

const REGISTRY = "https://registry.npmjs.org/";

/** What is wrong with it, in words; nothing where all is well. A lock file may leave `resolved` out: the hash alone says
 * what is installed, and where from is the registry's business. */
export function lockFaults({ lockfileVersion, packages }: LockFile, { allowScripts = {} }: Manifest): string[] {
  const faults = lockfileVersion === 3 ? [] : [`Expected lockfileVersion 3, got ${lockfileVersion}`];
  for (const [folder, entry] of installed(packages)) {
    if (entry.link) faults.push(`${folder} is a link`);
    if (!/^sha512-[A-Za-z0-9+/]{86}==$/.test(entry.integrity ?? "")) faults.push(`${folder} has no sha512`);
    if (!/^\d+\.\d+\.\d+/.test(entry.version ?? "")) faults.push(`${folder} has no version`);
    if (entry.resolved !== undefined && !entry.resolved.startsWith(REGISTRY)) {
      faults.push(`${folder} comes from ${entry.resolved}`);
    }
  }
  const scripted = new Set(
    installed(packages).flatMap(([folder, one]) => (one.hasInstallScript ? [nameOf(folder)] : [])),
  );
  for (const name of scripted)
    if (!(name in allowScripts)) faults.push(`${name} has an install script that nobody judged`);
  for (const [name, allowed] of Object.entries(allowScripts)) {
    if (!scripted.has(name)) faults.push(`allowScripts names ${name}, which has no install script`);
    if (allowed) faults.push(`allowScripts lets ${name} run its install script; nothing here needs one`);
  }
  return faults;
}

export function installed(packages: LockFile["packages"]): readonly (readonly [string, LockEntry])[] {
  return Object.entries(packages).filter(([folder]) => folder !== "");
}

/** What users of the package get; for every platform, installed here or not. */
export function production(packages: LockFile["packages"]): readonly (readonly [string, LockEntry])[] {
  return installed(packages).filter(([, { dev, devOptional }]) => !dev && !devOptional);
}

export function nameOf(folder: string): string {
  return folder.slice(folder.lastIndexOf("node_modules/") + "node_modules/".length);
}
