/** Loaded before a server (`node --expose-gc --import`): every few seconds it collects garbage and writes what is left, in
 * bytes, into the file named in HEAP_FILE. Without that the heap's size tells when the collector last felt like it. */
import { writeFileSync } from "node:fs";

const EVERY_MS = 4000;

setInterval(() => {
  globalThis.gc();
  writeFileSync(process.env.HEAP_FILE, String(process.memoryUsage().heapUsed));
}, EVERY_MS).unref();
