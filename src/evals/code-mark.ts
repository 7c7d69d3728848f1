/** Which program makes the edits: a fingerprint of its code, so that results of other code are not taken for its own. */
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

const CODE = fileURLToPath(new URL("..", import.meta.url));
const PROMPTS = fileURLToPath(new URL("../../prompts", import.meta.url));
/** What an edit's pixels and a request's reading depend on; scorers and reports do not change them. */
const FOLDERS = [...["engine", "session", "tools", "agent"].map((name) => join(CODE, name)), PROMPTS];

/** 16 hexadecimal digits over names and contents of the files; sources and build have different ones. */
export async function codeMark(): Promise<string> {
  const sum = createHash("sha256");
  for (const folder of FOLDERS) {
    for (const path of await codeFiles(folder)) {
      sum.update(relative(CODE, path).split(sep).join("/"));
      sum.update(await readFile(path));
    }
  }
  return sum.digest("hex").slice(0, 16);
}

async function codeFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && /(?<!\.d)\.(ts|js|md|json)$/.test(entry.name));
  return files.map((entry) => join(entry.parentPath, entry.name)).sort();
}
