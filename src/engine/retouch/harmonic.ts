/** Smooth values between fixed ones on a small grid: Laplace's equation by successive over-relaxation. */

export interface Lattice {
  readonly width: number;
  readonly height: number;
}

/** Which nodes keep their value: 1, and 0 where the value is sought. Row-major. */
export type Fixed = Uint8Array;

const SWEEPS = 30;
const OVER_RELAXATION = 1.8;
const COARSEST = 12;

/**
 * `values` with every node that is not fixed replaced by the mean of its neighbours. Beyond the lattice nothing pulls
 * (Neumann). Starts from a coarser solution, so that few sweeps suffice.
 */
export function harmonic(lattice: Lattice, fixed: Fixed, values: Float32Array): Float32Array {
  const out = Float32Array.from(values);
  const { width, height } = lattice;
  if (Math.max(width, height) > COARSEST) {
    const coarse = { width: Math.ceil(width / 2), height: Math.ceil(height / 2) };
    const guess = harmonic(coarse, ...halved(lattice, coarse, fixed, values));
    enlarge(guess, coarse, lattice, fixed, out);
  }
  relax(lattice, fixed, out);
  return out;
}

/** Solves again from a good first guess, which is changed. */
export function relax({ width, height }: Lattice, fixed: Fixed, out: Float32Array): void {
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    for (let y = 0, i = 0; y < height; y++) {
      const up = y > 0 ? -width : 0;
      const down = y < height - 1 ? width : 0;
      for (let x = 0; x < width; x++, i++) {
        if (fixed[i] === 1) continue;
        // A missing neighbour is replaced by the node itself: no slope across the lattice's edge.
        const left = x > 0 ? -1 : 0;
        const right = x < width - 1 ? 1 : 0;
        const sum = (out[i + left] ?? 0) + (out[i + right] ?? 0) + (out[i + up] ?? 0) + (out[i + down] ?? 0);
        out[i] = (out[i] ?? 0) + OVER_RELAXATION * (sum / 4 - (out[i] ?? 0));
      }
    }
  }
}

/** A coarse node is fixed where any of its four fine ones is, to their mean. */
function halved(fine: Lattice, coarse: Lattice, fixed: Fixed, values: Float32Array): [Fixed, Float32Array] {
  const [held, means] = [new Uint8Array(coarse.width * coarse.height), new Float32Array(coarse.width * coarse.height)];
  const counts = new Float32Array(means.length);
  for (let y = 0, i = 0; y < fine.height; y++) {
    for (let x = 0; x < fine.width; x++, i++) {
      if (fixed[i] !== 1) continue;
      const at = (y >> 1) * coarse.width + (x >> 1);
      held[at] = 1;
      counts[at] = (counts[at] ?? 0) + 1;
      means[at] = (means[at] ?? 0) + ((values[i] ?? 0) - (means[at] ?? 0)) / (counts[at] ?? 1);
    }
  }
  return [held, means];
}

function enlarge(guess: Float32Array, coarse: Lattice, fine: Lattice, fixed: Fixed, out: Float32Array): void {
  for (let y = 0, i = 0; y < fine.height; y++) {
    for (let x = 0; x < fine.width; x++, i++) {
      if (fixed[i] !== 1) out[i] = guess[(y >> 1) * coarse.width + (x >> 1)] ?? 0;
    }
  }
}
