/** From numbers to places along an axis, and where its ticks stand. */

export interface Scale {
  readonly ticks: readonly number[];
  at(value: number): number;
}

/** Decades and what lies between them: few enough to be read. */
const STEPS = [[1], [1, 3], [1, 2, 5], [1, 2, 3, 4, 5, 6, 7, 8, 9]] as const;
const FEWEST_TICKS = 3;

/** Logarithmic from `from` to `to`, wide enough for the values; all positive. */
export function logScale(values: readonly number[], from: number, to: number, margin = 1.25): Scale {
  const [low, high] = [Math.min(...values) / margin, Math.max(...values) * margin];
  const at = (value: number) => from + ((to - from) * Math.log(value / low)) / Math.log(high / low);
  return { ticks: logTicks(low, high), at };
}

function logTicks(low: number, high: number): number[] {
  const decades = Array.from({ length: 40 }, (_, i) => 10 ** (i - 20));
  const within = (steps: readonly number[]) =>
    decades.flatMap((decade) => steps.map((step) => step * decade)).filter((tick) => tick >= low && tick <= high);
  return STEPS.map(within).find((ticks) => ticks.length >= FEWEST_TICKS) ?? within(STEPS[3]);
}

/** Linear from 0 to at least `least`. */
export function linearScale(values: readonly number[], from: number, to: number, least: number): Scale {
  const high = Math.max(least, ...values);
  const at = (value: number) => from + ((to - from) * value) / high;
  return { ticks: [0, 0.25, 0.5, 0.75, 1].map((share) => share * high), at };
}

/** Short: 0.02, 3, 10k. */
export function shortNumber(value: number): string {
  if (value >= 10_000) return `${Number((value / 1000).toPrecision(3))}k`;
  return String(value >= 100 ? Math.round(value) : Number(value.toPrecision(2)));
}
