/** Progress on stderr: a bar on a terminal, plain lines elsewhere, nothing when quiet. */
import { Presets, SingleBar } from "cli-progress";
import type { Output } from "./deps.ts";

export interface Step {
  readonly stage: string;
  readonly done: number;
  readonly total: number;
  readonly loss?: number;
}

export interface ProgressSink {
  onProgress(step: Step): void;
  /** Clears the bar; call it before anything else is written. */
  end(): void;
}

export function progressSink(stderr: Output, quiet: boolean): ProgressSink {
  if (quiet) return { onProgress: () => {}, end: () => {} };
  return stderr.isTTY ? bar(stderr) : lines(stderr);
}

function bar(stderr: Output): ProgressSink {
  const format = "{stage} {bar} {percentage} % {loss}";
  // A terminal's stderr is a writable stream; Output names only what the other sinks need.
  const stream = stderr as NodeJS.WriteStream;
  const single = new SingleBar({ format, stream, clearOnComplete: true, hideCursor: true }, Presets.shades_classic);
  return {
    onProgress({ stage, done, total, loss }) {
      const payload = { stage: stage.padEnd(13), loss: loss === undefined ? "" : `loss ${loss.toPrecision(4)}` };
      if (!single.isActive) single.start(total, done, payload);
      single.setTotal(total);
      single.update(done, payload);
    },
    end: () => single.stop(),
  };
}

/** One line per stage, and one per tenth of the whole: enough for a log. */
function lines(stderr: Output): ProgressSink {
  let last = "";
  return {
    onProgress({ stage, done, total, loss }) {
      const tenth = Math.floor((10 * done) / Math.max(total, 1));
      const key = `${stage} ${tenth}`;
      if (key === last) return;
      last = key;
      stderr.write(`${stage} ${done}/${total}${loss === undefined ? "" : ` loss ${loss.toPrecision(4)}`}\n`);
    },
    end: () => {},
  };
}
