/** The page. */
import { render } from "preact";
import { keepDrafts } from "./actions/drafts.ts";
import { hasUnsaved } from "./actions/edits.ts";
import { join } from "./actions/events.ts";
import { listenForFiles } from "./actions/files.ts";
import { followResult } from "./actions/result.ts";
import { followBeside } from "./canvas/side-by-side.ts";
import { listenForKeys } from "./keyboard/listen.ts";
import { App } from "./panels/App.tsx";
import { keepWork } from "./state/kept-work.ts";
import { keepPreferences } from "./state/preferences.ts";
import { followMoves } from "./state/preview.ts";
import { connection } from "./state/work.ts";

keepPreferences();
keepWork();
followMoves();
followResult();
followBeside();
keepDrafts();
listenForFiles();
listenForKeys();
// The server keeps pictures and edits, this browser the prepared moves: only without a server could something be lost.
addEventListener("beforeunload", (event) => {
  if (hasUnsaved() && connection.value === "lost") event.preventDefault();
});
const root = document.getElementById("app");
if (root !== null) render(<App />, root);
void join();
