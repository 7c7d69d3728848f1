/** The tree of a session's pictures, and the ways through it. Nothing is ever overwritten: undo moves a cursor. */
import { EditError } from "../errors.ts";
import type { EditTree } from "./edit-tree.ts";
import { type Entry, NAME } from "./entries.ts";
import type { HistoryNode } from "./history-node.ts";
import { isId } from "./ids.ts";
import type { Ledger } from "./ledger.ts";
import type { KeptFile } from "./session-state.ts";

/** What a change was, and which picture is the current one after it. */
export interface HistoryChange {
  readonly type: "add" | "move" | "branch" | "rename" | "favourite" | "prune";
  readonly current: string | undefined;
}

export interface Pruned {
  /** Ids of the pictures that are gone. */
  readonly removed: readonly string[];
  readonly freedBytes: number;
}

/** What the history needs of the session's files. */
export interface HistoryFiles {
  /** Throws `session-damaged` unless the picture's files have the bytes they were made with. */
  intact(id: string): Promise<void>;
  /** Pictures that something works on right now. */
  busy(): Iterable<string>;
  /** Removes the files of pictures that the journal has let go, and resolves to the bytes that were freed. */
  free(ids: readonly string[], files: readonly KeptFile[]): Promise<number>;
}

export class History {
  readonly #ledger: Ledger;
  readonly #files: HistoryFiles;

  constructor(ledger: Ledger, files: HistoryFiles) {
    this.#ledger = ledger;
    this.#files = files;
  }

  /** The picture one is at; undefined before any is opened. */
  get current(): string | undefined {
    return this.#tree.current;
  }

  /** Name of the branch whose end moves with the next edit. */
  get currentBranch(): string | undefined {
    return this.#tree.branch;
  }

  get canRedo(): boolean {
    return this.#tree.redoTarget() !== undefined;
  }

  /** Oldest first. */
  nodes(): readonly HistoryNode[] {
    return [...this.#tree.nodes.values()];
  }

  /** Throws `not-found`. */
  node(id: string): HistoryNode {
    const node = this.#tree.nodes.get(id);
    if (node) return node;
    throw new EditError(
      "not-found",
      `Expected the id of a picture or edit of this session, got ${JSON.stringify(id)}`,
      {
        hint: "The history's list names them",
      },
    );
  }

  /** The opened picture that it was made of, or itself. Throws `not-found`. */
  root(id: string): string {
    return [...this.#tree.line(this.node(id).id)].at(-1) ?? id;
  }

  /** Name → the picture it ends with, oldest branch first. */
  branches(): ReadonlyMap<string, string> {
    return this.#tree.branches;
  }

  /** To the picture that the current one was made from. Throws `history-end` at an opened picture. */
  undo(): Promise<HistoryNode> {
    return this.#step(() => {
      const { current } = this.#tree;
      const parent = current === undefined ? undefined : this.node(current).parent;
      if (parent != null) return parent;
      throw new EditError("history-end", "Expected an edit to undo, the current picture was opened, not edited");
    });
  }

