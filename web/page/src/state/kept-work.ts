/** What this tab was at, besides what the server and the drafts keep: a reload goes on there. */
import { typed } from "./chat.ts";
import { intent } from "./intent.ts";
import { keep } from "./kept.ts";
import { TABS, tab } from "./layout.ts";
import { QUALITIES, quality } from "./preview.ts";
import { resultView, VIEWS } from "./result.ts";

export function keepWork(): void {
  keep(sessionStorage, "tab", tab, TABS);
  keep(sessionStorage, "typed", typed);
  keep(sessionStorage, "intent", intent);
  keep(sessionStorage, "view", resultView, VIEWS);
  keep(localStorage, "quality", quality, QUALITIES);
}
