/** One line of the conversation. */
import { sayIt } from "../actions/chat.ts";
import { goTo, runReading } from "../actions/edits.ts";
import { addressOf } from "../api.ts";
import type { ChatLine } from "../state/chat.ts";
import { nodeOf } from "../state/picture.ts";
import { running } from "../state/work.ts";
import { number, t } from "../words.ts";
import { Choices } from "./Choices.tsx";
import { Icon } from "./Icon.tsx";

export function ChatLineView({ line, last }: { line: ChatLine; last: boolean }) {
  switch (line.type) {
    case "you":
      return <p class="bubble you">{line.text}</p>;
    case "agent":
      return <p class={line.ok ? "bubble agent" : "bubble agent refused"}>{line.text}</p>;
    case "assumed":
      return (
        <p class="quiet note">
          {t("assumed")}: {line.text}
        </p>
      );
    case "note":
      return <p class="quiet note">{line.text}</p>;
    case "tool":
      return <ToolLine {...line} />;
    case "question":
      return (
        <div class="bubble agent">
          <p>{line.text}</p>
          <Choices choices={line.choices} disabled={!last} onPick={({ say }) => void sayIt(say)} />
        </div>
      );
    case "readings":
      return (
        <div class="readings">
          <h3>{t("proposals")}</h3>
          <Choices
            choices={line.choices}
            disabled={running.value !== undefined}
            onPick={({ candidateId }) => void runReading(candidateId ?? "")}
          />
        </div>
      );
    case "edit":
      return nodeOf(line.editId) === undefined ? null : (
        <button type="button" class="chat-picture" aria-label={t("showEdit")} onClick={() => void goTo(line.editId)}>
          <img src={addressOf.preview(line.editId, 320)} alt="" />
        </button>
      );
    case "cost":
      return <p class="quiet note cost">{costWords(line)}</p>;
    default:
      return line satisfies never;
  }
}

function ToolLine({ tool, why, args, answer, failed, done }: Extract<ChatLine, { type: "tool" }>) {
  return (
    <details class={failed ? "tool failed" : "tool"}>
      <summary>
        <Icon name={failed ? "warning" : done ? "check" : "more"} size={14} />
        <code>{tool}</code>
        <span class="quiet">{why}</span>
      </summary>
      <pre>{JSON.stringify(args, null, 1)}</pre>
      {answer && <pre>{answer}</pre>}
    </details>
  );
}

function costWords({ seconds, tokens, money }: Extract<ChatLine, { type: "cost" }>): string {
  const time = seconds === undefined ? [] : [t("tookSeconds", { seconds: number(seconds, 1) })];
  const cost = tokens === 0 ? [t("noCost")] : [t("tokens", { n: number(tokens) }), ...(money ? [money] : [])];
  return [...time, ...cost].join(" · ");
}
