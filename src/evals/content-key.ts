/** Keys made of contents: the same data, the same key. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";

/** 24 hexadecimal digits. */
export function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 24);
}

/** Of what cannot be read the same for all: that it cannot shows when it is used, under its own name. */
export async function hashOfFile(path: string): Promise<string> {
  const bytes = await readFile(path).catch(() => "unreadable");
  return createHash("sha256").update(bytes).digest("hex");
}

/** JSON with sorted keys. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => {
    if (typeof part !== "object" || part === null || Array.isArray(part)) return part;
    return Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
  });
}
