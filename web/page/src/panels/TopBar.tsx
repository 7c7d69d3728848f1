/** What concerns the whole session: the photo's name, undo, download, appearance. */

import { redo, undo } from "../actions/edits.ts";
import { chooseFile } from "../actions/files.ts";
import { helpOpen } from "../state/layout.ts";
import { canRedoMove, canUndoMove } from "../state/operations.ts";
import { current, history, titleOf } from "../state/picture.ts";
import { SCHEMES, scheme } from "../state/preferences.ts";
import { put } from "../state/put.ts";
import { t } from "../words.ts";
import { DownloadMenu } from "./DownloadMenu.tsx";
import { Icon, IconButton } from "./Icon.tsx";
import { LanguageSelect } from "./LanguageSelect.tsx";
import { Menu } from "./Menu.tsx";

const MOD = navigator.platform.startsWith("Mac") ? "⌘" : "Ctrl+";
const SCHEME_WORDS = { auto: "themeAuto", light: "themeLight", dark: "themeDark" } as const;

export function TopBar() {
  const node = current.value;
  return (
    <header class="top">
      <span class="brand">
        <img src="./icon.svg" width="24" height="24" alt="" />
        <span class="brand-name">DragFlow</span>
      </span>
      {node && (
        <span class="title" title={titleOf(node)}>
          {titleOf(node)}
          <span class="quiet">
            {node.width} × {node.height}
          </span>
        </span>
      )}
      <span class="spacer" />
      {node && (
        <>
          <IconButton name="open" label={t("openAnother")} keys={`${MOD}O`} onPress={chooseFile} />
          <span class="divider" />
          <IconButton
            name="undo"
            label={t("undo")}
            keys={`${MOD}Z`}
            disabled={!canUndo()}
            onPress={() => void undo()}
          />
          <IconButton
            name="redo"
            label={t("redo")}
            keys={`${MOD}Y`}
            disabled={!canRedo()}
            onPress={() => void redo()}
          />
          <span class="divider" />
        </>
      )}
      <span class="wide-only">
        <LanguageSelect />
      </span>
      <IconButton
        name="theme"
        label={`${t("theme")}: ${t(SCHEME_WORDS[scheme.value])}`}
        onPress={() => {
          scheme.value = SCHEMES[(SCHEMES.indexOf(scheme.value) + 1) % SCHEMES.length] ?? "auto";
        }}
      />
      <span class="wide-only">
        <IconButton name="help" label={t("help")} keys="?" onPress={() => put(helpOpen, true)} />
      </span>
      <span class="narrow-only">
        <Menu label={t("more")} buttonClass="icon-button" face={<Icon name="more" />}>
          {(close) => (
            <>
              <LanguageSelect />
              <button
                type="button"
                onClick={() => {
                  close();
                  helpOpen.value = true;
                }}
              >
                {t("help")}
              </button>
            </>
          )}
        </Menu>
      </span>
      {node && <DownloadMenu />}
    </header>
  );
}

function canUndo(): boolean {
  return canUndoMove.value || current.value?.parent != null;
}

function canRedo(): boolean {
  const here = history.value.current;
  return canRedoMove.value || (history.value.canRedo ?? history.value.nodes.some(({ parent }) => parent === here));
}
