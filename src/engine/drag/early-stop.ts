/** When more iterations bring nothing. */

/** Iterations between the two losses that are compared. */
const APART = 5;

/**
 * Whether the loss has fallen by less than `share` of itself over the last five iterations, all of them at the goal: on the
 * way there, through iteration `transport`, every target differs from the one before. 0 never stops.
 */
export function isFlat(losses: readonly number[], transport: number, share: number): boolean {
  const [then, now] = [losses[losses.length - 1 - APART], losses.at(-1)];
  if (share <= 0 || then === undefined || now === undefined || losses.length - APART <= transport) return false;
  return then - now < share * then;
}
