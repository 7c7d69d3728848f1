/** The vocabulary of the local planner. Words only; what they do together is in phrases.ts and clauses.ts. */
import type { Axis, Place, Stand, Toward } from "./spoken.ts";

export type Verb =
  | {
      readonly kind: "move";
      readonly toward?: Toward;
      readonly little?: true;
      /** What joins the thing follows: a deformation. */
      readonly bend?: true;
      /** The thing itself stays: a copy is made. */
      readonly copy?: true;
      /** The verb names the place: "centre". */
      readonly place?: Place;
    }
  /** `flip`: only half a turn is meant, anything else would be a mirror image. */
  | { readonly kind: "turn"; readonly flip?: true; readonly upright?: Stand }
  | { readonly kind: "scale"; readonly axis: Axis; readonly grow?: boolean; readonly times?: number }
  | { readonly kind: "stretch"; readonly grow: boolean }
  /** "make", "give", "should be": what happens is said by the other words. */
  | { readonly kind: "be" }
  | { readonly kind: "refused"; readonly why: string };

export const UP: Toward = [0, -1];
export const DOWN: Toward = [0, 1];
export const LEFT: Toward = [-1, 0];
export const RIGHT: Toward = [1, 0];

export const MIRRORING =
  'mirroring is not offered: things can be moved, turned and scaled ("upside down" is half a turn)';
const removing = "removing things is not a motion: only what a move uncovers is filled; move it out of the way instead";
const adding = "adding things is not a motion: only what is in the picture can be moved";
const colour = "colour changes are not geometry";
const looks = "changing how something looks is not geometry: things can only be moved, turned and scaled";

function verbs(words: string, verb: Verb): (readonly [string, Verb])[] {
  return words.split(" ").map((word) => [word, verb] as const);
}

export const VERBS: ReadonlyMap<string, Verb> = new Map([
  ...verbs(
    "move shift slide push drag bring put place take send set carry scoot scooch displace relocate reposition translate",
    { kind: "move" },
  ),
  ...verbs("pull bend tug yank warp flex", { kind: "move", bend: true }),
  ...verbs("copy duplicate clone", { kind: "move", copy: true }),
  ...verbs("centre center", { kind: "move", place: { type: "edge", toward: [0, 0] } }),
  ...verbs("nudge", { kind: "move", little: true }),
  ...verbs("raise lift hoist elevate", { kind: "move", toward: UP }),
  ...verbs("lower drop sink", { kind: "move", toward: DOWN }),
  ...verbs("rotate turn tilt spin swivel twist lean pivot swing tip", { kind: "turn" }),
  ...verbs("flip", { kind: "turn", flip: true }),
  ...verbs("scale resize", { kind: "scale", axis: "both" }),
  ...verbs("enlarge grow expand magnify increase", { kind: "scale", axis: "both", grow: true }),
  ...verbs("shrink reduce decrease downsize", { kind: "scale", axis: "both", grow: false }),
  ...verbs("widen broaden", { kind: "scale", axis: "width", grow: true }),
  ...verbs("narrow", { kind: "scale", axis: "width", grow: false }),
  ...verbs("heighten", { kind: "scale", axis: "height", grow: true }),
  ...verbs("shorten", { kind: "scale", axis: "height", grow: false }),
  ...verbs("double", { kind: "scale", axis: "both", times: 2 }),
  ...verbs("triple", { kind: "scale", axis: "both", times: 3 }),
  ...verbs("halve", { kind: "scale", axis: "both", times: 0.5 }),
  ...verbs("stretch extend elongate lengthen", { kind: "stretch", grow: true }),
  ...verbs("squeeze squash compress", { kind: "stretch", grow: false }),
  ...verbs("make give be want need needs like have get", { kind: "be" }),
  ...verbs("remove delete erase hide clear", { kind: "refused", why: removing }),
  ...verbs("add insert draw create generate write", { kind: "refused", why: adding }),
  ...verbs("recolor recolour paint tint dye color colour", { kind: "refused", why: colour }),
  ...verbs("blur sharpen brighten darken replace change turn-into restyle", { kind: "refused", why: looks }),
  ...verbs("mirror reflect", { kind: "refused", why: MIRRORING }),
  ...verbs("swap exchange switch", { kind: "refused", why: "to swap two things, move them one after the other" }),
  ...verbs("crop cut", { kind: "refused", why: "cropping changes the picture's size, it is not a motion" }),
  ...verbs("straighten", { kind: "turn", upright: "straight" }),
  ...verbs("level align", { kind: "refused", why: "this needs an angle: say how many degrees to turn" }),
]);

