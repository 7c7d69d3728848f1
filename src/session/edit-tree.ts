/** The tree of pictures: which came from which, where the branches end, and where one is. No files, no clock. */
import type { HistoryNode } from "./history-node.ts";

export class EditTree {
  readonly #nodes = new Map<string, HistoryNode>();
  readonly #branches = new Map<string, string>();
  /** Parent → the child that was current last: where redo goes. */
  readonly #visited = new Map<string, string>();
  #current: string | undefined;
  #branch: string | undefined;

  get current(): string | undefined {
    return this.#current;
  }

  /** The branch whose end moves with the next edit. */
  get branch(): string | undefined {
    return this.#branch;
  }

  get nodes(): ReadonlyMap<string, HistoryNode> {
    return this.#nodes;
  }

  /** Name → the picture it ends with, in the order in which they were made. */
  get branches(): ReadonlyMap<string, string> {
    return this.#branches;
  }

  redoTarget(): string | undefined {
    return this.#current === undefined ? undefined : this.#visited.get(this.#current);
  }

  /** The picture, its parent, and so on up to the opened picture. */
  *line(id: string): Generator<string> {
    for (let at: string | null | undefined = id; at != null; at = this.#nodes.get(at)?.parent) yield at;
  }

  /**
   * The branch that an edit of this picture belongs to: the current one where it ends here, else any that ends here,
   * else the current one or any that passes here; undefined where none does.
   */
  branchOf(id: string): string | undefined {
    if (id === this.#current) return this.#branch;
    const ends = [...this.#branches].filter(([, end]) => end === id).map(([name]) => name);
    const passes = () => [...this.#branches].filter(([, end]) => this.#passes(end, id)).map(([name]) => name);
    return this.#preferred(ends) ?? this.#preferred(passes());
  }

  /** The branch to stay on when one steps to this picture: the current one where it passes here. */
  branchAlong(id: string): string | undefined {
    const end = this.#branch === undefined ? undefined : this.#branches.get(this.#branch);
    return end !== undefined && this.#passes(end, id) ? this.#branch : this.branchOf(id);
  }

  /** `base` where no branch has that name, else `base-2` and so on. */
  freshName(base: string): string {
    if (!this.#branches.has(base)) return base;
    let number = 2;
    while (this.#branches.has(`${base}-${number}`)) number++;
    return `${base}-${number}`;
  }

  /** Pictures that nobody needs: on no way to a branch's end, a favourite, a named one, the current one or one of `keep`. */
  loose(keep: Iterable<string> = []): string[] {
    const needed = new Set<string>();
    const wanted = [...this.#nodes.values()].filter(({ favourite, name }) => favourite || name !== undefined);
    const from = [...this.#branches.values(), ...wanted.map(({ id }) => id), ...keep];
    if (this.#current !== undefined) from.push(this.#current);
    for (const start of from) {
      for (const id of this.line(start)) {
        if (needed.has(id)) break;
        needed.add(id);
      }
    }
    return [...this.#nodes.keys()].filter((id) => !needed.has(id));
  }

  /** A new picture, which becomes the current one and the end of the branch. */
  add(node: HistoryNode, branch: string): void {
    this.#nodes.set(node.id, node);
    this.#branches.set(branch, node.id);
    this.moveTo(node.id, branch);
  }

  moveTo(id: string, branch: string | undefined): void {
    this.#current = id;
    this.#branch = branch;
    const parent = this.#nodes.get(id)?.parent;
    if (parent != null) this.#visited.set(parent, id);
  }

  /** A new branch that ends at the picture; both become the current ones. */
  startBranch(name: string, at: string): void {
    this.#branches.set(name, at);
    this.moveTo(at, name);
  }

  /** It keeps its place in the order. */
  renameBranch(from: string, to: string): void {
    const renamed = [...this.#branches].map(([name, end]) => [name === from ? to : name, end] as const);
    this.#branches.clear();
    for (const [name, end] of renamed) this.#branches.set(name, end);
    if (this.#branch === from) this.#branch = to;
  }

  /** Its pictures stay until they are pruned. Not for the current branch. */
  removeBranch(name: string): void {
    this.#branches.delete(name);
  }

  update(id: string, change: Pick<HistoryNode, "name"> | Pick<HistoryNode, "favourite">): void {
    const node = this.#nodes.get(id);
    if (node) this.#nodes.set(id, { ...node, ...change });
  }

  /** The picture and all that was made from it, oldest first. */
  below(id: string): string[] {
    return [...this.#nodes.keys()].filter((one) => this.#passes(one, id));
  }

  /** Branches that end there, and the place where one is, go back to what stays. */
  remove(ids: readonly string[]): void {
    const gone = new Set(ids);
    const staying = (at: string | undefined) => (at === undefined ? undefined : this.#staying(at, gone));
    const current = staying(this.#current);
    for (const [name, end] of this.#branches) {
      if (!gone.has(end)) continue;
      const back = staying(end);
      const others = [...this.#branches].filter(([other, to]) => other !== name && !gone.has(to));
      const needless = back === undefined || others.some(([, to]) => this.#passes(to, back));
      if (needless) this.#branches.delete(name);
      else this.#branches.set(name, back);
    }
    for (const id of ids) this.#nodes.delete(id);
    for (const [parent, child] of this.#visited) {
      if (gone.has(parent) || gone.has(child)) this.#visited.delete(parent);
    }
    if (current !== this.#current) this.#current = current ?? [...this.#branches.values()].at(-1);
    if (this.#branch !== undefined && !this.#branches.has(this.#branch)) {
      this.#branch = this.#current === undefined ? undefined : this.branchAlong(this.#current);
    }
  }

  /** The picture itself or the nearest that it was made from which is not gone. */
  #staying(id: string, gone: ReadonlySet<string>): string | undefined {
    for (const at of this.line(id)) if (!gone.has(at)) return at;
    return undefined;
  }

  #passes(end: string, id: string): boolean {
    for (const at of this.line(end)) if (at === id) return true;
    return false;
  }

  #preferred(names: readonly string[]): string | undefined {
    return names.find((name) => name === this.#branch) ?? names[0];
  }
}
