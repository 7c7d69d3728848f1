/** An edit under way: how far, and stop. The canvas stays free meanwhile. */
import { stop } from "../actions/edits.ts";
import { frames, losses, running } from "../state/work.ts";
import { isWord, t } from "../words.ts";
import { Sparkline } from "./Sparkline.tsx";

export function RunningBar() {
  const job = running.value;
  if (job === undefined) return null;
  const { progress, ahead } = job;
  const share = progress && progress.total > 0 ? progress.done / progress.total : 0;
  const stage = progress ? stageWord(progress.stage) : ahead ? t("queued", { ahead }) : t("starting");
  const frame = frames.value.at(-1);
  return (
    <div class="floating running" role="status">
      {frame && <img class="running-frame" src={frame} alt="" />}
      <span class="running-text">{stage}</span>
      <progress max="1" value={share} aria-label={stage} />
      {losses.value.length > 2 && <Sparkline values={losses.value} width={72} height={24} />}
      <button type="button" class="secondary small" onClick={() => void stop()}>
        {t("stop")}
      </button>
    </div>
  );
}

function stageWord(stage: string): string {
  const word = `stage${stage.charAt(0).toUpperCase()}${stage.slice(1)}`;
  return isWord(word) ? t(word) : stage;
}
