/** Loaded before a program (`node --import`), its children's too: the clock that it reads is so many milliseconds off as
 * the file named in CLOCK_FILE says at the moment. What counts time by itself, such as timers, does not notice: as on a
 * machine whose clock somebody sets. */
import { readFileSync } from "node:fs";

const path = process.env.CLOCK_FILE;
let off = 0;
setInterval(() => {
  off = Number(readFileSync(path, "utf8"));
}, 20).unref();

const RealDate = Date;
globalThis.Date = class extends RealDate {
  constructor(...args) {
    if (args.length === 0) super(RealDate.now() + off);
    else super(...args);
  }

  static now() {
    return RealDate.now() + off;
  }
};
