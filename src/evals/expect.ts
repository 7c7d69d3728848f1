/** Whether a case came out as its suite expects: what was understood, which tier won, which numbers were reached. */
import type { EditOutcome } from "../engine/api.ts";
import { apply } from "../engine/geometry/affine.ts";
import type { Affine, Point } from "../engine/raster.ts";
import type { ResolvedOperation } from "../engine/recipe/resolve.ts";
import { METRIC_NAMES, METRICS, type Measures } from "./metrics/index.ts";
import type { Expectation, Thresholds } from "./suite/schema.ts";

/** What was expected and did not come, in words; every operation of an edit must be as expected. */
export function missedExpectations(
  { type, direction, turn, tier }: Expectation,
  operations: readonly ResolvedOperation[],
  outcome: Pick<EditOutcome, "tier">,
): string[] {
  const missed = operations.flatMap(({ motion, affine, centroid }) => [
    ...(type === undefined || motion.type === type ? [] : [`expected a ${type}, got a ${motion.type}`]),
    ...missedAngle("the direction", direction, directionOf(affine, centroid)),
    ...missedAngle("a turn of", turn, turnOf(affine)),
  ]);
  if (tier !== undefined && outcome.tier !== tier) missed.push(`expected the ${tier} tier to win, got ${outcome.tier}`);
  return missed;
}

/** Bounds are inclusive; a metric without a number has missed them. */
export function missedThresholds(thresholds: Thresholds, measures: Measures): string[] {
  return METRIC_NAMES.flatMap((name) => {
    const { min = -Infinity, max = Infinity } = thresholds[name] ?? {};
    const value = measures[name];
    if (thresholds[name] === undefined) return [];
    if (value === undefined) return [`expected ${name}, which could not be measured`];
    const got = `got ${value.toFixed(METRICS[name].digits)}`;
    if (value < min) return [`expected ${name} of at least ${min}, ${got}`];
    return value > max ? [`expected ${name} of at most ${max}, ${got}`] : [];
  });
}

function missedAngle(name: string, wanted: Expectation["turn"], got: number | undefined): string[] {
  if (wanted === undefined) return [];
  const { degrees, within } = wanted;
  if (got !== undefined && Math.abs(signedDegrees(got - degrees)) <= within) return [];
  return [`expected ${name} ${degrees}° ± ${within}°, got ${got === undefined ? "none" : `${got.toFixed(1)}°`}`];
}

/** Where the centroid goes, degrees clockwise from right on the screen; undefined for less than half a pixel. */
export function directionOf(affine: Affine, centroid: Point): number | undefined {
  const [x, y] = apply(affine, centroid);
  const [dx, dy] = [x - centroid[0], y - centroid[1]];
  return Math.hypot(dx, dy) < 0.5 ? undefined : degreesOf(dx, dy);
}

/** How far the map turns the x axis, degrees clockwise on the screen. */
export function turnOf([a, , , d]: Affine): number {
  return degreesOf(a, d);
}

function degreesOf(x: number, y: number): number {
  return (Math.atan2(y, x) * 180) / Math.PI;
}

/** The same angle in [−180, 180). */
function signedDegrees(degrees: number): number {
  return ((((degrees + 180) % 360) + 360) % 360) - 180;
}
