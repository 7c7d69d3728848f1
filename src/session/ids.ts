/** Ids that nobody can guess, in Crockford's base32: 5 random bits a character. */
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

/** Knowing a session's id is the right to open it, so it has 130 random bits; what lies inside a session has 50. */
export function newId(kind: IdKind): string {
  // A byte modulo 32 is uniform because 256 is a multiple of 32.
  const letters = Array.from(randomBytes(kind === "session" ? 26 : 10), (byte) => ALPHABET.charAt(byte % 32));
  return `${ID_PREFIXES[kind]}_${letters.join("")}`;
}

/** Whether text has the form of an id of this kind; such text is safe as a file name. */
export function isId(kind: IdKind, text: string): boolean {
  return ID_FORMS[kind].test(text);
}

/** Longer and shorter ones than ours are read too: sessions come from elsewhere and from earlier versions. */
export const ID_FORMS: Readonly<Record<IdKind, RegExp>> = {
  image: /^img_[0-9a-z]{10,40}$/,
  region: /^reg_[0-9a-z]{10,40}$/,
  edit: /^edit_[0-9a-z]{10,40}$/,
  job: /^job_[0-9a-z]{10,40}$/,
  session: /^ses_[0-9a-z]{26,40}$/,
  candidate: /^cand_[0-9a-z]{10,40}$/,
};
