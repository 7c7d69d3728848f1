/** Finding for a patch at the hole its most similar patch outside by asking all: only where the picture is tiny. */
import { columnOf, Level, rowOf, setCost, sourceOf, targetAt } from "./level";
import { aim, costFrom } from "./patch-cost";

/** A source may cost this much more than the best before it is given up: what costs the same is compared by its place. */
const TIE: f64 = 1 + 1e-9;

let bestAt: i32 = 0;
let bestCost: f64 = 0;

export function searchExhaustively(level: Level, first: i32): void {
  for (let k = 0; k < level.targetCount; k++) matchExhaustively(level, targetAt(level, k), first);
}

/**
 * The cheapest source, and of several the first; `first` where there is none. Looked for from the target's row outwards, until
 * rows alone cost more than the best found; the present match is a good first bound.
 */
export function matchExhaustively(level: Level, target: i32, first: i32): void {
  const height = level.height;
  aim(level, target);
  const y = rowOf(level, target);
  const present = sourceOf(level, target);
  bestAt = first;
  bestCost = Infinity;
  if (present >= 0) tryMatch(level, columnOf(level, present), rowOf(level, present));
  for (let d = 0; d < height && load<f64>(level.rise + (d << 3)) <= bestCost * TIE; d++) {
    if (y >= d) tryRow(level, target, y - d, d);
    if (d > 0 && y + d < height) tryRow(level, target, y + d, d);
  }
  store<i32>(level.field + (target << 2), bestAt);
  setCost(level, target, bestCost);
}

/** Only as far to either side as displacement alone costs no more than the best found. */
function tryRow(level: Level, target: i32, y: i32, down: i32): void {
  const width = level.width;
  const x = columnOf(level, target);
  const reach = reachAcross(level, bestCost * TIE - load<f64>(level.rise + (down << 3)));
  const end = min(width - 1, x + reach);
  const sources = level.isSource + y * width;
  for (let u = max(0, x - reach); u <= end; u++) if (load<u8>(sources + u) === 1) tryMatch(level, u, y);
}

/** Columns to the side that cost at most `cost`. */
function reachAcross(level: Level, cost: f64): i32 {
  let reach = 0;
  while (reach + 1 < level.width && load<f64>(level.side + ((reach + 1) << 3)) <= cost) reach++;
  return reach;
}

function tryMatch(level: Level, x: i32, y: i32): void {
  const cost = costFrom(level, x, y, bestCost * TIE);
  const source = y * level.width + x;
  if (cost > bestCost || (cost === bestCost && source >= bestAt)) return;
  bestAt = source;
  bestCost = cost;
}
