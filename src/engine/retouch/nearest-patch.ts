/** Exact search for the most similar of many small patches. */

/** Side in pixels. */
export const PATCH = 5;
/** Levels of a row, and of all rows. */
const ROW = PATCH * 3;
const COUNT = PATCH * ROW;

export interface Patch {
  readonly x: number;
  readonly y: number;
  /** PATCH × PATCH × 3 levels. */
  readonly values: Float32Array;
  /** Of all levels. */
  readonly total: number;
}

/**
 * RMS difference to the nearest patch that does not overlap this one's centre. Looked for from patches of the same total
 * outwards: n values whose totals differ by d differ by at least d²/n (Cauchy and Schwarz), so that few need be compared.
 */
export function nearestAmong(patches: readonly Patch[]): (patch: Patch) => number {
  const among = patches.toSorted((a, b) => a.total - b.total);
  const totals = Float64Array.from(among, ({ total }) => total);
  const [xs, ys] = [Int32Array.from(among, ({ x }) => x), Int32Array.from(among, ({ y }) => y)];
  const values = new Float32Array(among.length * COUNT); // [patches, COUNT]
  for (const [k, patch] of among.entries()) values.set(patch.values, k * COUNT);
  return (patch) => {
    let best = Number.POSITIVE_INFINITY;
    let above = firstFrom(totals, patch.total);
    let below = above - 1;
    while (below >= 0 || above < totals.length) {
      const down = below < 0 ? Number.POSITIVE_INFINITY : patch.total - (totals[below] as number);
      const up = above === totals.length ? Number.POSITIVE_INFINITY : (totals[above] as number) - patch.total;
      if (Math.min(down, up) ** 2 / COUNT > best) break;
      const other = down < up ? below-- : above++; // from 0 to the last
      if (Math.abs((xs[other] as number) - patch.x) < PATCH && Math.abs((ys[other] as number) - patch.y) < PATCH)
        continue;
      const found = squared(patch.values, values, other * COUNT, best);
      if (found < best) best = found;
    }
    return Number.isFinite(best) ? Math.sqrt(best / COUNT) : 0;
  };
}

/** Index of the first of ascending values that is at least `value`. */
function firstFrom(values: Float64Array, value: number): number {
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((values[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Sum of squares over a patch and the one whose values begin at `from`, given up row by row once it exceeds `limit`. */
function squared(a: Float32Array, values: Float32Array, from: number, limit: number): number {
  let sum = 0;
  for (let i = 0, j = from; i < COUNT && sum <= limit; ) {
    for (const end = i + ROW; i < end; i++, j++) {
      const difference = (a[i] as number) - (values[j] as number);
      sum += difference * difference;
    }
  }
  return sum;
}
