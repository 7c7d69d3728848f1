/** The cheapest cut of a graph into two sides (Dinic's maximum flow, 1970), for graphs with few arcs per node. */

const NOTHING = 1e-9;

/** Nodes and arcs are numbered by the caller and by `#push`: no index leaves its array. */
export class MinCut {
  /** Per node: what it can still give (> 0) or take (< 0). */
  readonly #spare: Float64Array;
  /** Arcs are listed per node: the first, and for each arc the next. Arc e leads back as e ^ 1. */
  readonly #first: Int32Array;
  readonly #next: Int32Array;
  readonly #to: Int32Array;
  readonly #room: Float64Array;
  #arcs = 0;
  /** Steps from the nearest node that can give; −1 where none reaches. */
  readonly #depth: Int32Array;
  /** Nodes in the order in which they were reached, each once. */
  readonly #queue: Int32Array;
  /** Arcs of the path under way: one step down each, so never more than there are nodes. */
  readonly #path: Int32Array;

  /** `arcs` at most. */
  constructor(nodes: number, arcs: number) {
    this.#spare = new Float64Array(nodes);
    this.#first = new Int32Array(nodes).fill(-1);
    this.#next = new Int32Array(2 * arcs);
    this.#to = new Int32Array(2 * arcs);
    this.#room = new Float64Array(2 * arcs);
    this.#depth = new Int32Array(nodes);
    this.#queue = new Int32Array(nodes);
    this.#path = new Int32Array(nodes);
  }

  /** What a node costs on the first side, and on the second; only the difference counts. */
  addNode(node: number, first: number, second: number): void {
    this.#spare[node] = (this.#spare[node] ?? 0) + second - first;
  }

  /** `cost` ≥ 0 is paid when `from` is on the first side and `to` on the second. */
  addArc(from: number, to: number, cost: number): void {
    this.#push(from, to, cost);
    this.#push(to, from, 0);
  }

  #push(from: number, to: number, room: number): void {
    const arc = this.#arcs++;
    this.#next[arc] = this.#first[from] ?? -1;
    this.#first[from] = arc;
    this.#to[arc] = to;
    this.#room[arc] = room;
  }

  /** 1 for the nodes on the first side. Uses up the graph. */
  solve(): Uint8Array {
    while (this.#measureDepths()) {
      const arcs = this.#first.slice();
      for (let node = 0; node < arcs.length; node++) {
        while ((this.#spare[node] ?? 0) > NOTHING && this.#sendFrom(node, arcs)) {}
      }
    }
    return Uint8Array.from(this.#depth, (depth) => (depth >= 0 ? 1 : 0));
  }

  /** True if some node that can take is reached. */
  #measureDepths(): boolean {
    const [spare, first, next, to, room] = [this.#spare, this.#first, this.#next, this.#to, this.#room];
    const [depth, queue] = [this.#depth.fill(-1), this.#queue];
    let end = 0;
    for (let node = 0; node < depth.length; node++) {
      if ((spare[node] as number) <= NOTHING) continue;
      depth[node] = 0;
      queue[end++] = node;
    }
    let reached = false;
    for (let q = 0; q < end; q++) {
      const node = queue[q] as number;
      if ((spare[node] as number) < -NOTHING) reached = true;
      const below = (depth[node] as number) + 1;
      for (let arc = first[node] as number; arc >= 0; arc = next[arc] as number) {
        const reach = to[arc] as number;
        if ((depth[reach] as number) >= 0 || (room[arc] as number) <= NOTHING) continue;
        depth[reach] = below;
        queue[end++] = reach;
      }
    }
    return reached;
  }

  /** One path downwards; `arcs` holds each node's next arc to try. False if there is none left. */
  #sendFrom(start: number, arcs: Int32Array): boolean {
    const path = this.#path;
    let length = 0;
    for (let node = start; (this.#spare[node] as number) >= -NOTHING; ) {
      const arc = this.#openArc(node, arcs);
      if (arc >= 0) {
        path[length++] = arc;
        node = this.#to[arc] as number;
        continue;
      }
      if (length === 0) return false;
      node = this.#to[(path[--length] as number) ^ 1] as number;
      arcs[node] = this.#next[arcs[node] as number] as number;
    }
    this.#send(start, length);
    return true;
  }

  #openArc(node: number, arcs: Int32Array): number {
    const below = (this.#depth[node] as number) + 1;
    let arc = arcs[node] as number;
    while (arc >= 0 && ((this.#room[arc] as number) <= NOTHING || this.#depth[this.#to[arc] as number] !== below)) {
      arc = this.#next[arc] as number;
    }
    arcs[node] = arc;
    return arc;
  }

  #send(start: number, length: number): void {
    const [path, spare, room] = [this.#path, this.#spare, this.#room];
    const end = length === 0 ? start : (this.#to[path[length - 1] as number] as number);
    let flow = Math.min(spare[start] as number, -(spare[end] as number));
    for (let k = 0; k < length; k++) flow = Math.min(flow, room[path[k] as number] as number);
    spare[start] = (spare[start] as number) - flow;
    spare[end] = (spare[end] as number) + flow;
    for (let k = 0; k < length; k++) {
      const arc = path[k] as number;
      room[arc] = (room[arc] as number) - flow;
      room[arc ^ 1] = (room[arc ^ 1] as number) + flow;
    }
  }
}
