/** Where an ablation or inversion run keeps what it has measured, and its tables at the end. */
import { join } from "node:path";
import type { Recipe } from "../engine/recipe/schema.ts";
import { writeWhole } from "../engine/write-whole.ts";
import { codeMark } from "../evals/code-mark.ts";
import { type Memo, openMemo } from "../evals/memo.ts";
import { modelMark } from "../session/model-mark.ts";
import type { CliRun } from "./deps.ts";
import type { NetworkFlags } from "./eval-network-flags.ts";
import { checkedEvalOut } from "./eval-out.ts";

export interface TableFlags extends NetworkFlags {
  readonly model: string;
  readonly out?: string;
  readonly resume?: boolean;
  readonly force?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly home?: string;
}

export interface TableOut {
  readonly memo: Memo;
  /** What every cell depends on. */
  readonly ground: unknown;
  /** Prints the tables, or `results` as JSON; both go into the folder. */
  finish(text: string, results: object): Promise<void>;
}

/** @throws EditError `usage`, `out-exists` for an earlier run's folder without --resume or --force. */
export async function openTable(run: CliRun, flags: TableFlags, home: string): Promise<TableOut> {
  const { model, features, lpips, resume = false, force = false } = flags;
  const out = flags.out === undefined ? undefined : await checkedEvalOut(flags.out, { goesOn: resume, force }, run.cwd);
  // The mark of a model does not ask what else a recipe says.
  const mark = await modelMark({ quality: "full", model } as Recipe, run.cwd, home);
  return {
    memo: await openMemo(out),
    ground: { code: await codeMark(), model: mark, features, lpips },
    async finish(text, results) {
      const json = JSON.stringify({ ok: true, ...results });
      run.stdout.write(flags.json ? `${json}\n` : text);
      if (out === undefined) return;
      await writeWhole(join(out, "tables.txt"), text);
      await writeWhole(join(out, "tables.json"), `${json}\n`);
    },
  };
}