export const DIRECTIONS: ReadonlyMap<string, Toward> = new Map([
  ["left", LEFT],
  ["leftward", LEFT],
  ["leftwards", LEFT],
  ["right", RIGHT],
  ["rightward", RIGHT],
  ["rightwards", RIGHT],
  ["up", UP],
  ["upward", UP],
  ["upwards", UP],
  ["higher", UP],
  ["upper", UP],
  ["down", DOWN],
  ["downward", DOWN],
  ["downwards", DOWN],
  ["lower", DOWN],
]);

/** Directions where nothing follows them: "80 px below". */
export const SIDES: ReadonlyMap<string, Toward> = new Map([
  ["above", UP],
  ["below", DOWN],
  ["beneath", DOWN],
  ["underneath", DOWN],
]);

export const EDGES: ReadonlyMap<string, Toward> = new Map([
  ["left", LEFT],
  ["right", RIGHT],
  ["top", UP],
  ["upper", UP],
  ["bottom", DOWN],
  ["lower", DOWN],
]);

/** Comparatives: the axis they speak of and whether it grows. */
export const SIZES: ReadonlyMap<string, { readonly axis: Axis; readonly grow: boolean }> = new Map([
  ["bigger", { axis: "both", grow: true }],
  ["larger", { axis: "both", grow: true }],
  ["smaller", { axis: "both", grow: false }],
  ["wider", { axis: "width", grow: true }],
  ["broader", { axis: "width", grow: true }],
  ["narrower", { axis: "width", grow: false }],
  ["thinner", { axis: "width", grow: false }],
  ["taller", { axis: "height", grow: true }],
  ["shorter", { axis: "height", grow: false }],
  ["longer", { axis: "height", grow: true }],
] as const);

/** Words that name an axis after "as", "its", "the": "twice as big", "half its width". */
export const EXTENTS: ReadonlyMap<string, Axis> = new Map([
  ["big", "both"],
  ["large", "both"],
  ["small", "both"],
  ["size", "both"],
  ["wide", "width"],
  ["width", "width"],
  ["tall", "height"],
  ["high", "height"],
  ["height", "height"],
  ["long", "height"],
] as const);

export const AXES: ReadonlyMap<string, Axis> = new Map([
  ["horizontally", "width"],
  ["sideways", "width"],
  ["vertically", "height"],
] as const);

function set(words: string): ReadonlySet<string> {
  return new Set(words.split(" "));
}

export const ARTICLES = set("the a an this that these those its his her their my our your");
/** Articles that stand alone too: "move this left". */
export const POINTING = set("this that these those");
export const PRONOUNS = set("it this that them him these those");
export const PICTURE = set("picture image photo photograph frame screen");
/** Say nothing about geometry. */
export const FILLERS = set(
  "please could can would will should you we i'd i kindly just now ok okay by over let's let us roughly approximately diagonally only also further-away ,",
);
/** Speak of a place relative to something that a grammar cannot find in the picture. */
export const RELATIONS = set(
  "to towards toward behind between beside until so onto into under beneath above below near next against from away closer along across past through around about where halfway",
);
/** Between the words of one name: "the man on the left". */
export const PREPOSITIONS = set("of on in at with near behind under beside above below from by for and");
/** Compare with something that a grammar cannot measure. */
export const COMPARISONS = set("same equal");
/** No part of the picture. */
export const WHOLE = set("everything all picture image photo photograph");
export const NEGATIONS = set("not don't dont never without except no");
export const UNKNOWN_UNITS = set(
  "cm mm m centimetre centimetres centimeter centimeters millimetres millimeters metre metres meter meters inch inches foot feet radian radians rad em pt points",
);
export const COLOURS = set(
  "red green blue yellow orange purple pink black white grey gray brown turquoise gold golden silver violet cyan magenta",
);
