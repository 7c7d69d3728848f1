/** The part "replays": random histories, each step held against a model that is as plain as can be; the session is closed
 * and read again from its journal, exported and imported as another one, at any moment. Every state must be the same. */
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { EditError } from "../../src/errors.ts";
import { Workspace } from "../../src/session/index.ts";
import { byteEngine, edited, pictureBytes } from "../helpers/byte-engine.ts";
import { mulberry } from "../helpers/mulberry.ts";
import { Model } from "../session/model.ts";
import { recipeFor } from "./edits.ts";
import { fastFolder } from "./fast-folder.ts";
import { check, Faults, oneOf, type PartOptions, type PartResult } from "./part.ts";

const MOST_STEPS = 24;
const ENGINE = byteEngine();

export async function replaysPart({ seed, runs, log }: PartOptions): Promise<PartResult> {
  const home = await fastFolder("replays");
  const faults = new Faults();
  const counts: Record<string, number> = { steps: 0, pictures: 0 };
  try {
    await writeFile(join(home, "picture.png"), pictureBytes(1));
    for (let i = 0; i < runs; i++) {
      await faults.during(`history ${i}, seed ${seed + i}`, async () => {
        const replay = await Replay.begin(home, seed + i, counts);
        try {
          await replay.run();
        } finally {
          await replay.workspace.remove();
        }
      });
      if (i % 50 === 49)
        log(`replays: ${i + 1} of ${runs} histories, ${counts.steps} steps, ${faults.list.length} faults`);
    }
  } finally {
    await rm(home, { recursive: true, force: true });
  }
  return { runs, faults: faults.list, figures: counts };
}

const STEPS = [
  "edit",
  "edit current",
  "edit current",
  "edit current",
  "undo",
  "undo",
  "redo",
  "checkout",
  "checkout branch",
  "branch",
  "favourite",
  "prune",
  "image",
  "read again",
  "export and import",
] as const;

class Replay {
  workspace: Workspace;
  readonly #home: string;
  readonly #random: () => number;
  readonly #counts: Record<string, number>;
  readonly #model = new Model();

  private constructor(workspace: Workspace, home: string, seed: number, counts: Record<string, number>) {
    this.workspace = workspace;
    this.#home = home;
    this.#random = mulberry(seed);
    this.#counts = counts;
  }

  static async begin(home: string, seed: number, counts: Record<string, number>): Promise<Replay> {
    return new Replay(await Workspace.create(home), home, seed, counts);
  }

  async run(): Promise<void> {
    const steps = 4 + Math.floor(this.#random() * (MOST_STEPS - 4));
    await this.#step("image", 0);
    for (let i = 1; i <= steps; i++) {
      const step = oneOf(STEPS, this.#random);
      await this.#step(step, i);
      this.#compare(`step ${i}, ${step}`);
    }
    await this.#step("read again", steps + 1);
    this.#compare("at the end");
    await this.#compareBytes();
  }

  async #step(step: (typeof STEPS)[number], i: number): Promise<void> {
    const { history } = this.workspace;
    const model = this.#model;
    const node = () => oneOf(model.nodes, this.#random).id;
    this.#count("steps");
    this.#count(step);
    switch (step) {
      case "image": {
        const fresh = model.branches.length === 0 ? "main" : this.#fresh("picture");
        const { id } = await this.workspace.openImage(ENGINE, join(this.#home, "picture.png"));
        return model.image(id, fresh);
      }
      case "edit":
        return this.#edit(node(), i);
      case "edit current":
        return this.#edit(model.current ?? node(), i);
      case "undo":
        return moved(history.undo(), model.undo());
      case "redo":
        return moved(history.redo(), model.redo());
      case "checkout": {
        const id = node();
        await history.checkout(id);
        return model.checkout(id);
      }
      case "checkout branch": {
        const { name } = oneOf(model.branches, this.#random);
        await history.checkout(name);
        return model.checkoutBranch(name);
      }
      case "branch": {
        const at = node();
        await history.branch(`b-${i}`, at);
        return model.branch(`b-${i}`, at);
      }
      case "favourite": {
        const [id, on] = [node(), this.#random() < 0.5];
        await history.favourite(id, on);
        for (const one of model.nodes) if (one.id === id) one.favourite = on;
        return;
      }
      case "prune": {
        const { removed } = await history.prune();
        check(isDeepStrictEqual(removed, model.prune()), `other pictures were pruned: ${removed.join(", ")}`);
        return;
      }
      case "read again":
        await this.workspace.close();
        this.workspace = await Workspace.open(this.#home, this.workspace.id);
        return;
      case "export and import":
        return this.#moveHouse();
    }
  }

  async #edit(from: string, i: number): Promise<void> {
    const fresh = this.#fresh("branch");
    const recipe = { ...recipeFor(0), seed: i };
    const { id } = await this.workspace.edit(ENGINE, from, { recipe, baseDir: this.#home });
    this.#model.edit(id, from, fresh);
  }

  /** As a new session, with nothing left of the old one. */
  async #moveHouse(): Promise<void> {
    const path = join(this.#home, "session.tar");
    await this.workspace.exportTo(path, { overwrite: true });
    await this.workspace.remove();
    this.workspace = await Workspace.importFrom(this.#home, path);
  }

  #compare(when: string): void {
    const { history, warnings } = this.workspace;
    const model = this.#model;
    const nodes = history.nodes().map(({ id, parent, favourite }) => ({ id, parent: parent ?? undefined, favourite }));
    const pairs: readonly (readonly [string, unknown, unknown])[] = [
      ["warnings", warnings, []],
      ["current picture", history.current, model.current],
      ["current branch", history.currentBranch, model.on],
      ["branches", [...history.branches()], model.branches.map(({ name, end }) => [name, end])],
      ["pictures", nodes, model.nodes],
    ];
    for (const [what, is, should] of pairs) {
      const [found, wanted] = [JSON.stringify(is), JSON.stringify(should)];
      check(isDeepStrictEqual(is, should), `${when}: ${what} are ${found}, the model says ${wanted}`);
    }
  }

  /** Every picture is what its parent and its seed make. */
  async #compareBytes(): Promise<void> {
    for (const node of this.workspace.history.nodes()) {
      const bytes = await readFile(this.workspace.picture(node.id).path);
      const wanted =
        node.type === "image"
          ? pictureBytes(1)
          : edited(await readFile(this.workspace.picture(node.parent).path), node.recipe.seed);
      check(bytes.equals(wanted), `${node.id} has other bytes`);
      this.#count("pictures");
    }
  }

  /** The name that a new branch gets. */
  #fresh(base: string): string {
    const taken = (name: string) => this.#model.branches.some((branch) => branch.name === name);
    if (!taken(base)) return base;
    for (let number = 2; ; number++) if (!taken(`${base}-${number}`)) return `${base}-${number}`;
  }

  #count(what: string): void {
    this.#counts[what] = (this.#counts[what] ?? 0) + 1;
  }
}

async function moved(move: Promise<unknown>, possible: boolean): Promise<void> {
  const did = await move.then(
    () => true,
    (error: unknown) => {
      if (error instanceof EditError && error.code === "history-end") return false;
      throw error;
    },
  );
  check(did === possible, `a step that ${possible ? "can" : "cannot"} be taken was ${did ? "taken" : "refused"}`);
}
