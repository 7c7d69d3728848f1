/** Runs what may be refused, and says so where it is. */
import { Problem } from "../api.ts";
import { notify } from "../state/notices.ts";
import { connection } from "../state/work.ts";
import { t } from "../words.ts";

export async function attempt<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (problem) {
    if (problem instanceof Problem && problem.status === 0) {
      connection.value = "lost";
      notify("error", t("unreachable"), t("unreachableHint"));
    } else if (problem instanceof Problem) notify("error", problem.message, problem.hint);
    else notify("error", problem instanceof Error ? problem.message : String(problem));
    return undefined;
  }
}
