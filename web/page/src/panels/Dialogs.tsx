/** Questions and the list of keys. Native dialogs: they keep the focus inside and close on Escape. */

import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { CANVAS_KEYS, SHORTCUTS } from "../keyboard/shortcuts.ts";
import { type Asked, asked, helpOpen } from "../state/layout.ts";
import { put } from "../state/put.ts";
import { t } from "../words.ts";
import { IconButton } from "./Icon.tsx";

interface Props {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

function Dialog({ title, onClose, children }: Props) {
  const element = useRef<HTMLDialogElement>(null);
  useEffect(() => element.current?.showModal(), []);
  return (
    <dialog ref={element} aria-label={title} onClose={onClose} onCancel={onClose}>
      <div class="dialog-head">
        <h2>{title}</h2>
        <IconButton name="close" label={t("close")} size={18} onPress={onClose} />
      </div>
      {children}
    </dialog>
  );
}

export function Help() {
  if (!helpOpen.value) return null;
  return (
    <Dialog title={t("shortcuts")} onClose={() => put(helpOpen, false)}>
      <dl class="keys">
        {SHORTCUTS.map(({ keys, word }) => (
          <div key={keys[0]}>
            <dt>
              <kbd>{shown(keys[0] ?? "")}</kbd>
            </dt>
            <dd>{t(word)}</dd>
          </div>
        ))}
        {CANVAS_KEYS.map(({ keys, word }) => (
          <div key={keys}>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{t(word)}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}

function shown(key: string): string {
  return key
    .replace("mod", "Ctrl")
    .replace(/(^|\+)([a-z])/g, (_, plus: string, letter: string) => plus + letter.toUpperCase());
}

export function Ask() {
  const question = asked.value;
  return question === undefined ? null : <Question key={question.title} {...question} />;
}

function Question({ title, text, value, confirm, danger, answer }: Asked) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <Dialog title={title} onClose={() => answer(undefined)}>
      <form
        method="dialog"
        onSubmit={(event) => {
          event.preventDefault();
          answer(input.current?.value ?? "");
        }}
      >
        {text && <p>{text}</p>}
        {value !== undefined && (
          <input ref={input} type="text" maxLength={120} aria-label={title} defaultValue={value} autoFocus />
        )}
        <div class="dialog-foot">
          <button type="button" class="secondary" onClick={() => answer(undefined)}>
            {t("cancel")}
          </button>
          <button type="submit" class={danger ? "primary danger" : "primary"}>
            {confirm}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
