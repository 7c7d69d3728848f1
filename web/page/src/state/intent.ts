/** What the picture should show afterwards, in words; optional. */
import { signal } from "@preact/signals";

export const intent = signal("");
