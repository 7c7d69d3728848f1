/** From a sentence to lower-case words; units and points of the picture become words of their own. */
import { rephrased } from "./rephrase.ts";

const HYPHENATED =
  /\b(up|down|upper|lower|top|bottom|upside|left|right|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|quarter|half|third)-(?=[a-z])/g;

/** "(450, 320)", "to 450, 320" and "x=450 y=320" become the one word "@450|320". */
const NUMBER = "(-?\\d+(?:\\.\\d+)?)";
const POINTS = [
  new RegExp(`\\(\\s*${NUMBER}\\s*[,;]\\s*${NUMBER}\\s*\\)`, "g"),
  new RegExp(`(?<=\\b(?:to|at) )${NUMBER}, ?${NUMBER}(?![\\d%])`, "g"),
  new RegExp(`\\bx ?[=:] ?${NUMBER},? ?(?:and )?y ?[=:] ?${NUMBER}`, "g"),
];

/** What makes a flip half a turn rather than a mirror image. */
const UPSIDE_DOWN = /(\bflip\b[^,;]*?)\b(?:upright|(?:the )?right (?:way|side) up|(?:over )?(?:on|onto) its head)\b/g;

/** "make a copy of the sign": what happens to the sign is that it is copied. */
const COPY =
  /\b(?:(?:make|create|put|place|add|paste|want|move|drag) )?(?:a|another|one more) (?:copy|duplicate|clone) of\b/g;

/** "needs to go", "should be": what happens is said by the other words. */
const MODAL = /\b(?:needs? to|has to|have to|should|must|ought to|could|can) (?:go|be|move|come|sit)\b/g;

export function tokenize(text: string): string[] {
  return pointed(rephrased(normalize(text)))
    .replace(/[,;]/g, " , ")
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
    .replace(/°|º/g, " degrees ")
    .replace(/%/g, " percent ")
    .replace(/per cent\b/g, "percent")
    .replace(/\b(counter|anti)[- ]?clockwise/g, "counterclockwise")
    .replace(/(\d)(?=(px|pixels?|deg|degrees?|x|times|cm|mm)\b)/g, "$1 ")
    .replace(/\b(left|right)(?:-hand| hand(?= (?:corner|side|edge)))\b/g, "$1")
    .replace(HYPHENATED, "$1 ")
    .replace(/^\s*(?:first|firstly)\b/, " ")
    .replace(/\b(?:after that|afterwards|finally)\b/g, "then")
    .replace(UPSIDE_DOWN, "$1upside down")
    .replace(COPY, "copy")
    .replace(MODAL, "be")
    .replace(/\b(blow|scale|size) up\b/g, "enlarge")
    .replace(/\b(scale|size) down\b/g, "shrink")
    .replace(/[.!?]+(?=\s|$)/g, " ");
}

function pointed(text: string): string {
  return POINTS.reduce((words, point) => words.replace(point, " @$1|$2 "), text);
}
