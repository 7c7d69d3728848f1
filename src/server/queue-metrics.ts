/** What stands in the queue that several servers share. */
import type { Metrics } from "./metrics.ts";
import type { QueueDepth, ServerOptions } from "./options.ts";

const FIGURES: Readonly<Record<keyof QueueDepth, string>> = {
  waiting: "Edits of all servers that wait for a worker",
  active: "Edits of all servers that workers make",
  workers: "Workers that are connected",
};

/** Nothing where the server has a queue of its own. A queue that does not answer tells no figures: 0 would be a lie. */
export function watchQueue(metrics: Metrics, depth: ServerOptions["queueDepth"]): void {
  if (depth === undefined) return;
  for (const [figure, help] of Object.entries(FIGURES) as [keyof QueueDepth, string][]) {
    metrics.labelled(`dragflow_queue_${figure}`, help, "lane", async () => {
      return Object.fromEntries(Object.entries(await depth()).map(([lane, found]) => [lane, found[figure]]));
    });
  }
}
