/** Words beside the canvas. */

import { useEffect, useRef } from "preact/hooks";
import { sayIt, stopTalking } from "../actions/chat.ts";
import { lines, talking, typed } from "../state/chat.ts";
import { selected } from "../state/operations.ts";
import { put } from "../state/put.ts";
import { t } from "../words.ts";
import { ChatLineView } from "./ChatLineView.tsx";
import { Icon } from "./Icon.tsx";

export function ChatPanel() {
  const log = useRef<HTMLDivElement>(null);
  const list = lines.value;
  useEffect(() => {
    if (log.current) log.current.scrollTop = log.current.scrollHeight;
  }, [list]);
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys */}
      <div class="panel-body chat-log" ref={log} role="log" aria-label={t("conversation")} tabIndex={0}>
        {list.length === 0 && (
          <div class="empty-note">
            <Icon name="spark" size={32} />
            <h2>{t("chatEmpty")}</h2>
            <p>{t("chatEmptyHint")}</p>
          </div>
        )}
        {list.map((line, i) => (
          <ChatLineView key={i} line={line} last={i === list.length - 1} />
        ))}
        {talking.value !== undefined && <p class="quiet thinking">{t("thinking")}</p>}
      </div>
      <form
        class="panel-foot say"
        onSubmit={(event) => {
          event.preventDefault();
          void sayIt(typed.value);
        }}
      >
        {selected.value && <p class="quiet about">{t("chatAbout", { name: selected.value.label })}</p>}
        <div class="say-box">
          <textarea
            id="say"
            rows={2}
            maxLength={2000}
            aria-label={t("chatEmpty")}
            placeholder={t("chatPlaceholder")}
            value={typed.value}
            onInput={(event) => put(typed, event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
              event.preventDefault();
              void sayIt(typed.value);
            }}
          />
          {talking.value === undefined ? (
            <button type="submit" class="primary round" aria-label={t("send")} disabled={typed.value.trim() === ""}>
              <Icon name="send" size={18} />
            </button>
          ) : (
            <button type="button" class="primary round" aria-label={t("stop")} onClick={() => void stopTalking()}>
              <Icon name="stop" size={18} />
            </button>
          )}
        </div>
      </form>
    </>
  );
}
