/** What counts as a usual match (Wexler et al. 2007). */
import { costOf, Level, targetAt } from "./level";

/** Half the 75th percentile of the targets' costs, at least 1. */
export function usualCost(level: Level): f64 {
  const count = level.targetCount;
  if (count === 0) return 1;
  for (let k = 0; k < count; k++) store<f32>(level.scratch + (k << 2), f32(costOf(level, targetAt(level, k))));
  return max(1, 0.5 * f64(nth(level.scratch, count, i32(0.75 * f64(count)))));
}

/** The number that would be at place `n` if `values` were sorted (Hoare's selection; reorders them). */
function nth(values: usize, count: i32, n: i32): f32 {
  let from = 0;
  let to = count - 1;
  while (from < to) {
    const pivot = at(values, n);
    let low = from;
    let high = to;
    while (low <= high) {
      while (at(values, low) < pivot) low++;
      while (at(values, high) > pivot) high--;
      if (low > high) break;
      swap(values, low, high);
      low++;
      high--;
    }
    if (high < n) from = low;
    if (low > n) to = high;
  }
  return at(values, n);
}

function at(values: usize, i: i32): f32 {
  return load<f32>(values + (i << 2));
}

function swap(values: usize, i: i32, j: i32): void {
  const was = at(values, i);
  store<f32>(values + (i << 2), at(values, j));
  store<f32>(values + (j << 2), was);
}
