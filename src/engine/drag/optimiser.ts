/** From gradients to steps: how the drag goes down its loss. */

/** "plain": the gradient as it is (the paper); "normalised": every step as long as the first; "momentum": a running mean. */
export const OPTIMISERS = ["plain", "normalised", "momentum"] as const;
export type OptimiserName = (typeof OPTIMISERS)[number];

/** The direction of one update, of the gradient's size or, for later ones, the first gradient's. */
export type Optimiser = (gradient: Float32Array) => Float32Array;

const DECAY = 0.9;

/** Keeps what it knows of earlier gradients: one for each drag. Rates mean the same for all three. */
export function createOptimiser(name: OptimiserName): Optimiser {
  return { plain: (gradient: Float32Array) => gradient, normalised: ofOneLength(), momentum: runningMean() }[name];
}

function ofOneLength(): Optimiser {
  let first: number | undefined;
  return (gradient) => {
    const length = lengthOf(gradient);
    first ??= length;
    return length === 0 ? gradient : gradient.map((value) => (value * (first ?? length)) / length);
  };
}

/** Exponential, without the pull towards zero of its first values (Kingma and Ba 2015, §3). */
function runningMean(): Optimiser {
  let sum: Float32Array | undefined;
  let share = 0;
  return (gradient) => {
    const before = sum ?? new Float32Array(gradient.length);
    const next = gradient.map((value, i) => DECAY * (before[i] ?? 0) + (1 - DECAY) * value);
    sum = next;
    share = DECAY * share + (1 - DECAY);
    return next.map((value) => value / share);
  };
}

function lengthOf(values: Float32Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
}
