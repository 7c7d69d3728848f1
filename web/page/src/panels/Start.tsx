/** Before a photo is open. */
import { chooseFile } from "../actions/files.ts";
import { opening } from "../state/work.ts";
import { t } from "../words.ts";
import { Icon } from "./Icon.tsx";

export function Start() {
  return (
    <main class="start">
      <div class="start-card">
        <img src="./icon.svg" width="64" height="64" alt="" />
        <h1>DragFlow</h1>
        <p class="lead">{t("tagline")}</p>
        <button type="button" class="primary large" onClick={chooseFile} disabled={opening.value}>
          <Icon name="open" />
          {opening.value ? t("opening") : t("open")}
        </button>
        <p class="quiet">
          {t("dropHere")}
          <br />
          {t("formats")}
        </p>
      </div>
    </main>
  );
}
