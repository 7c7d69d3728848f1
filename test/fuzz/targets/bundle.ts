import { cpSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openBundle } from "../../../src/engine/models/bundle.ts";
import { readShardIndex } from "../../../src/engine/weights/source.ts";
import { damagedJson } from "../json.ts";
import type { Target } from "../target.ts";

const MINI = fileURLToPath(new URL("../../../models/mini/", import.meta.url));
/** Everything that a model folder says in JSON. */
const FILES = [
  "dragflow.json",
  "model_index.json",
  "scheduler/scheduler_config.json",
  "transformer/config.json",
  "vae/config.json",
  "adapter/config.json",
];
const INDEX = "model.safetensors.index.json";

/** The shipped model with one of its JSON files changed: opened and checked against its tensors. */
export const bundle: Target = {
  name: "bundle",
  share: 2,
  inMemory: true,
  codes: ["checkpoint-invalid"],
  seeds: () => [
    ...FILES.map((file) => named(file, readFileSync(join(MINI, file)))),
    named(INDEX, Buffer.from(JSON.stringify({ metadata: { total_size: 1 }, weight_map: { a: "x.safetensors" } }))),
  ],
  mutate(input, other, dice) {
    const { file, text } = split(input);
    return named(file, damagedJson(text, split(other).text, dice));
  },
  open(dir) {
    const copy = join(dir, "mini");
    cpSync(MINI, copy, {
      recursive: true,
      filter: (path) => !path.endsWith(".safetensors") && !path.includes("train"),
    });
    for (const part of ["transformer", "vae", "adapter"]) {
      for (const name of readdirSync(join(MINI, part)).filter((one) => one.endsWith(".safetensors"))) {
        symlinkSync(join(MINI, part, name), join(copy, part, name));
      }
    }
    return async (input) => {
      const { file, text } = split(input);
      if (!FILES.includes(file)) {
        writeFileSync(join(copy, INDEX), text);
        await readShardIndex(join(copy, INDEX));
        return;
      }
      const whole = readFileSync(join(MINI, file));
      writeFileSync(join(copy, file), text);
      try {
        await (await openBundle(copy, { device: "cpu", threads: 1, graphDir: join(dir, "graphs") } as never)).release();
      } finally {
        writeFileSync(join(copy, file), whole);
        rmSync(join(dir, "graphs"), { recursive: true, force: true });
      }
    };
  },
};

function named(file: string, text: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from(`${file}\n`), text]);
}

function split(input: Uint8Array): { readonly file: string; readonly text: Uint8Array } {
  const end = input.indexOf(10);
  return { file: Buffer.from(input.subarray(0, Math.max(0, end))).toString(), text: input.subarray(end + 1) };
}
