/** From a sentence to lower-case words; units and points of the picture become words of their own. */

const HYPHENATED =
  /\b(up|down|upper|lower|top|bottom|left|right|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|quarter|half)-(?=[a-z])/g;

/** "(450, 320)" becomes the one word "@450,320". */
const POINT =
  /\(\s*(-?\d+(?:\.\d+)?)\s*[,;]\s*(-?\d+(?:\.\d+)?)\s*\)|(?<=\bto )(\d+(?:\.\d+)?), ?(\d+(?:\.\d+)?)(?![\d%])/g;

export function tokenize(text: string): string[] {
  return normalize(text)
    .split(/\s+/)
    .filter((word) => word !== "");
}

function normalize(text: string): string {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[‘’]/g, "'")
    .replace(/[“”"]/g, " ")
    .replace(/[−–]/g, "-")
    .replace(/(\d),(?=\d{3}\b)/g, "$1")
    .replace(POINT, (_, x, y, x2, y2) => ` @${x ?? x2}|${y ?? y2} `)
    .replace(/°|º/g, " degrees ")
    .replace(/%/g, " percent ")
    .replace(/per cent\b/g, "percent")
    .replace(/\b(counter|anti)[- ]?clockwise/g, "counterclockwise")
    .replace(/(\d)(?=(px|pixels?|deg|degrees?|x|times|cm|mm)\b)/g, "$1 ")
    .replace(HYPHENATED, "$1 ")
    .replace(/[,;]/g, " , ")
    .replace(/[.!?]+(?=\s|$)/g, " ");
}
