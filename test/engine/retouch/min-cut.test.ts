import { expect, test } from "vitest";
import { randomFrom } from "../../../src/engine/retouch/grain.ts";
import { MinCut } from "../../../src/engine/retouch/min-cut.ts";

const NODES = 7;

interface Graph {
  readonly nodes: readonly (readonly [first: number, second: number])[];
  readonly arcs: readonly (readonly [from: number, to: number, cost: number])[];
}

function graphOf(random: () => number): Graph {
  const pick = () => Math.floor(random() * NODES);
  return {
    nodes: Array.from({ length: NODES }, () => [10 * random(), 10 * random()] as const),
    arcs: Array.from({ length: 12 }, () => [pick(), pick(), 8 * random()] as const).filter(([from, to]) => from !== to),
  };
}

function costOf({ nodes, arcs }: Graph, isFirst: (node: number) => boolean): number {
  const own = nodes.reduce((sum, [first, second], node) => sum + (isFirst(node) ? first : second), 0);
  return arcs.reduce((sum, [from, to, cost]) => sum + (isFirst(from) && !isFirst(to) ? cost : 0), own);
}

test.each([1, 2, 3, 4, 5, 6])("no other division is cheaper (seed %i)", (seed) => {
  const graph = graphOf(randomFrom(seed));
  const cut = new MinCut(NODES, graph.arcs.length);
  graph.nodes.forEach(([first, second], node) => {
    cut.addNode(node, first, second);
  });
  for (const [from, to, cost] of graph.arcs) cut.addArc(from, to, cost);
  const sides = cut.solve();
  const all = Array.from({ length: 2 ** NODES }, (_, bits) => costOf(graph, (node) => ((bits >> node) & 1) === 1));
  expect(costOf(graph, (node) => sides[node] === 1)).toBeCloseTo(Math.min(...all), 6);
});
