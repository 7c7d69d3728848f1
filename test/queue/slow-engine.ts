/** The engine without pictures, in ten steps that take time, so that a worker can be lost, stopped or told to stop between
 * them. What it makes follows from the picture's bytes and the seed alone; how it goes, from the prompt. */
import { setTimeout as sleep } from "node:timers/promises";
import type { EditOptions, EditRequest, Engine } from "../../src/engine/api.ts";
import { EditError } from "../../src/errors.ts";
import { byteEngine } from "../helpers/byte-engine.ts";

/** A prompt that says how an edit goes: milliseconds of each step, refused at its end, crashed in the middle of each
 * process's first attempt. */
export interface Course {
  readonly stepMs?: number;
  readonly refused?: boolean;
  readonly crashed?: boolean;
}

export function slowEngine(): Engine {
  const bytes = byteEngine();
  const crashed = new Set<string>();
  return {
    ...bytes,
    async edit(request: EditRequest, { signal, onProgress, onPreview }: EditOptions = {}) {
      const { prompt, seed } = request.recipe;
      const course = JSON.parse(prompt || "{}") as Course; // our own tests write it
      for (let done = 1; done <= 10; done++) {
        await sleep(course.stepMs ?? 2);
        if (signal?.aborted) throw new EditError("cancelled", "The edit was cancelled");
        if (done === 5 && course.crashed && !crashed.has(`${seed}`)) {
          crashed.add(`${seed}`);
          throw new EditError("engine-crashed", "The engine's process ended");
        }
        onProgress?.({ stage: "drag", done, total: 10 });
        onPreview?.({ data: Buffer.from([done]), mimeType: "image/png", width: 1, height: 1 });
      }
      if (course.refused) throw new EditError("region-empty", "Expected a region, got none");
      return bytes.edit(request);
    },
  };
}
