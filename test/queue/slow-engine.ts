/** The engine without pictures, in ten steps, so that a worker can be lost, stopped or told to stop between
 * them. What it makes follows from the picture's bytes and the seed alone; how it goes, from the prompt. */
import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { EditOptions, EditRequest, Engine } from "../../src/engine/api.ts";
import { EditError } from "../../src/errors.ts";
import { byteEngine } from "../helpers/byte-engine.ts";

/** A prompt that says how an edit goes: held in the middle until a file is there, refused at its end, crashed in the middle
 * of each process's first attempt. */
export interface Course {
  readonly until?: string;
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
        do {
          await sleep(2);
          if (signal?.aborted) throw new EditError("cancelled", "The edit was cancelled");
        } while (done === 5 && course.until !== undefined && !existsSync(course.until));
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
