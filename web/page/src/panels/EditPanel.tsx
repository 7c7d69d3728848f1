/** The prepared moves in order, and the button that makes the edit. Without moves: what the shown edit is. */

import { run } from "../actions/edits.ts";
import { intent } from "../state/intent.ts";
import { moving, operations } from "../state/operations.ts";
import { current } from "../state/picture.ts";
import { forecast, QUALITIES, quality, refusal, refusedOperation } from "../state/preview.ts";
import { put } from "../state/put.ts";
import { running } from "../state/work.ts";
import { number, t } from "../words.ts";
import { EditFacts } from "./EditFacts.tsx";
import { Icon } from "./Icon.tsx";
import { OperationCard } from "./OperationCard.tsx";
import { Warnings } from "./Warnings.tsx";

const WORDS = { preview: "qualityPreview", fast: "qualityFast", full: "qualityFull" } as const;

export function EditPanel() {
  const list = operations.value;
  const node = current.value;
  return (
    <>
      <div class="panel-body">
        {list.length > 0 ? (
          <>
            <h2 class="sr-only">{t("moves")}</h2>
            <ol class="operations">
              {list.map((operation, i) => (
                <OperationCard key={operation.key} operation={operation} index={i} />
              ))}
            </ol>
            <IntentField />
          </>
        ) : node?.type === "edit" ? (
          <EditFacts id={node.id} />
        ) : (
          <div class="empty-note">
            <Icon name="object" size={32} />
            <h2>{t("noMoves")}</h2>
            <p>{t("noMovesHint")}</p>
          </div>
        )}
      </div>
      {list.length > 0 && <RunFoot />}
    </>
  );
}

function IntentField() {
  return (
    <label class="field intent">
      <span>{t("intent")}</span>
      <input
        type="text"
        maxLength={1000}
        placeholder={t("intentHint")}
        value={intent.value}
        onInput={(event) => put(intent, event.currentTarget.value)}
      />
    </label>
  );
}

function RunFoot() {
  const ready = moving.value.length > 0;
  const seconds = forecast.value?.seconds;
  const general = (forecast.value?.warnings ?? []).filter(
    ({ operation, code }) => operation === undefined && code !== "region-grown",
  );
  const refused = refusal.value;
  return (
    <div class="panel-foot">
      {refused && ready && refusedOperation() === undefined && <Warnings warnings={[refused]} hint={refused.hint} />}
      <Warnings warnings={general} />
      <div class="run-row">
        <fieldset class="segments grow" aria-label={t("quality")}>
          {QUALITIES.map((name) => (
            <button type="button" key={name} aria-pressed={quality.value === name} onClick={() => put(quality, name)}>
              {t(WORDS[name])}
            </button>
          ))}
        </fieldset>
        <span class="quiet estimate">
          {ready && seconds !== undefined ? t("about", { seconds: number(Math.max(1, seconds)) }) : ""}
        </span>
      </div>
      <button
        type="button"
        class="primary wide"
        disabled={!ready || running.value !== undefined || refused !== undefined}
        title="Ctrl+Enter"
        onClick={() => void run()}
      >
        <Icon name="spark" size={18} />
        {ready ? t("run") : t("needMove")}
      </button>
    </div>
  );
}
