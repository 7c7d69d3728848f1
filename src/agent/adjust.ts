/** A retry changes exactly one thing: from the last edit and a change to the next call, as a pure function. */
import { QUALITIES, type Quality, type SimpleMotion, simpleMotionSchema } from "../engine/recipe/schema.ts";
import type { Change } from "../tools/assistant.ts";
import { operationsOf } from "./operations.ts";
import type { CallStep, Picture } from "./state.ts";

/** What a change needs to know beside the call. */
export interface Around {
  readonly picture: Pick<Picture, "width" | "height">;
  /** The tier that the call ran at. */
  readonly quality: Quality;
  /** The person named the tier: no retry goes to another. */
  readonly qualityChosen: boolean;
  readonly request: string;
  /** The critic's words, e.g. "too far to the left". */
  readonly why: string;
  /** Another intent prompt, where one was proposed. */
  readonly otherPrompt?: string | undefined;
}

/** undefined where the change cannot be made to this call, or would go against what the person said. */
export function adjusted(last: CallStep, change: Change, around: Around): CallStep | undefined {
  const { afterwards: _, written: _w, assumed: _a, ...call } = last;
  const next = changed({ ...call, change }, change, around);
  return next === undefined ? undefined : { ...next, change };
}

function changed(call: CallStep, change: Change, around: Around): CallStep | undefined {
  switch (change) {
    case "grow-mask":
      return grown(call, around);
    case "other-amount":
      return withMotions(call, (motion) => otherAmount(motion, around));
    case "other-type":
      return withMotions(call, otherType) ?? otherRegime(call);
    case "other-prompt":
      return around.otherPrompt === undefined ? undefined : withArgs(call, { prompt: around.otherPrompt });
    case "more-iterations":
      return iterating(call, 1.6, around);
    case "fewer-iterations":
      return iterating(call, 0.5, around);
    case "faster-tier":
      return atTier(call, -1, around);
    case "slower-tier":
      return atTier(call, 1, around);
    case "undo":
      return undefined;
    default: {
      const never: never = change;
      throw new TypeError(`Unknown change: ${String(never)}`);
    }
  }
}

function withArgs(call: CallStep, args: Readonly<Record<string, unknown>>): CallStep {
  return { ...call, args: { ...call.args, ...args } };
}

/** The region's own box, cut down to the region and then grown: a new region, and the same edit with it. */
function grown(call: CallStep, { picture }: Around): CallStep | undefined {
  const [first] = operationsOf(call);
  const region = call.thread?.selection;
  if (region === undefined || first?.regionId !== region.regionId) return undefined;
  const grow = Math.max(3, Math.round(0.01 * Math.max(picture.width, picture.height)));
  const args = {
    imageId: call.args.imageId,
    box: [...region.box],
    refine: false,
    combine: { with: region.regionId, op: "intersect" },
    grow,
    ...(typeof first.label === "string" ? { label: first.label } : {}),
  };
  return { type: "call", tool: "select_region", args, why: `the region grown by ${grow} px`, afterwards: call };
}

/** Every motion of the first operation changed; undefined where one of them does not change. */
function withMotions(call: CallStep, change: (motion: SimpleMotion) => SimpleMotion | undefined): CallStep | undefined {
  const [first, ...rest] = operationsOf(call);
  const motion = first?.motion;
  const compose = typeof motion === "object" && motion !== null && "motions" in motion && Array.isArray(motion.motions);
  const parsed = simpleMotionSchema
    .array()
    .min(1)
    .safeParse(compose ? motion.motions : [motion]);
  if (!parsed.success) return undefined;
  const motions = parsed.data.map(change);
  if (motions.some((one) => one === undefined)) return undefined;
  const next = compose ? { type: "compose", motions } : motions[0];
  return withArgs(call, { operations: [{ ...first, motion: next }, ...rest] });
}

/** The person's own numbers hold; an amount that was not said may be a fifth off. */
function otherAmount(motion: SimpleMotion, { request, why }: Around): SimpleMotion | undefined {
  if (/\d/.test(request)) return undefined;
  const by = /\b(less|too (far|much|big|large)|overshoot|smaller)\b/i.test(why) ? 0.8 : 1.25;
  const round = (value: number) => Math.round(value * by * 1000) / 1000;
  switch (motion.type) {
    case "relocation":
    case "deformation":
      return motion.by && { type: motion.type, by: [round(motion.by[0]), round(motion.by[1])] };
    case "rotation":
      return motion.degrees === undefined ? undefined : { ...motion, degrees: round(motion.degrees) };
    case "scale":
      return { ...motion, factor: rescaled(motion.factor, by) };
    default: {
      const never: never = motion;
      throw new TypeError(`Unknown motion: ${String(never)}`);
    }
  }
}

/** More or less of the change of size, not of the size. */
function rescaled(factor: number | [number, number], by: number): number | [number, number] {
  const one = (value: number) => Math.round(value ** by * 1e4) / 1e4;
  return typeof factor === "number" ? one(factor) : [one(factor[0]), one(factor[1])];
}

function otherType(motion: SimpleMotion): SimpleMotion | undefined {
  if (motion.type === "relocation") return { ...motion, type: "deformation" };
  return motion.type === "deformation" ? { ...motion, type: "relocation" } : undefined;
}

/** What cannot be another type can still be cut out rather than bent, or the other way round. */
function otherRegime(call: CallStep): CallStep {
  const options = optionsOf(call);
  return withArgs(call, { options: { ...options, regime: options.regime === "bend" ? "cut" : "bend" } });
}

/** The bundles' defaults (50 and 20) where the call names none. */
function iterating(call: CallStep, by: number, { quality }: Around): CallStep | undefined {
  if (quality !== "full") return undefined;
  const { transportIterations: first = 50, intensifyIterations: second = 20, ...rest } = optionsOf(call);
  if (typeof first !== "number" || typeof second !== "number") return undefined;
  const times = (count: number) => Math.min(1000, Math.round(count * by));
  return withArgs(call, {
    options: { ...rest, transportIterations: times(first), intensifyIterations: times(second) },
  });
}

function optionsOf({ args: { options } }: CallStep): Readonly<Record<string, unknown>> {
  return typeof options === "object" && options !== null ? { ...options } : {};
}

function atTier(call: CallStep, step: -1 | 1, { quality, qualityChosen }: Around): CallStep | undefined {
  const tier = QUALITIES[QUALITIES.indexOf(quality) + step];
  return qualityChosen || tier === undefined ? undefined : { ...call, quality: tier };
}
