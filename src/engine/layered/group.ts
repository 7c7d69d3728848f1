/** Feature channels at cut size that exist at one time. By itself, for the estimate: whoever only wants to know loads no
 * native code. */
export const GROUP = 128;
