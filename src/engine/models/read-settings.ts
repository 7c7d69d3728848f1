/** A bundle's settings without opening the bundle: what a forecast needs of a model. */
import { join } from "node:path";
import { exists } from "./find-bundle.ts";
import type { FluxConfig } from "./flux-config.ts";
import { readModelJson } from "./json.ts";
import { readFluxConfig } from "./read-config.ts";
import { type EditSettings, parseSettings } from "./settings.ts";

/** From `dragflow.json`; a folder as it was published has none and gets the paper's. Throws `checkpoint-invalid` naming
 * file and field. */
export async function readSettings(dir: string): Promise<EditSettings> {
  const path = join(dir, "dragflow.json");
  if (await exists(path)) return parseSettings(await readModelJson(path), path);
  const transformer = join(dir, "transformer");
  return publishedSettings(await readFluxConfig(transformer), transformer);
}

/** The paper's, for a transformer of these sizes at `path`. */
export function publishedSettings(config: FluxConfig, path: string): EditSettings {
  return parseSettings(publishedBlocks(config), path);
}

/** The blocks that DragFlow uses of FLUX.1's 19 + 38 (flux.md §5.1, §5.4); of a shorter model its last two doubles give
 * the features, and what is replayed are those of the blocks that it has. */
function publishedBlocks({ doubles, singles }: FluxConfig) {
  const last = [...new Set([Math.max(doubles - 2, 0), doubles - 1])];
  return {
    features: last.flatMap((block) => [`DOUBLE-${block}-0`, `DOUBLE-${block}-2`]),
    hookDoubles: [0, 7, 8, 9, 10, 18].filter((block) => block < doubles),
    hookSingles: [6, 9, 18, 23, 26, 31, 37].filter((block) => block < singles),
  };
}
