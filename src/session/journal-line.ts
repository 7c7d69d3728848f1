/** One line of a journal: its number, a checksum, and the entry as JSON. The checksum covers number and entry, so that
 * a line that was cut, altered, moved or repeated is found. */
import { createHash } from "node:crypto";

const LINE = /^\{"seq":(\d{1,15}),"sum":"([0-9a-f]{32})","entry":(.*)\}$/s;

/** Numbers that JSON has no word for (a PSNR may be infinite) become strings. */
export function jsonOf(entry: unknown): string {
  return JSON.stringify(entry, (_, value: unknown) =>
    typeof value === "number" && !Number.isFinite(value) ? String(value) : value,
  );
}

/** Ends with a line feed; JSON holds none. `body` is JSON. */
export function encodeLine(seq: number, body: string): string {
  return `{"seq":${seq},"sum":"${checksum(seq, body)}","entry":${body}}\n`;
}

/** The entry of line number `seq` (from 0); undefined unless the line is exactly as it was written there. */
export function decodeLine(seq: number, line: string): { readonly entry: unknown } | undefined {
  const [, number, sum, body = ""] = LINE.exec(line) ?? [];
  if (number !== String(seq) || sum !== checksum(seq, body)) return undefined;
  try {
    return { entry: JSON.parse(body) };
  } catch {
    return undefined;
  }
}

function checksum(seq: number, body: string): string {
  return createHash("sha256").update(`${seq}:${body}`).digest("hex").slice(0, 32);
}
