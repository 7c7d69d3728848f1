/** What may exist at one time. By itself, for the estimate: whoever only wants to know loads no native code. */

/** Feature channels at cut size. */
export const GROUP = 128;
/** Bytes of one matrix of attention scores [heads, queries, keys]; what is larger is computed a few heads, or a few
 * queries of one head, at a time. FLUX.1 at 512 pixels needs 150 MiB, at 1024 pixels 1.7 GiB. */
export const ATTENTION_BYTES = 192 * 2 ** 20;
