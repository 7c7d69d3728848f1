/** The drag loop's losses from the file that the engine writes. */
import { readFile } from "node:fs/promises";

/** The column named `loss` of a CSV with a header line; empty where no drag ran. */
export async function readLosses(path: string): Promise<number[]> {
  const [header = "", ...rows] = (await readFile(path, "utf8").catch(() => "")).trim().split(/\r?\n/);
  const column = header.split(",").findIndex((name) => name.trim().toLowerCase() === "loss");
  return rows.map((row) => Number.parseFloat(row.split(",")[column] ?? "")).filter(Number.isFinite);
}
