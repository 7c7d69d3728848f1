/** Keys of the whole page; keys with letters rest while something is typed or a dialog is open. */
import { peeking } from "../canvas/result-view.ts";
import { asked, helpOpen } from "../state/layout.ts";
import { SHORTCUTS } from "./shortcuts.ts";

export function listenForKeys(): void {
  addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || asked.value !== undefined) return;
    if (event.key === "Escape" && helpOpen.value) helpOpen.value = false;
    if (isTyping(event.target) && !(event.ctrlKey || event.metaKey)) return;
    if (isTyping(event.target) && ["z", "y", "a"].includes(event.key.toLowerCase())) return;
    if (event.key.toLowerCase() === "x" && !event.ctrlKey && !event.metaKey) peeking.value = true;
    const name = nameOf(event);
    const found = SHORTCUTS.find(({ keys }) => keys.includes(name));
    if (found === undefined || event.altKey) return;
    event.preventDefault();
    found.run();
  });
  addEventListener("keyup", ({ key }) => {
    if (key.toLowerCase() === "x") peeking.value = false;
  });
  addEventListener("blur", () => {
    peeking.value = false;
  });
}

/** Shift is part of the name only with Ctrl: "?" and "+" already are what Shift makes of their keys. */
function nameOf({ key, ctrlKey, metaKey, shiftKey }: KeyboardEvent): string {
  const mod = ctrlKey || metaKey;
  return `${mod ? "mod+" : ""}${mod && shiftKey ? "shift+" : ""}${key.toLowerCase()}`;
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.matches("input:not([type=range]):not([type=checkbox]):not([type=radio]), textarea, select");
}
