/** A first fill of few, large, shifted copies (Pritch et al., "Shift-Map Image Editing", 2009; He & Sun 2012): each pixel of the
 * hole takes one of few offsets, so that the joins between copies show least (α-expansion, Boykov et al. 2001). */
import { MinCut } from "./min-cut.ts";
import { type Level, neighbours } from "./patch-level.ts";
import { type Offset, sourceAt } from "./patch-offsets.ts";
import { IMPOSSIBLE, type ShiftCosts, shiftCosts } from "./shift-costs.ts";

/** Pairs of neighbouring hole pixels, as places in the order of `inside`. */
type Pairs = readonly (readonly [n: number, m: number])[];

/** Gives every hole pixel one of the offsets, and the colour there; nothing changes where they do not reach all pixels. */
export function shiftInto(level: Level, offsets: readonly Offset[]): void {
  const costs = shiftCosts(level, offsets);
  const labels = cheapest(costs);
  if (labels.some((k, n) => ownCost(costs, n, k) >= IMPOSSIBLE)) return;
  const pairs = pairsOf(level, costs.inside);
  offsets.forEach((_, k) => {
    expand(costs, pairs, labels, k);
  });
  for (const k of new Set(labels)) expand(costs, pairs, labels, k);
  costs.inside.forEach((i, n) => {
    const source = sourceAt(level, i, offsets[labels[n] ?? 0] as Offset); // labels are indices of offsets
    level.field[i] = source;
    level.turn[i] = 0;
    level.pixels.copyWithin(i * 3, source * 3, source * 3 + 3);
  });
}

function ownCost({ own, offsets }: ShiftCosts, n: number, k: number): number {
  return own[n * offsets.length + k] ?? IMPOSSIBLE;
}

function cheapest(costs: ShiftCosts): Int32Array {
  return Int32Array.from(costs.inside, (_, n) => {
    let best = 0;
    for (let k = 1; k < costs.offsets.length; k++) if (ownCost(costs, n, k) < ownCost(costs, n, best)) best = k;
    return best;
  });
}

function pairsOf({ width, hole }: Level, inside: Int32Array): Pairs {
  const order = new Map([...inside].map((i, n) => [i, n]));
  return [...inside].flatMap((i, n) =>
    neighbours(i, width, hole.length).flatMap((j) => {
      const m = j > i ? order.get(j) : undefined;
      return m === undefined ? [] : [[n, m] as const];
    }),
  );
}

/** Lets every pixel at once choose between its label and `k`, at the least cost of all; true if any has changed. */
function expand(costs: ShiftCosts, pairs: Pairs, labels: Int32Array, k: number): boolean {
  const free = [...labels.keys()].filter((n) => labels[n] !== k && ownCost(costs, n, k) < IMPOSSIBLE);
  const nodes = new Int32Array(labels.length).fill(-1);
  const cut = new MinCut(free.length, pairs.length);
  free.forEach((n, node) => {
    nodes[n] = node;
    cut.addNode(node, ownCost(costs, n, labels[n] ?? 0), ownCost(costs, n, k));
  });
  for (const [n, m] of pairs) addJoin(cut, costs, { n, m, k, nodes, labels });
  const keeps = cut.solve();
  free.forEach((n, node) => {
    if (keeps[node] === 0) labels[n] = k;
  });
  return keeps.includes(0);
}

interface Pair {
  readonly n: number;
  readonly m: number;
  readonly k: number;
  /** Per pixel: its node in the graph, −1 where it cannot choose. */
  readonly nodes: Int32Array;
  readonly labels: Int32Array;
}

/** The pair's costs as those of nodes and of one arc (Kolmogorov & Zabih 2004, Table 1). */
function addJoin(cut: MinCut, { join }: ShiftCosts, { n, m, k, nodes, labels }: Pair): void {
  const [a, b, atN, atM] = [labels[n] ?? 0, labels[m] ?? 0, nodes[n] ?? -1, nodes[m] ?? -1];
  if (atN < 0 && atM < 0) return;
  const stay = join(n, m, a, b);
  const mTakes = atM < 0 ? 0 : join(n, m, a, k);
  const nTakes = atN < 0 ? 0 : join(n, m, k, b);
  if (atM < 0) cut.addNode(atN, stay, nTakes);
  else if (atN < 0) cut.addNode(atM, stay, mTakes);
  else {
    cut.addNode(atN, 0, nTakes - stay);
    cut.addNode(atM, 0, -nTakes);
    cut.addArc(atN, atM, Math.max(0, mTakes + nTakes - stay)); // both taking k join for free
  }
}
