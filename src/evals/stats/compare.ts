/** Paired differences: the same cases by two methods, so that what is hard about a case drops out. */
import type { Measures } from "../measures.ts";
import type { Comparison, ScorerComparison } from "../result.ts";
import type { Direction, Scorer } from "../scorer.ts";
import { bootstrapMean } from "./bootstrap.ts";

/** `edit` − `other` over the cases that both have; a scorer that no case has in both is absent. */
export function compare(
  against: string,
  edit: ReadonlyMap<string, Measures>,
  other: ReadonlyMap<string, Measures>,
  scorers: readonly Scorer[],
): Comparison {
  const rows = scorers.flatMap((scorer) => {
    const pairs = [...edit].flatMap(([name, measures]) => {
      const [mine, theirs] = [measures[scorer.name], other.get(name)?.[scorer.name]];
      return mine === undefined || theirs === undefined ? [] : [[mine, theirs] as const];
    });
    return pairs.length === 0 ? [] : [[scorer.name, paired(pairs, scorer)] as const];
  });
  return { against, scorers: Object.fromEntries(rows) };
}

function paired(pairs: readonly (readonly [number, number])[], { direction, noise }: Scorer): ScorerComparison {
  const gains = pairs.map(([mine, theirs]) => gain(mine, theirs, direction));
  const wins = gains.filter((one) => one > noise.within).length;
  const losses = gains.filter((one) => one < -noise.within).length;
  return {
    ...bootstrapMean(pairs.map(([mine, theirs]) => mine - theirs)),
    wins,
    losses,
    ties: pairs.length - wins - losses,
  };
}

/** How much better `mine` is, in the scorer's unit; negative where it is worse. */
function gain(mine: number, theirs: number, direction: Direction): number {
  switch (direction) {
    case "up":
      return mine - theirs;
    case "down":
      return theirs - mine;
    case "one":
      return Math.abs(theirs - 1) - Math.abs(mine - 1);
    default: {
      const never: never = direction;
      throw new TypeError(`Unknown direction: ${String(never)}`);
    }
  }
}
