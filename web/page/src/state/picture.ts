/** The shown picture, its pixels for the canvas, and the session's history around it. */
import { computed, signal } from "@preact/signals";

export interface HistoryNode {
  readonly id: string;
  readonly type: "image" | "edit";
  readonly parent: string | null;
  readonly name?: string;
  readonly favourite: boolean;
  readonly createdAt: string;
  readonly width: number;
  readonly height: number;
  readonly fileName?: string;
  readonly prompt?: string;
  readonly motions?: readonly string[];
  readonly tier?: "preview" | "fast" | "full";
  readonly outsideChanged?: number;
}

export interface HistoryState {
  readonly current: string | null;
  readonly branch: string | null;
  readonly branches: readonly { name: string; end: string }[];
  readonly nodes: readonly HistoryNode[];
  readonly canRedo?: boolean;
}

export const history = signal<HistoryState>({ current: null, branch: null, branches: [], nodes: [] });
export const nodeOf = (id: string | null | undefined): HistoryNode | undefined =>
  history.value.nodes.find((node) => node.id === id);
export const current = computed(() => nodeOf(history.value.current));
/** What the shown edit was made from. */
export const before = computed(() => nodeOf(current.value?.parent));

/** The pixels that the canvas shows, and how many of them make one of the picture's. */
export interface Pixels {
  readonly id: string;
  readonly bitmap: HTMLCanvasElement;
  /** View pixels per picture pixel, at most 1. */
  readonly ratio: number;
}
export const pixels = signal<Pixels | undefined>(undefined);

/** Names for people: given, or of the file it began with. */
export function titleOf(node: HistoryNode | undefined): string {
  for (let one = node; one !== undefined; one = nodeOf(one.parent)) {
    if (one.name !== undefined) return one.name;
    if (one.fileName !== undefined) return one.fileName;
  }
  return "";
}
