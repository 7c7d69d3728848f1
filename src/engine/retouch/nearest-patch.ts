/** Exact search for the most similar of many small patches. */

/** Side in pixels. */
export const PATCH = 5;

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
  return (patch) => {
    const count = patch.values.length;
    let best = Number.POSITIVE_INFINITY;
    let above = firstFrom(totals, patch.total);
    let below = above - 1;
    while (below >= 0 || above < totals.length) {
      const down = below < 0 ? Number.POSITIVE_INFINITY : patch.total - (totals[below] as number);
      const up = above === totals.length ? Number.POSITIVE_INFINITY : (totals[above] as number) - patch.total;
      if (Math.min(down, up) ** 2 / count > best) break;
      const other = among[down < up ? below-- : above++] as Patch; // between 0 and the length
      if (Math.abs(other.x - patch.x) < PATCH && Math.abs(other.y - patch.y) < PATCH) continue;
      best = Math.min(best, squared(patch.values, other.values, best));
    }
    return Number.isFinite(best) ? Math.sqrt(best / count) : 0;
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

/** Sum of squares over two patches of the same length, given up once it exceeds `limit`. */
function squared(a: Float32Array, b: Float32Array, limit: number): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = (a[i] as number) - (b[i] as number);
    sum += difference * difference;
    if (sum > limit) return sum;
  }
  return sum;
}
