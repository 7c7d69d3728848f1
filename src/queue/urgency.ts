/** Whose turn is next: the edit that is due first. */
import type { Quality } from "../engine/recipe/schema.ts";

/** Seconds after which somebody who asked for it would miss it. Short edits go before long ones, yet a long one that has
 * waited its time goes before short ones that come later: nothing waits for ever. */
const PATIENCE: Readonly<Record<Quality, number>> = { preview: 5, fast: 60, full: 600 };

/** BullMQ's priorities end there; in seconds they begin anew every 24 days, when for a moment the order is the wrong one. */
const MOST = 2 ** 21 - 1;

/** BullMQ's priority from 1 (first) on, equal ones in the order in which they came. `now` in milliseconds. */
export function urgencyOf(quality: Quality, { conversational = false, now = Date.now() } = {}): number {
  const patience = PATIENCE[quality] / (conversational ? 2 : 1);
  return 1 + (Math.floor(now / 1000 + patience) % MOST);
}
