/** Pixels of the picture that the shown edit is set against, and of what explains their difference. */
import { signal } from "@preact/signals";

export const otherPixels = signal<HTMLCanvasElement | undefined>(undefined);
/** The heat map or the mask, black transparent. */
export const overlayPixels = signal<HTMLCanvasElement | undefined>(undefined);
