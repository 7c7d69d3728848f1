/** What dragflow history does with one session: a row an action. */
import { resolve } from "node:path";
import type { Command } from "commander";
import type { Workspace } from "../session/index.ts";
import { collect } from "./flags.ts";

export interface ActionFlags {
  readonly home?: string;
  readonly json?: boolean;
  readonly session?: string;
  readonly at?: string;
  readonly off?: boolean;
  readonly keep?: string[];
  readonly force?: boolean;
}

/** What an action found beside the tree: fields for --json, and a line for people in the tree's place. */
export interface Found {
  readonly fields: object;
  readonly line?: string;
}

export interface Action {
  readonly name: string;
  /** As commander writes them. */
  readonly args?: string;
  readonly about: string;
  /** Looks only: works on a session that another process has open, and on a damaged one. */
  readonly looks?: boolean;
  options?(command: Command): Command;
  run(workspace: Workspace, args: readonly string[], flags: ActionFlags, cwd: string): Promise<Found>;
}

const done = async (work: Promise<unknown>): Promise<Found> => {
  await work;
  return { fields: {} };
};

export const ACTIONS: readonly Action[] = [
  { name: "show", about: "the tree of a session", looks: true, run: async () => ({ fields: {} }) },
  {
    name: "undo",
    about: "back to the picture that the current one was made from",
    run: ({ history }) => done(history.undo()),
  },
  { name: "redo", about: "forward again to the edit one came from", run: ({ history }) => done(history.redo()) },
  {
    name: "checkout",
    args: "<id-or-branch>",
    about: "to any picture, or to the end of a branch",
    run: ({ history }, [to = ""]) => done(history.checkout(to)),
  },
  {
    name: "branch",
    args: "<name>",
    about: "start a branch; its end moves with new edits",
    options: (command) => command.option("--at <id>", "where it begins; default: the current picture"),
    run: ({ history }, [name = ""], { at }) => done(history.branch(name, at)),
  },
  {
    name: "rename",
    args: "<id-or-branch> <name>",
    about: "name a picture, or rename a branch",
    run: ({ history }, [from = "", to = ""]) => done(history.rename(from, to)),
  },
  {
    name: "favourite",
    args: "<id>",
    about: "mark a picture, so that it is never pruned",
    options: (command) => command.option("--off", "take the mark away"),
    run: ({ history }, [id = ""], { off }) => done(history.favourite(id, off !== true)),
  },
  {
    name: "delete-branch",
    args: "<name>",
    about: "let go of a branch; its pictures stay until they are pruned",
    run: ({ history }, [name = ""]) => done(history.deleteBranch(name)),
  },
  {
    name: "prune",
    about: "remove for good what no branch, favourite, name or current picture needs",
    options: (command) => command.option("--keep <id>", "a picture that stays (repeatable)", collect),
    async run({ history }, _, { keep }) {
      const { removed, freedBytes } = await history.prune(keep);
      return { fields: { removed, freedBytes }, line: `Removed ${removed.length} pictures, ${freedBytes} bytes` };
    },
  },
  {
    name: "export",
    args: "<file>",
    about: "write the whole session into one file",
    looks: true,
    options: (command) => command.option("--force", "overwrite an existing file"),
    async run(workspace, [file = ""], { force }, cwd) {
      const { path, bytes } = await workspace.exportTo(resolve(cwd, file), { overwrite: force ?? false });
      return { fields: { out: path, bytes }, line: `Wrote ${path} (${bytes} bytes)` };
    },
  },
  {
    name: "remove",
    about: "remove the session itself and every picture in it, for good",
    options: (command) => command.requiredOption("--session <id>", "which session"),
    async run(workspace) {
      await workspace.remove();
      return { fields: { removed: workspace.id }, line: `Removed session ${workspace.id}` };
    },
  },
];
