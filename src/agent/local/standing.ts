/** "Upright" of a thing that was not turned before: by the long axis of its outline. */
import type { LongAxis } from "../../tools/long-axis.ts";
import { notUnderstood, type Stand } from "./spoken.ts";

/** Less is within the outline's own error. */
const STANDS = 1;

/** The turn that stands it up, clockwise degrees. Throws `not-understood` for a round thing and for one that stands. */
export function standing(stand: Stand, axis: LongAxis | undefined): { degrees: number; assumed: readonly string[] } {
  if (axis === undefined) {
    throw notUnderstood(
      `"${stand}" needs an angle: nothing was turned before, and the outline has no long side to go by`,
    );
  }
  const lies = stand === "straight" && Math.abs(axis.degrees) > 45;
  const lean = lies ? axis.degrees - Math.sign(axis.degrees) * 90 : axis.degrees;
  if (Math.abs(lean) < STANDS) {
    throw notUnderstood(`Its long side is ${lies ? "level" : "upright"} already, within ${STANDS} degree`);
  }
  const degrees = Math.round(-lean * 10) / 10;
  const from = `leans ${Math.abs(lean)} degrees ${lean > 0 ? "clockwise" : "counter-clockwise"}`;
  return { degrees, assumed: [`${stand} = its long side ${lies ? "level" : "upright"}; it ${from}`] };
}
