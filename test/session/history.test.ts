import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { EditTree } from "../../src/session/edit-tree.ts";
import { type Entry, parseEntry } from "../../src/session/entries.ts";
import { History } from "../../src/session/history.ts";
import { encodeLine, jsonOf } from "../../src/session/journal-line.ts";
import { Ledger } from "../../src/session/ledger.ts";
import { readFolder } from "../../src/session/read-session.ts";
import { SessionState } from "../../src/session/session-state.ts";
import { Model } from "./model.ts";

const AT = "2025-01-01T00:00:00.000Z";
const BEGIN: Entry = { type: "session", version: 1, id: "ses_00000000000000000000000000", at: AT };
const INFO = { width: 4, height: 4, format: "png", channels: 3, depth: 8, warnings: [] };
const numbered = (kind: "img" | "edit", n: number) => `${kind}_${String(n).padStart(10, "0")}`;

function imageEntry(id: string, branch: string): Entry {
  return { type: "image", id, file: `${id}.png`, name: "cat.png", info: INFO, at: AT, branch, files: [] };
}

const NAMES = ["image", "editable", "before", "after", "diff", "regions", "recipe", "loss"] as const;
const FILES = Object.fromEntries(NAMES.map((name) => [name, `${name}.png`]));

function editEntry(id: string, imageId: string, branch: string): Entry {
  const outcome = {
    files: { ...FILES, tiers: {} },
    width: 4,
    height: 4,
    tier: "preview",
    tiers: {},
    receipt: {
      lossless: true,
      outsideChanged: 0,
      outsideSha256: "0",
      outsidePixels: 9,
      editedBox: [0, 0, 1, 1],
      editableArea: 0.1,
    },
    metrics: {},
    seconds: { total: 0, encode: 0, invert: 0, drag: 0, sample: 0, decode: 0, composite: 0 },
    peakMemoryBytes: 1,
    recipe: { operations: [{ region: { box: [0, 0, 1, 1] }, motion: { type: "relocation", by: [1, 0] } }] },
    warnings: [],
  };
  return parseEntry({ type: "edit", id, imageId, outcome, at: AT, branch, files: [] });
}

/** A history without files, and every entry that it came from. */
function bareHistory() {
  const state = new SessionState("/session");
  state.apply(BEGIN);
  const ledger = new Ledger(state, "memory");
  const entries: Entry[] = [BEGIN];
  ledger.onChange((entry) => entries.push(entry));
  const history = new History(ledger, { intact: async () => {}, busy: () => [], free: async () => 0 });
  return { ledger, history, entries };
}

type Step = readonly [
  (
    | "image"
    | "edit"
    | "edit-current"
    | "undo"
    | "redo"
    | "checkout"
    | "checkout-branch"
    | "branch"
    | "favourite"
    | "prune"
  ),
  number,
];
const step: fc.Arbitrary<Step> = fc.tuple(
  fc.constantFrom(
    "image",
    "edit",
    "edit-current",
    "edit-current",
    "undo",
    "undo",
    "redo",
    "checkout",
    "checkout-branch",
    "branch",
    "favourite",
    "prune",
  ),
  fc.nat(1000),
);

describe("against a simple model", () => {
  it("is at the same picture, on the same branch, with the same ends, after any steps", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40 }), async (steps) => {
        const real = bareHistory();
        const model = new Model();
        await take(real, model, ["image", 0], 0);
        for (const [i, one] of steps.entries()) {
          await take(real, model, one, i + 1);
          compare(real.history, model);
        }
        replays(real);
      }),
      { numRuns: 300 },
    );
  });
});

async function take({ ledger, history }: ReturnType<typeof bareHistory>, model: Model, [kind, n]: Step, i: number) {
  const node = model.nodes[n % Math.max(1, model.nodes.length)]?.id ?? "";
  const branch = model.branches[n % Math.max(1, model.branches.length)]?.name ?? "";
  const edit = async (from: string) => {
    const id = numbered("edit", i);
    await ledger.commit(({ tree }) => editEntry(id, from, tree.branchOf(from) ?? `fresh-${i}`));
    model.edit(id, from, `fresh-${i}`);
  };
  const tried = async (move: Promise<unknown>, possible: boolean) => {
    const moved = await move.then(
      () => true,
      (error: { code?: string }) => error.code !== "history-end",
    );
    expect(moved).toBe(possible);
  };
  switch (kind) {
    case "image":
      await ledger.commit(() => imageEntry(numbered("img", i), `root-${i}`));
      return model.image(numbered("img", i), `root-${i}`);
    case "edit":
      return edit(node);
    case "edit-current":
      return edit(model.current ?? "");
    case "undo":
      return tried(history.undo(), model.undo());
    case "redo":
      return tried(history.redo(), model.redo());
    case "checkout":
      await history.checkout(node);
      return model.checkout(node);
    case "checkout-branch":
      await history.checkout(branch);
      return model.checkoutBranch(branch);
    case "branch":
      await history.branch(`b-${i}`, node);
      return model.branch(`b-${i}`, node);
    case "favourite": {
      const on = n % 2 === 0;
      await history.favourite(node, on);
      for (const one of model.nodes) if (one.id === node) one.favourite = on;
      return;
    }
    case "prune":
      expect((await history.prune()).removed).toEqual(model.prune());
  }
}

