/** JSON out of a model's text: fenced, in the middle of a sentence, or slightly broken. */
import { jsonrepair } from "jsonrepair";
import { jsonExcess } from "../../engine/json-size.ts";

export type JsonText =
  | { readonly type: "json"; readonly value: unknown; readonly repaired: boolean }
  /** It begins and does not end: what is missing cannot be guessed. */
  | { readonly type: "cut" }
  | { readonly type: "none" };

/** The first JSON object in the text. */
export function jsonIn(text: string): JsonText {
  const start = text.indexOf("{");
  if (start < 0) return { type: "none" };
  const end = endOfObject(text, start);
  const body = text.slice(start, end ?? text.length);
  const whole = parsed(body);
  if (whole !== undefined) return { type: "json", value: whole, repaired: false };
  if (end === undefined) return { type: "cut" };
  const value = repaired(body);
  return value === undefined ? { type: "none" } : { type: "json", value, repaired: true };
}

/** Index after the brace that closes the one at `start`; braces in strings do not count. */
function endOfObject(text: string, start: number): number | undefined {
  let depth = 0;
  let quoted = false;
  for (let i = start; i < text.length; i++) {
    const c = text[i];
    if (quoted && c === "\\") i++;
    else if (c === '"') quoted = !quoted;
    else if (!quoted && (c === "{" || c === "[")) depth++;
    else if (!quoted && (c === "}" || c === "]") && --depth === 0) return i + 1;
  }
  return undefined;
}

function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return jsonExcess(value) === undefined ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Opening brackets in what is mended: the mender recurses, and a regular expression compiled on a full stack would end the
 * process. */
const MOST_BRACKETS = 500;

function repaired(text: string): unknown {
  if (text.split(/[[{]/, MOST_BRACKETS + 2).length > MOST_BRACKETS + 1) return undefined;
  try {
    return parsed(jsonrepair(text));
  } catch {
    return undefined;
  }
}
