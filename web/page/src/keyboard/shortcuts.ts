/** Every key of the page, in the order in which the help lists them. */

import { downloadAs } from "../actions/download.ts";
import { redo, run, stop, undo } from "../actions/edits.ts";
import { chooseFile } from "../actions/files.ts";
import { drawn } from "../actions/regions.ts";
import { fitShown } from "../canvas/side-by-side.ts";
import { actualSize, zoomBy } from "../canvas/view.ts";
import { helpOpen, tab } from "../state/layout.ts";
import { operations, removeOperation, selectedKey } from "../state/operations.ts";
import { put } from "../state/put.ts";
import { resultView, VIEWS } from "../state/result.ts";
import { combine, type ToolName, takeTool } from "../state/tool.ts";
import type { Word } from "../words.ts";

export interface Shortcut {
  /** `event.key`, lower case, with "mod+" for Ctrl or ⌘ and "shift+" where it matters. */
  readonly keys: readonly string[];
  readonly word: Word;
  readonly run: () => void;
}

const picks = (key: string, word: Word, name: ToolName): Shortcut => ({
  keys: [key],
  word,
  run: () => takeTool(name),
});

export const SHORTCUTS: readonly Shortcut[] = [
  { keys: ["mod+o"], word: "open", run: chooseFile },
  { keys: ["mod+enter"], word: "keyRun", run: () => void run() },
  { keys: ["mod+."], word: "stop", run: () => void stop() },
  { keys: ["mod+z"], word: "undo", run: () => void undo() },
  { keys: ["mod+shift+z", "mod+y"], word: "redo", run: () => void redo() },
  { keys: ["mod+s"], word: "download", run: () => void downloadAs("original") },
  picks("v", "toolMove", "move"),
  picks("o", "toolObject", "object"),
  picks("b", "toolBox", "box"),
  picks("l", "toolLasso", "lasso"),
  picks("p", "toolPolygon", "polygon"),
  picks("r", "toolBrush", "brush"),
  picks("h", "toolHand", "hand"),
  { keys: ["w"], word: "wholeObject", run: () => void drawn({ salient: true }) },
  { keys: ["n"], word: "combineNew", run: () => put(combine, "new") },
  { keys: ["a"], word: "combineAdd", run: () => put(combine, "add") },
  { keys: ["s"], word: "combineSubtract", run: () => put(combine, "subtract") },
  { keys: ["delete", "backspace"], word: "keyDelete", run: removeSelected },
  { keys: ["m"], word: "keyNext", run: nextRegion },
  { keys: ["+", "="], word: "zoomIn", run: () => zoomBy(1.25) },
  { keys: ["-"], word: "zoomOut", run: () => zoomBy(0.8) },
  { keys: ["0"], word: "zoomFit", run: fitShown },
  { keys: ["1"], word: "zoomActual", run: actualSize },
  { keys: ["d"], word: "compare", run: nextView },
  { keys: ["e"], word: "tabEdit", run: () => put(tab, "edit") },
  { keys: ["c"], word: "tabChat", run: toChat },
  { keys: ["y"], word: "tabHistory", run: () => put(tab, "history") },
  { keys: ["?"], word: "help", run: () => put(helpOpen, !helpOpen.value) },
];

/** Handled by the canvas while it has the focus; listed here for the help. */
export const CANVAS_KEYS: readonly { readonly keys: string; readonly word: Word }[] = [
  { keys: "← ↑ → ↓", word: "keyMove" },
  { keys: "[ ]", word: "keyTurn" },
  { keys: "< >", word: "keyScale" },
  { keys: "Enter", word: "keyDraw" },
  { keys: "Esc", word: "keyEscape" },
  { keys: "X", word: "keyPeek" },
  { keys: "Space", word: "keyPan" },
];

function removeSelected(): void {
  if (selectedKey.value !== undefined) removeOperation(selectedKey.value);
}

function nextRegion(): void {
  const keys = operations.value.map(({ key }) => key);
  if (keys.length > 0) selectedKey.value = keys[(keys.indexOf(selectedKey.value ?? "") + 1) % keys.length];
}

function nextView(): void {
  resultView.value = VIEWS[(VIEWS.indexOf(resultView.value) + 1) % VIEWS.length] ?? "plain";
}

function toChat(): void {
  tab.value = "chat";
  setTimeout(() => document.getElementById("say")?.focus());
}
