/** The panels beside the canvas, one of them open. */

import { talking } from "../state/chat.ts";
import { TABS, tab } from "../state/layout.ts";
import { put } from "../state/put.ts";
import { t } from "../words.ts";
import { ChatPanel } from "./ChatPanel.tsx";
import { EditPanel } from "./EditPanel.tsx";
import { HistoryPanel } from "./HistoryPanel.tsx";

const WORDS = { edit: "tabEdit", chat: "tabChat", history: "tabHistory" } as const;
const PANELS = { edit: EditPanel, chat: ChatPanel, history: HistoryPanel } as const;

export function Side() {
  const Panel = PANELS[tab.value];
  return (
    <aside class="side">
      <div class="tabs" role="tablist" aria-label={t("panels")} onKeyDown={turned}>
        {TABS.map((name) => (
          <button
            type="button"
            key={name}
            id={`tab-${name}`}
            role="tab"
            aria-selected={tab.value === name}
            aria-controls="panel"
            tabIndex={tab.value === name ? 0 : -1}
            onClick={() => put(tab, name)}
          >
            {t(WORDS[name])}
            {name === "chat" && talking.value !== undefined && <span class="dot" />}
          </button>
        ))}
      </div>
      <div class="panel" id="panel" role="tabpanel" aria-labelledby={`tab-${tab.value}`}>
        <Panel />
      </div>
    </aside>
  );
}

function turned(event: KeyboardEvent): void {
  const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
  if (step === 0) return;
  event.preventDefault();
  tab.value = TABS[(TABS.indexOf(tab.value) + step + TABS.length) % TABS.length] ?? "edit";
  setTimeout(() => document.getElementById(`tab-${tab.value}`)?.focus());
}
