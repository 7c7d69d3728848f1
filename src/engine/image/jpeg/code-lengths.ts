/** The shortest Huffman codes of at most 16 bits: package merging (Larmore and Hirschberg 1990). */

const MOST_BITS = 16;

export interface CodeLengths {
  /** How many codes have i + 1 bits: [16]. */
  readonly counts: Uint8Array;
  /** In the order of their codes: shorter ones first. */
  readonly symbols: Uint8Array;
}

interface Package {
  readonly weight: number;
  /** Symbols in it, each as often as it was packed. */
  readonly symbols: readonly number[];
}

/** A code for every symbol that occurs. None consists of ones alone (T.81 C.2): a symbol that never occurs takes that one. */
export function codeLengths(frequencies: Uint32Array): CodeLengths {
  const lengths = lengthsOf(frequencies);
  const used = [...frequencies.keys()].filter((symbol) => (lengths[symbol] ?? 0) > 0);
  used.sort((a, b) => (lengths[a] ?? 0) - (lengths[b] ?? 0) || a - b);
  const counts = new Uint8Array(MOST_BITS);
  for (const symbol of used) {
    const at = (lengths[symbol] ?? 1) - 1;
    counts[at] = (counts[at] ?? 0) + 1;
  }
  return { counts, symbols: Uint8Array.from(used) };
}

/** By symbol: how often it is in the 2n − 2 lightest packages of n symbols is its length. The last symbol is the one that
 * never occurs; it is the lightest, so that no code is longer than its own. */
function lengthsOf(frequencies: Uint32Array): Uint8Array {
  const spare = frequencies.length;
  const leaves: Package[] = [{ weight: 0, symbols: [spare] }];
  frequencies.forEach((weight, symbol) => {
    if (weight > 0) leaves.push({ weight, symbols: [symbol] });
  });
  leaves.sort((a, b) => a.weight - b.weight);
  let packages = leaves;
  for (let bits = 1; bits < MOST_BITS; bits++) {
    packages = [...leaves, ...pairs(packages)].sort((a, b) => a.weight - b.weight);
  }
  const lengths = new Uint8Array(spare + 1);
  for (const { symbols } of packages.slice(0, 2 * leaves.length - 2)) {
    for (const symbol of symbols) lengths[symbol] = (lengths[symbol] ?? 0) + 1;
  }
  return lengths;
}

function pairs(packages: readonly Package[]): Package[] {
  const paired: Package[] = [];
  for (let i = 0; i + 1 < packages.length; i += 2) {
    const [a, b] = packages.slice(i, i + 2);
    if (a && b) paired.push({ weight: a.weight + b.weight, symbols: [...a.symbols, ...b.symbols] });
  }
  return paired;
}
