/** The package as `npm publish` would send it: what is in it, and whether others' tools can use it. */
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";

export interface Packed {
  readonly file: string;
  /** Bytes: as sent, and unpacked. */
  readonly size: number;
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string; readonly size: number }[];
}

/** Folders at the top, each with what of the installed program uses it. */
export const USED: Readonly<Record<string, string>> = {
  dist: "the program",
  docs: "what messages and README point to",
  evals: "suites, sample pictures and report of `dragflow eval`",
  examples: "`dragflow demo` and the README's first commands",
  models: "the embedded model",
  prompts: "words for models and tool descriptions",
  schema: "what messages about recipes and suites point to",
};
const SINGLE = ["CHANGELOG.md", "LICENSE", "NOTICE", "README.md", "SKILL.md", "package.json"];

/** Bytes. The model's weights are 42 million of them and do not compress. */
export const MOST = { size: 44_500_000, unpackedSize: 52_000_000, files: 1800 };

/** Of the build in `root` as it is: scripts do not run. */
export function pack(root: string, into: string): Packed {
  const args = ["pack", "--json", "--ignore-scripts", "--pack-destination", into];
  const { stdout, stderr, status } = spawnSync("npm", args, { cwd: root, encoding: "utf8", maxBuffer: 2 ** 26 });
  if (status !== 0) throw new Error(`npm pack ended with ${status}: ${stderr}`);
  const [packed] = JSON.parse(stdout) as [Omit<Packed, "file">]; // npm prints a list of one
  const file = readdirSync(into).find((name) => name.endsWith(".tgz"));
  if (file === undefined) throw new Error("npm pack left no file");
  return { ...packed, file: join(into, file) };
}

export function packFaults({ size, unpackedSize, files }: Omit<Packed, "file">): string[] {
  const faults = files.flatMap(({ path }) => (isWanted(path) ? [] : [`${path} is used by nothing`]));
  if (size > MOST.size) faults.push(`${size} bytes are more than ${MOST.size}`);
  if (unpackedSize > MOST.unpackedSize)
    faults.push(`${unpackedSize} bytes unpacked are more than ${MOST.unpackedSize}`);
  if (files.length > MOST.files) faults.push(`${files.length} files are more than ${MOST.files}`);
  return faults;
}

function isWanted(path: string): boolean {
  const [top = "", ...rest] = path.split("/");
  if (rest.length === 0) return SINGLE.includes(top);
  return top in USED && !/\.map$|\.test\.|(^|\/)(train|node_modules|test)\//.test(path);
}

export function sizeText({ size, unpackedSize, files }: Omit<Packed, "file">): string {
  return `${(size / 1e6).toFixed(1)} MB packed, ${(unpackedSize / 1e6).toFixed(1)} MB unpacked, ${files.length} files`;
}

/** Bytes of each folder, largest first. */
export function byFolder({ files }: Pick<Packed, "files">): [folder: string, bytes: number][] {
  const sums = new Map<string, number>();
  for (const { path, size } of files) {
    const folder = path.includes("/") ? path.split("/").slice(0, 2).join("/") : path;
    sums.set(folder, (sums.get(folder) ?? 0) + size);
  }
  return [...sums].sort((a, b) => b[1] - a[1]);
}

/** What publint and attw print about it; empty where they are content. */
export function linted(file: string, root: string): string[] {
  const bin = (name: string) => join(root, "node_modules/.bin", name);
  const tools = [
    [bin("publint"), "--strict", file],
    // The package is ESM alone: require() and Node 10 are not promised.
    [bin("attw"), file, "--profile", "esm-only"],
  ] as const;
  return tools.flatMap(([command, ...args]) => {
    const { status, stdout, stderr } = spawnSync(command, args, { cwd: root, encoding: "utf8" });
    return status === 0 ? [] : [`${command} ended with ${status}: ${stdout}${stderr}`];
  });
}
