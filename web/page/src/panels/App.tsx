/** The whole page: canvas in the middle, tools at its left, panels at its right. */
import { dropping } from "../actions/files.ts";
import { spoken } from "../state/notices.ts";
import { current } from "../state/picture.ts";
import { connection } from "../state/work.ts";
import { t } from "../words.ts";
import { CanvasArea } from "./CanvasArea.tsx";
import { Ask, Help } from "./Dialogs.tsx";
import { Notices } from "./Notices.tsx";
import { Side } from "./Side.tsx";
import { Start } from "./Start.tsx";
import { ToolRail } from "./ToolRail.tsx";
import { TopBar } from "./TopBar.tsx";

export function App() {
  const open = current.value !== undefined;
  return (
    <div class={open ? "app" : "app empty"}>
      <TopBar />
      {connection.value === "lost" && (
        <p class="banner" role="status">
          {t("lostBanner")}
        </p>
      )}
      {open ? (
        <main class="work">
          <ToolRail />
          <CanvasArea />
          <Side />
        </main>
      ) : (
        <Start />
      )}
      {dropping.value && <div class="drop-veil">{t("dropHere")}</div>}
      <Notices />
      <Help />
      <Ask />
      <p class="sr-only" aria-live="polite">
        {spoken.value}
      </p>
    </div>
  );
}
