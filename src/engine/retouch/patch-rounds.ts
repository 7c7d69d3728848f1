/** Search and vote in turns (Wexler et al. 2007): each vote moves the pixels, so that other matches become the best. */
import type { Random } from "./grain.ts";
import { improveField, measureField } from "./patch-improve.ts";
import type { Level } from "./patch-level.ts";
import { vote } from "./patch-vote.ts";

/** A level's layout settles in about so many rounds; where it is settled, levels are small and rounds cheap. */
const ROUNDS = 5;
/** A level of more pixels gets its layout from below: there one pass is enough. */
const LARGE = 15_000;

/** Rounds over a level whose field and pixels come from the coarser one. */
export function settle(level: Level, random: Random): void {
  if (level.hole.length > LARGE) improve(level, [1], random);
  else for (let round = 0; round < ROUNDS; round++) improve(level, [1, -1], random);
}

/** One pass of `improveField` per order, and a vote. */
function improve(level: Level, orders: readonly (1 | -1)[], random: Random): void {
  measureField(level);
  for (const order of orders) improveField(level, order, random);
  vote(level);
}
