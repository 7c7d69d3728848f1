/** sharp by its CommonJS entry: the other one is written in syntax that Node 20.9 cannot read. */
import { createRequire } from "node:module";
import type Sharp from "sharp";

// The package's two entries are one interface.
export const sharp = createRequire(import.meta.url)("sharp") as typeof Sharp;
