/** The history, told as plainly as possible: every move is remembered, everything else is worked out from that each time.
 * For comparison with the real one. */

interface Node {
  readonly id: string;
  readonly parent: string | undefined;
  favourite: boolean;
}

export class Model {
  nodes: Node[] = [];
  branches: { name: string; end: string }[] = [];
  visits: string[] = [];
  on: string | undefined;

  get current(): string | undefined {
    return this.visits.at(-1);
  }

  image(id: string, branch: string): void {
    this.#add({ id, parent: undefined, favourite: false }, branch);
  }

  edit(id: string, parent: string, fresh: string): void {
    this.#add({ id, parent, favourite: false }, this.branchOf(parent) ?? fresh);
  }

  undo(): boolean {
    const parent = this.#parent(this.current);
    if (parent !== undefined) this.#step(parent);
    return parent !== undefined;
  }

  redo(): boolean {
    const child = this.visits.findLast((id) => this.#has(id) && this.#parent(id) === this.current);
    if (child !== undefined) this.#step(child);
    return child !== undefined;
  }

  checkout(id: string): void {
    this.on = this.branchOf(id);
    this.visits.push(id);
  }

  checkoutBranch(name: string): void {
    this.on = name;
    this.visits.push(this.#end(name));
  }

  branch(name: string, at: string): void {
    this.branches.push({ name, end: at });
    this.checkoutBranch(name);
  }

  prune(): string[] {
    const starts = [
      ...this.branches.map(({ end }) => end),
      ...this.nodes.filter((n) => n.favourite).map(({ id }) => id),
    ];
    const needed = new Set([...starts, this.current ?? ""].flatMap((id) => this.#line(id)));
    const removed = this.nodes.filter(({ id }) => !needed.has(id)).map(({ id }) => id);
    this.nodes = this.nodes.filter(({ id }) => needed.has(id));
    return removed;
  }

  branchOf(id: string): string | undefined {
    if (id === this.current) return this.on;
    const first = (names: string[]) => (this.on !== undefined && names.includes(this.on) ? this.on : names[0]);
    const ending = this.branches.filter(({ end }) => end === id).map(({ name }) => name);
    const passing = this.branches.filter(({ end }) => this.#line(end).includes(id)).map(({ name }) => name);
    return first(ending) ?? first(passing);
  }

  #add(node: Node, branch: string): void {
    this.nodes.push(node);
    const known = this.branches.find(({ name }) => name === branch);
    if (known) known.end = node.id;
    else this.branches.push({ name: branch, end: node.id });
    this.checkoutBranch(branch);
  }

  #step(id: string): void {
    const stays = this.on !== undefined && this.#line(this.#end(this.on)).includes(id);
    if (!stays) this.on = this.branchOf(id);
    this.visits.push(id);
  }

  #end(name: string): string {
    return this.branches.find((branch) => branch.name === name)?.end ?? "";
  }

  #has(id: string): boolean {
    return this.nodes.some((node) => node.id === id);
  }

  #parent(id: string | undefined): string | undefined {
    return this.nodes.find((node) => node.id === id)?.parent;
  }

  #line(id: string): string[] {
    const parent = this.#parent(id);
    return parent === undefined ? [id] : [id, ...this.#line(parent)];
  }
}
