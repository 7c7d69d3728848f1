/** Which nodes of a bend's lattice may move, and along which axis: the picture's edge lets things slide along it. */
import type { Size } from "../geometry/mask.ts";
import type { BendLattice } from "./bend-lattice.ts";
import type { BendRegion, Regions } from "./bend-regions.ts";

/** 1 at nodes that may move along x, and along y. The same array where no edge tells them apart. */
export interface Free {
  readonly x: Uint8Array;
  readonly y: Uint8Array;
}

/** A side of the picture on which a region stands that moves away from it: nothing can come in over it. */
export interface Wall {
  readonly axis: 0 | 1;
  /** Pixels from the left or the top. */
  readonly at: number;
  /** The way into the picture along the axis. */
  readonly inward: 1 | -1;
}

interface Edge extends Wall {
  readonly nodes: readonly number[];
}

export interface Edges {
  /** Of the picture. */
  readonly size: Size;
  /** Far from every region: nothing moves there. */
  readonly still: readonly Edge[];
  readonly walls: readonly Edge[];
}

const PROGRESS = [0, 0.25, 0.5, 0.75, 1] as const;
/** A region this near to the picture's edge, as a share of its room, takes the edge along. */
const AT_EDGE = 0.25;
/** Pixels of motion away from an edge that do not count. */
const SLIGHT = 0.5;

/** What each edge of the picture is to these regions; an edge over which they leave is none. */
export function edgesFor({ lattice, bends }: Regions, share: number, size: Size): Edges {
  const close = nodesNear(bends, lattice, share, AT_EDGE);
  const edges = edgesOf(lattice, size).filter(({ nodes }) => nodes.length > 0);
  const isClose = ({ nodes }: Edge) => nodes.some((i) => close[i] === 1);
  const comesIn = ({ nodes, axis, inward }: Edge) =>
    nodes.some((i) => close[i] === 1 && bends.some((bend) => inward * wayAt(bend, lattice, i, share)[axis] > SLIGHT));
  return {
    size,
    still: edges.filter((edge) => !isClose(edge)),
    walls: edges.filter((edge) => isClose(edge) && comesIn(edge)),
  };
}

/** Nodes in the area, near enough to a region on its way, that no edge holds. `wider` is in rooms. */
export function freeNodes(
  { lattice, bends }: Regions,
  inside: Uint8Array,
  edges: Edges,
  share: number,
  wider: number,
): Free {
  const near = Number.isFinite(wider) ? nodesNear(bends, lattice, share, wider) : inside;
  const both = inside.map((node, i) => node & (near[i] ?? 0));
  for (const { nodes } of edges.still) for (const i of nodes) both[i] = 0;
  const along = (axis: 0 | 1): Uint8Array => {
    const walls = edges.walls.filter((wall) => wall.axis === axis);
    if (walls.length === 0) return both;
    const free = both.slice();
    for (const { nodes } of walls) for (const i of nodes) free[i] = 0;
    return free;
  };
  return { x: along(0), y: along(1) };
}

function nodesNear(bends: readonly BendRegion[], lattice: BendLattice, share: number, rooms: number): Uint8Array {
  const nodes = new Uint8Array(lattice.width * lattice.height);
  const times = PROGRESS.map((p) => p * share);
  for (const bend of bends) bend.markAround(times, rooms * bend.room, nodes);
  return nodes;
}

function wayAt({ at }: BendRegion, { width, origin, step }: BendLattice, node: number, share: number) {
  const [x, y] = [origin[0] + (node % width) * step, origin[1] + Math.floor(node / width) * step];
  const [a, b, c, d, e, f] = at(share);
  return [a * x + b * y + c - x, d * x + e * y + f - y] as const;
}

/** The nodes at or beyond each side of the picture. */
function edgesOf({ width, height, origin, step }: BendLattice, size: Size): Edge[] {
  const columns = indices(width, (u) => origin[0] + u * step);
  const rows = indices(height, (v) => origin[1] + v * step);
  const inColumns = (list: readonly number[]) => list.flatMap((u) => rows.all.map((v) => v * width + u));
  const inRows = (list: readonly number[]) => list.flatMap((v) => columns.all.map((u) => v * width + u));
  return [
    { axis: 0, at: 0, inward: 1, nodes: inColumns(columns.where((x) => x <= 0)) },
    { axis: 0, at: size.width, inward: -1, nodes: inColumns(columns.where((x) => x > size.width - step / 2)) },
    { axis: 1, at: 0, inward: 1, nodes: inRows(rows.where((y) => y <= 0)) },
    { axis: 1, at: size.height, inward: -1, nodes: inRows(rows.where((y) => y > size.height - step / 2)) },
  ];
}

function indices(count: number, placeOf: (index: number) => number) {
  const all = Array.from({ length: count }, (_, i) => i);
  return { all, where: (test: (place: number) => boolean) => all.filter((i) => test(placeOf(i))) };
}
