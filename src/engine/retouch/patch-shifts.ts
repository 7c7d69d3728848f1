/** A first fill of few, large, shifted copies (Pritch et al., "Shift-Map Image Editing", 2009; He & Sun 2012): each pixel of the
 * hole takes one of few offsets, so that the joins between copies show least (α-expansion, Boykov et al. 2001). */
import { MinCut } from "./min-cut.ts";
import { type Level, PIXEL } from "./patch-level.ts";
import { type Offset, sourceAt } from "./patch-offsets.ts";
import { IMPOSSIBLE, type ShiftCosts, shiftCosts } from "./shift-costs.ts";

/** Pairs of neighbouring hole pixels, as places in the order of `inside`: n and m by turns. */
type Pairs = Int32Array;

// Below, pixels are counted in the order of `inside` and labels are indices of offsets: no index leaves its array.

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
    const source = sourceAt(level, i, offsets[labels[n] ?? 0] as Offset);
    level.field[i] = source;
    level.turn[i] = 0;
    level.pixels.copyWithin(i * PIXEL, source * PIXEL, (source + 1) * PIXEL);
  });
}

function ownCost({ own, offsets }: ShiftCosts, n: number, k: number): number {
  return offsets.length === 0 ? IMPOSSIBLE : (own[n * offsets.length + k] as number);
}

function cheapest(costs: ShiftCosts): Int32Array {
  return Int32Array.from(costs.inside, (_, n) => {
    let best = 0;
    for (let k = 1; k < costs.offsets.length; k++) if (ownCost(costs, n, k) < ownCost(costs, n, best)) best = k;
    return best;
  });
}

/** To the right and below. */
function pairsOf({ width, columns, hole }: Level, inside: Int32Array): Pairs {
  const order = new Int32Array(hole.length).fill(-1);
  inside.forEach((i, n) => {
    order[i] = n;
  });
  const pairs = new Int32Array(inside.length * 4);
  let count = 0;
  for (let n = 0; n < inside.length; n++) {
    const i = inside[n] as number;
    const right = (columns[i] as number) < width - 1 ? (order[i + 1] as number) : -1;
    const below = i + width < hole.length ? (order[i + width] as number) : -1;
    if (right >= 0) {
      pairs[count++] = n;
      pairs[count++] = right;
    }
    if (below >= 0) {
      pairs[count++] = n;
      pairs[count++] = below;
    }
  }
  return pairs.slice(0, count);
}

/** Lets every pixel at once choose between its label and `k`, at the least cost of all. */
function expand(costs: ShiftCosts, pairs: Pairs, labels: Int32Array, k: number): void {
  const nodes = new Int32Array(labels.length).fill(-1);
  let free = 0;
  for (let n = 0; n < labels.length; n++) if (labels[n] !== k && ownCost(costs, n, k) < IMPOSSIBLE) nodes[n] = free++;
  if (free === 0) return;
  const cut = new MinCut(free, pairs.length / 2);
  const changes = new Float64Array(labels.length);
  for (let n = 0; n < labels.length; n++) {
    const node = nodes[n] as number;
    if (node < 0) continue;
    cut.addNode(node, ownCost(costs, n, labels[n] as number), ownCost(costs, n, k));
    changes[n] = costs.seen(n, labels[n] as number, k);
  }
  const choice = { k, nodes, labels, changes };
  for (let p = 0; p < pairs.length; p += 2) {
    addJoin(cut, costs, choice, pairs[p] as number, pairs[p + 1] as number);
  }
  const keeps = cut.solve();
  for (let n = 0; n < labels.length; n++) {
    const node = nodes[n] as number;
    if (node >= 0 && keeps[node] === 0) labels[n] = k;
  }
}

interface Choice {
  readonly k: number;
  /** Per pixel: its node in the graph, −1 where it cannot choose. */
  readonly nodes: Int32Array;
  readonly labels: Int32Array;
  /** Per pixel that can choose: how much its copies with its label and with `k` differ. */
  readonly changes: Float64Array;
}

/** The costs of a pair as those of nodes and of one arc (Kolmogorov & Zabih 2004, Table 1). */
function addJoin(cut: MinCut, costs: ShiftCosts, { k, nodes, labels, changes }: Choice, n: number, m: number): void {
  const atN = nodes[n] as number;
  const atM = nodes[m] as number;
  if (atN < 0 && atM < 0) return;
  const a = labels[n] as number;
  const b = labels[m] as number;
  if (atN >= 0 && atM >= 0 && a === b) {
    // Most pairs: where both can choose and have one label, either change makes the same join.
    const one = (changes[n] as number) + (changes[m] as number);
    cut.addNode(atN, 0, one);
    cut.addNode(atM, 0, -one);
    cut.addArc(atN, atM, one + one);
    return;
  }
  const { join } = costs;
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
