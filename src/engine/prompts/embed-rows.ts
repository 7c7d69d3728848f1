/** Rows of an embedding table, read from the file: the table itself is never in memory. */
import { EditError } from "../../errors.ts";
import type { Tensor } from "../onnx/session.ts";
import { readWeight, sliceRows, type WeightRef } from "../weights/source.ts";

/** [ids, width]. Throws `checkpoint-invalid` for an id that the table does not have. */
export async function embedRows(table: WeightRef, ids: readonly number[]): Promise<Tensor> {
  const [rows = 0, width = 0] = table.shape;
  const data = new Float32Array(ids.length * width);
  const known = new Map<number, Float32Array>();
  for (const [at, id] of ids.entries()) {
    if (!Number.isInteger(id) || id < 0 || id >= rows) {
      const found = `the tokenizer gave ${id}`;
      throw new EditError("checkpoint-invalid", `${table.name}: expected token ids below ${rows}, ${found}`, {
        hint: "Text encoder and tokenizer must belong together.",
      });
    }
    const row = known.get(id) ?? (await readWeight(sliceRows(table, table.name, id, id + 1)));
    known.set(id, row);
    data.set(row, at * width);
  }
  return { shape: [ids.length, width], data };
}