function compare(history: History, model: Model): void {
  expect(history.current).toBe(model.current);
  expect(history.currentBranch).toBe(model.on);
  expect([...history.branches()]).toEqual(model.branches.map(({ name, end }) => [name, end]));
  const known = history.nodes().map(({ id, parent, favourite }) => ({ id, parent: parent ?? undefined, favourite }));
  expect(known).toEqual(model.nodes);
}

/** The entries alone give the same history again. */
function replays({ ledger: { state }, entries }: ReturnType<typeof bareHistory>): void {
  const again = new SessionState(state.dir);
  for (const entry of entries) again.apply(parseEntry(JSON.parse(jsonOf(entry))));
  expect(again.tree.current).toBe(state.tree.current);
  expect(again.tree.branch).toBe(state.tree.branch);
  expect(again.tree.redoTarget()).toBe(state.tree.redoTarget());
  expect([...again.tree.branches]).toEqual([...state.tree.branches]);
  expect([...again.tree.nodes]).toEqual([...state.tree.nodes]);
}

describe("listeners", () => {
  it("hear of every change of the tree, until they have heard enough", async () => {
    const { ledger, history } = bareHistory();
    const heard: string[] = [];
    const stop = history.onChange(({ type, current }) => heard.push(`${type} ${current}`));
    const [image, edit] = [numbered("img", 1), numbered("edit", 1)];
    await ledger.commit(() => imageEntry(image, "main"));
    await ledger.commit(() => editEntry(edit, image, "main"));
    await ledger.commit(() => ({ type: "job", jobId: "job_0000000000", lane: "edits" }));
    await history.undo();
    await history.rename("main", "base");
    await history.favourite(edit, true);
    stop();
    await history.redo();
    expect(heard).toEqual([`add ${image}`, `add ${edit}`, `move ${image}`, `branch ${image}`, `favourite ${image}`]);
  });
});

it("an entry of what is not there is refused, as is a second one of the same", () => {
  const state = new SessionState("/session");
  state.apply(BEGIN);
  const image = imageEntry(numbered("img", 1), "main");
  state.apply(image);
  const wrong: Entry[] = [
    BEGIN,
    image,
    editEntry(numbered("edit", 1), numbered("img", 9), "main"),
    { type: "move", to: numbered("img", 9), branch: null },
    { type: "branch", name: "b", at: numbered("img", 9) },
    { type: "rename", id: numbered("img", 9), name: "n" },
  ];
  for (const entry of wrong) expect(() => state.apply(entry), entry.type).toThrow(/fit together/);
});

describe("ten thousand edits", () => {
  const dirs: string[] = [];
  afterEach(async () => {
    vi.restoreAllMocks();
    for (const dir of dirs) await rm(dir, { recursive: true, force: true });
  });

  it("are read line by line, without a walk through the tree", async () => {
    const dir = await mkdtemp(join(tmpdir(), "dragflow-long-"));
    dirs.push(dir);
    const image = numbered("img", 0);
    const parent = (n: number) => (n === 1 ? image : numbered("edit", n - 1));
    const entries = [BEGIN, imageEntry(image, "main")];
    for (let n = 1; n <= 10_000; n++) entries.push(editEntry(numbered("edit", n), parent(n), "main"));
    await writeFile(join(dir, "journal.jsonl"), entries.map((entry, i) => encodeLine(i, jsonOf(entry))).join(""));
    const walks = vi.spyOn(EditTree.prototype, "line");
    const { state, lines, damaged } = await readFolder(dir);
    expect(walks).not.toHaveBeenCalled();
    expect({ lines, damaged }).toEqual({ lines: 10_002, damaged: undefined });
    expect(state.tree.current).toBe(numbered("edit", 10_000));
    expect([...state.tree.line(numbered("edit", 10_000))].length).toBe(10_001);
    expect(state.tree.loose()).toEqual([]);
  });
});
