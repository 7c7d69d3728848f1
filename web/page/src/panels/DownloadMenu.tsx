/** Taking the picture away. */
import { useState } from "preact/hooks";
import { downloadAs, downloadRecipe, downloadReport, exporting } from "../actions/download.ts";
import { current } from "../state/picture.ts";
import { t } from "../words.ts";
import { Icon } from "./Icon.tsx";

export function DownloadMenu() {
  const [open, setOpen] = useState(false);
  const edit = current.value?.type === "edit";
  const choose = (act: () => unknown) => () => {
    setOpen(false);
    act();
  };
  return (
    <fieldset
      class="menu"
      onFocusOut={(event) => leaves(event) && setOpen(false)}
      onKeyDown={(event) => event.key === "Escape" && setOpen(false)}
    >
      <button
        type="button"
        class="secondary"
        aria-label={t("download")}
        aria-expanded={open}
        disabled={exporting.value}
        onClick={() => setOpen(!open)}
      >
        <Icon name="download" size={18} />
        <span class="wide-label">{t("download")}</span>
      </button>
      {open && (
        <fieldset class="menu-list" aria-label={t("download")}>
          <button type="button" onClick={choose(() => void downloadAs("original"))}>
            {t("downloadOriginal")}
          </button>
          <button type="button" onClick={choose(() => void downloadAs("png"))}>
            {t("downloadPng")}
          </button>
          {edit && (
            <>
              <button type="button" onClick={choose(downloadRecipe)}>
                {t("downloadRecipe")}
              </button>
              <button type="button" onClick={choose(() => void downloadReport())}>
                {t("downloadReport")}
              </button>
            </>
          )}
        </fieldset>
      )}
    </fieldset>
  );
}

function leaves({ currentTarget, relatedTarget }: FocusEvent): boolean {
  return !(currentTarget instanceof Node && relatedTarget instanceof Node && currentTarget.contains(relatedTarget));
}
