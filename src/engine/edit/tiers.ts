/** Which picture an edit delivers: each tier is measured, and a slower one is delivered unless it is measurably worse. */
import type { Gates } from "../api.ts";
import { emptyMask, type Size } from "../geometry/mask.ts";
import { resizeMask, resizeRgb } from "../image/resample.ts";
import type { Affine, Mask, Rgb } from "../raster.ts";
import type { ResolvedEdit } from "../recipe/resolve.ts";
import { QUALITIES, type Quality } from "../recipe/schema.ts";
import { type GateRegion, gateMeter } from "../retouch/gates.ts";

export interface TierResult {
  readonly tier: Quality;
  readonly picture: Rgb;
  readonly gates: Gates;
  /** Of a model's picture: how much more it says than the ground does, see `overreachOf`. */
  readonly overreach?: number | undefined;
  /** Of a model's picture: how wide what it could change is, in its own pixels, see `uncoveredWidth`. */
  readonly width?: number | undefined;
}

/** Not measured yet. */
export type Tier = Omit<TierResult, "gates">;

type GatesOf = (picture: Rgb) => Promise<Gates>;

/** Gates look at no more pixels than this: what shows of a join or a fill is larger than a pixel of a big photo. */
const GATE_PIXELS = 5e5;

/** Gates of one picture, see `gatesMeter`. */
export async function gatesOf(before: Rgb, after: Rgb, edit: ResolvedEdit, vacated: Mask): Promise<Gates> {
  return (await gatesMeter(before, edit, vacated))(after);
}

/** Measures against one picture, here or on another thread. */
type Meter = (before: Rgb, regions: readonly GateRegion[]) => (after: Rgb) => Gates | Promise<Gates>;

/** Measured on the frame, scaled down to half a megapixel where it is larger. */
export async function gatesMeter(
  before: Rgb,
  edit: ResolvedEdit,
  vacated: Mask,
  open: Meter = gateMeter,
): Promise<GatesOf> {
  const size = scaledSize(before);
  const mask = async (part: Mask) => (size ? resizeMask(part, size.width, size.height) : part);
  const picture = async (part: Rgb) => (size ? resizeRgb(part, size.width, size.height) : part);
  const [uncovered, editable] = [await mask(vacated), await mask(edit.editableHard)];
  const regions: GateRegion[] = [];
  for (const { grown, target, affine, keepSource } of edit.operations) {
    regions.push({
      source: await mask(grown),
      target: await mask(target),
      vacated: keepSource ? emptyMask(uncovered) : uncovered,
      editable,
      affine: size ? scaledAffine(affine, size.width / before.width, size.height / before.height) : affine,
    });
  }
  const own = await picture(before);
  const measure = open(own, regions);
  return async (after) => measure(after === before ? own : await picture(after));
}

/** Nothing is measured before the first picture is asked for, and no picture twice. */
export function gatesOnce(meter: () => Promise<GatesOf>): GatesOf {
  let opened: Promise<GatesOf> | undefined;
  const known = new Map<Rgb, Promise<Gates>>();
  return (picture) => {
    opened ??= meter();
    const gates = known.get(picture) ?? opened.then((measure) => measure(picture));
    known.set(picture, gates);
    return gates;
  };
}

export async function measured(tiers: readonly Tier[], gatesOf: GatesOf): Promise<TierResult[]> {
  const results: TierResult[] = [];
  for (const tier of tiers) results.push({ ...tier, gates: await gatesOf(tier.picture) });
  return results;
}

function scaledSize({ width, height }: Size): Size | undefined {
  const scale = Math.sqrt(GATE_PIXELS / (width * height));
  return scale >= 1 ? undefined : { width: Math.round(width * scale), height: Math.round(height * scale) };
}

/** The same map on a picture whose pixels are counted `sx` and `sy` times. */
export function scaledAffine([a, b, c, d, e, f]: Affine, sx: number, sy: number): Affine {
  return [a, (b * sx) / sy, c * sx, (d * sy) / sx, e, f * sy];
}

/** Scores that differ by less than this are equal: the gates' own noise. */
const NOISE = 0.005;

/** A model that says more than the ground varies is not believed. */
const OVERREACH = 1;

/** Two latents in the model's pixels: in less, no latent is sure to lie whole, and a model blends what it fills with the object
 * beside it. */
const NARROWEST = 16;

/** The slower tier, which was asked for, unless its score is lower than a faster one's by more than the noise, or its
 * model is not believed. */
export function bestTier(results: readonly TierResult[]): TierResult {
  const [fastest, ...slower] = [...results].sort((a, b) => rank(a.tier) - rank(b.tier));
  if (fastest === undefined) throw new TypeError("Expected at least one result to choose from");
  return slower.reduce((best, next) => (isBetter(next, best) || Number.isNaN(best.gates.score) ? next : best), fastest);
}

function isBetter(next: TierResult, than: TierResult): boolean {
  return next.gates.score >= than.gates.score - NOISE && whyNotBelieved(next) === undefined;
}

/** In words what the choice went by; nothing where there was none. */
export function whyBest(results: readonly TierResult[], best: TierResult): { why?: string } {
  const other = results.find((result) => result !== best);
  if (other === undefined) return {};
  const slower = rank(best.tier) > rank(other.tier);
  const doubt = slower ? undefined : whyNotBelieved(other);
  if (doubt !== undefined) return { why: doubt };
  const gain = best.gates.score - other.gates.score;
  const level = !slower || Number.isNaN(gain) || Math.abs(gain) > NOISE ? "better than" : "as well as";
  const scores = `${best.gates.score.toFixed(3)} against ${other.gates.score.toFixed(3)}`;
  return { why: `it measures ${level} ${other.tier} (${scores})` };
}

/** Nothing where the model's picture is as good as its gates. */
function whyNotBelieved({ tier, overreach = 0, width = NARROWEST }: TierResult): string | undefined {
  if (overreach === Number.POSITIVE_INFINITY) return `the move uncovers nothing that ${tier} could fill`;
  if (width < NARROWEST) {
    return `what the move uncovers is too narrow for ${tier} (${width.toFixed(1)} of the model's pixels, at least ${NARROWEST})`;
  }
  if (overreach <= OVERREACH) return undefined;
  return `${tier} would redraw ground that is calmer than its changes (${overreach.toFixed(2)} times its variation)`;
}

function rank(tier: Quality): number {
  return QUALITIES.indexOf(tier);
}
