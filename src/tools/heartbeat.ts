/** Progress as MCP wants it: every report is larger than the one before, and a caller who waits hears something at
 * least every two seconds. */
import type { ToolProgress } from "./context.ts";

const BEAT_MS = 1500;

export interface Heartbeat {
  report(progress: ToolProgress): void;
  /** Nothing is sent afterwards. */
  stop(): void;
}

/**
 * Work that counts anew (a second edit within one conversation) goes on where the count stood. Between two steps a beat
 * repeats the last report with a fraction of a step more: 1/2, 2/3, 3/4 … of it, which never reaches the next.
 */
export function heartbeat(send: (progress: ToolProgress) => void, beatMs = BEAT_MS): Heartbeat {
  let latest: ToolProgress = { stage: "working", done: 0, total: 1 };
  let [base, beats, sent] = [0, 0, -1];
  const emit = (done: number) => {
    if (done <= sent) return;
    sent = done;
    send({ ...latest, done, total: Math.max(base + latest.total, done) });
  };
  const beat = () => {
    beats += 1;
    emit(base + latest.done + beats / (beats + 1));
  };
  let timer = setInterval(beat, beatMs);
  timer.unref();
  return {
    report(progress) {
      if (progress.done < latest.done) base += latest.done + 1;
      if (progress.done !== latest.done) beats = 0;
      latest = progress;
      emit(base + progress.done);
      clearInterval(timer);
      timer = setInterval(beat, beatMs);
      timer.unref();
    },
    stop() {
      clearInterval(timer);
    },
  };
}
