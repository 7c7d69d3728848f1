/** Short ids that nobody can guess: 10 characters of Crockford's base32 are 50 random bits. */
import { randomBytes } from "node:crypto";

const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

const ID_PREFIXES = {
  image: "img",
  region: "reg",
  edit: "edit",
  job: "job",
  session: "ses",
  candidate: "cand",
} as const;
export type IdKind = keyof typeof ID_PREFIXES;

export function newId(kind: IdKind): string {
  // A byte modulo 32 is uniform because 256 is a multiple of 32.
  const letters = Array.from(randomBytes(10), (byte) => ALPHABET.charAt(byte % 32));
  return `${ID_PREFIXES[kind]}_${letters.join("")}`;
}
