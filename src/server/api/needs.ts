/** What the API is given by the server around it. */

import type { Metrics } from "../metrics.ts";
import type { Callers } from "../middleware/token.ts";
import type { ServerLimits, ServerOptions } from "../options.ts";

export interface ApiNeeds extends ServerOptions {
  readonly limits: ServerLimits;
  readonly now: () => number;
  readonly callers: Callers;
  readonly metrics: Metrics;
}
