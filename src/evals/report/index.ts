/** A run's page. */
import type { Engine } from "../../engine/api.ts";
import { ALL, columnsOf } from "../columns.ts";
import type { CaseResult, SuiteResult } from "../result.ts";
import type { TableWish } from "../table.ts";
import { titleOf } from "../words.ts";
import { reportData } from "./data.ts";
import { pageText } from "./page.ts";
import { type CarriedPicture, carried, picturesOf, sizeFor } from "./pictures.ts";

export interface ReportGround {
  readonly engine: Engine;
  /** Folder of the run, whose pictures are shown. */
  readonly out: string;
  readonly signal: AbortSignal;
  /** The command that runs this case alone. */
  command(one: CaseResult): string;
  /** An older run to compare with. */
  readonly old?: readonly CaseResult[] | undefined;
}

/** @throws EditError `cancelled`, and what the engine throws for a picture that is gone. */
export async function reportHtml(result: SuiteResult, wish: TableWish, ground: ReportGround): Promise<string> {
  const files = result.cases.map((one) => picturesOf(one, wish.labels));
  const size = sizeFor(files.reduce((sum, list) => sum + list.length, 0));
  const pictures = new Map<CaseResult, CarriedPicture[]>();
  for (const [i, one] of result.cases.entries()) {
    pictures.set(one, await carried(i, files[i] ?? [], size, ground));
  }
  const data = reportData(result, columnsOf(result, wish.scorers, wish.columns ?? [ALL]), {
    ...wish,
    old: ground.old && new Map(ground.old.map((one) => [titleOf(one), one])),
    pictures: (one) => (pictures.get(one) ?? []).map(({ label, id }) => [label, id] as const),
    command: ground.command,
  });
  return pageText(data, [...pictures.values()].flat());
}
