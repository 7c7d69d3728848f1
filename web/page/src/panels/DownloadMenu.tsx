/** Taking the picture away. */
import { downloadAs, downloadRecipe, downloadReport, exporting } from "../actions/download.ts";
import { current } from "../state/picture.ts";
import { t, type Word } from "../words.ts";
import { Icon } from "./Icon.tsx";
import { Menu } from "./Menu.tsx";

interface Item {
  readonly word: Word;
  readonly act: () => unknown;
}

const PICTURE: readonly Item[] = [
  { word: "downloadOriginal", act: () => downloadAs("original") },
  { word: "downloadPng", act: () => downloadAs("png") },
];
const EDIT: readonly Item[] = [
  { word: "downloadRecipe", act: downloadRecipe },
  { word: "downloadReport", act: downloadReport },
];

export function DownloadMenu() {
  const items = current.value?.type === "edit" ? [...PICTURE, ...EDIT] : PICTURE;
  const face = (
    <>
      <Icon name="download" size={18} />
      <span class="wide-label">{t("download")}</span>
    </>
  );
  return (
    <Menu label={t("download")} buttonClass="secondary" face={face} disabled={exporting.value}>
      {(close) =>
        items.map(({ word, act }) => (
          <button
            type="button"
            key={word}
            onClick={() => {
              close();
              act();
            }}
          >
            {t(word)}
          </button>
        ))
      }
    </Menu>
  );
}