  /** To the child of the current picture that was the current one last. Throws `history-end`. */
  redo(): Promise<HistoryNode> {
    return this.#step(() => {
      const child = this.#tree.redoTarget();
      if (child !== undefined) return child;
      throw new EditError("history-end", "Expected an undone edit to redo, none was made from the current picture");
    });
  }

  /** To any picture, or to the end of a branch, which becomes the current one. Throws `not-found`. */
  async checkout(idOrBranch: string): Promise<HistoryNode> {
    const { to } = await this.#ledger.commit(async () => {
      const end = this.#tree.branches.get(idOrBranch);
      const { id } = this.node(end ?? idOrBranch);
      await this.#files.intact(id);
      const branch = end === undefined ? this.#tree.branchOf(id) : idOrBranch;
      return { type: "move", to: id, branch: branch ?? null } as const;
    });
    return this.node(to);
  }

  /** A new branch that begins at a picture (the current one unless told); both become the current ones. Throws `usage`
   * for a name that is taken or cannot be one. */
  async branch(name: string, at?: string): Promise<HistoryNode> {
    const made = await this.#ledger.commit(async () => {
      const start = at ?? this.#tree.current;
      if (start === undefined)
        throw new EditError("history-end", "Expected an opened picture to branch from, got none");
      const { id } = this.node(start);
      await this.#files.intact(id);
      return { type: "branch", name: this.#freeName(name), at: id } as const;
    });
    return this.node(made.at);
  }

  /** Of a picture, or of a branch. Throws `not-found` and `usage`. */
  async rename(idOrBranch: string, name: string): Promise<void> {
    await this.#ledger.commit(() => {
      if (this.#tree.branches.has(idOrBranch)) {
        return { type: "rename-branch", from: idOrBranch, to: this.#freeName(name) } as const;
      }
      return { type: "rename", id: this.node(idOrBranch).id, name: checkedName(name) } as const;
    });
  }

  /** Lets go of the name alone: pictures that nothing else needs stay until they are pruned. Throws `not-found`, and
   * `usage` for the branch one is on. */
  async deleteBranch(name: string): Promise<void> {
    await this.#ledger.commit(() => {
      if (!this.#tree.branches.has(name)) {
        const hint = "The history's list names the branches";
        throw new EditError("not-found", `Expected the name of a branch, got ${JSON.stringify(name)}`, { hint });
      }
      if (name === this.#tree.branch) {
        const hint = "Check out another branch first";
        throw new EditError("usage", `Expected a branch one is not on, got the current one, ${JSON.stringify(name)}`, {
          hint,
        });
      }
      return { type: "remove-branch", name } as const;
    });
  }

  /** A favourite is never pruned. */
  async favourite(id: string, on: boolean): Promise<HistoryNode> {
    await this.#ledger.commit(() => ({ type: "favourite", id: this.node(id).id, on }));
    return this.node(id);
  }

  /** Removes pictures on no way to a branch's end, a favourite, a named one, the current one or one of `keep`, with the
   * regions on them, and frees the bytes that no session needs. */
  async prune(keep: readonly string[] = []): Promise<Pruned> {
    let files: readonly KeptFile[] = [];
    const entry = await this.#ledger.commit((state) => {
      for (const id of keep) this.node(id);
      const removed = this.#tree.loose([...keep, ...this.#files.busy()]);
      files = state.filesWith(removed);
      return removed.length === 0 ? undefined : ({ type: "prune", removed } as const);
    });
    const removed = entry?.removed ?? [];
    return { removed, freedBytes: removed.length === 0 ? 0 : await this.#files.free(removed, files) };
  }

  /** Removes an edit and all that was made from it, named or not. Branches that ended there end at its parent, unless
   * another one passes there; so does the place where one is. Throws `usage` for an opened picture with no other beside it
   * and `session-in-use` while something works on one of them. */
  async remove(id: string): Promise<Pruned> {
    let files: readonly KeptFile[] = [];
    const { removed } = await this.#ledger.commit((state) => {
      const gone = this.#tree.below(this.node(id).id);
      const busy = [...this.#files.busy()].find((one) => gone.includes(one));
      if (busy !== undefined) {
        throw new EditError("session-in-use", `Expected pictures that nothing works on, ${busy} is in use`, {
          hint: "Wait for its jobs, or cancel them",
        });
      }
      if (gone.length === this.#tree.nodes.size) {
        throw new EditError("usage", "Expected another picture to stay in the session, this is the only one");
      }
      files = state.filesWith(gone);
      return { type: "prune", removed: gone } as const;
    });
    return { removed, freedBytes: await this.#files.free(removed, files) };
  }

  /** Called after each change of the tree. The returned function ends that. */
  onChange(listener: (change: HistoryChange) => void): () => void {
    return this.#ledger.onChange((entry) => {
      const type = changeOf(entry);
      if (type !== undefined) listener({ type, current: this.#tree.current });
    });
  }

  get #tree(): EditTree {
    return this.#ledger.state.tree;
  }

  async #step(target: () => string): Promise<HistoryNode> {
    const { to } = await this.#ledger.commit(async () => {
      const id = target();
      await this.#files.intact(id);
      return { type: "move", to: id, branch: this.#tree.branchAlong(id) ?? null } as const;
    });
    return this.node(to);
  }

  #freeName(name: string): string {
    checkedName(name);
    if (isId("edit", name) || isId("image", name)) {
      throw new EditError("usage", `Expected the name of a branch, got the form of an id: ${JSON.stringify(name)}`);
    }
    if (!this.#tree.branches.has(name)) return name;
    throw new EditError("usage", `Expected a new name for the branch, there is one called ${JSON.stringify(name)}`);
  }
}

function checkedName(name: string): string {
  if (NAME.test(name)) return name;
  throw new EditError("usage", `Expected a name of 1 to 120 characters on one line, got ${JSON.stringify(name)}`);
}

function changeOf({ type }: Entry): HistoryChange["type"] | undefined {
  switch (type) {
    case "image":
    case "edit":
      return "add";
    case "rename-branch":
    case "remove-branch":
      return "branch";
    case "move":
    case "branch":
    case "rename":
    case "favourite":
    case "prune":
      return type;
    default:
      return undefined;
  }
}
