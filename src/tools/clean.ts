/** Text that came from a file, a name or a caller, before a person or a model reads it. */

// biome-ignore lint/suspicious/noControlCharactersInRegex: exactly these must not reach a terminal or a model
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+/g;

/** Control characters (line ends included) and characters that turn the direction of text become a space; at most
 * `length` characters. */
export function clean(text: string, length: number): string {
  const plain = text.replace(UNSEEN, " ");
  return plain.length <= length ? plain : `${plain.slice(0, length - 1)}…`;
}

/** The same line by line, for text of several lines; at most `length` characters in each. */
export function cleanLines(text: string, length = 2000): string {
  return text
    .split("\n")
    .map((line) => clean(line, length))
    .join("\n");
}
