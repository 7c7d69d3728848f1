// Compiles src/engine/kernels/assembly to WebAssembly: beside its loader in src, and beside the one that tsc writes to dist.
import { copyFileSync, mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { main } from "assemblyscript/asc";

const root = fileURLToPath(new URL("..", import.meta.url));
const out = "src/engine/kernels/kernels.wasm";

// Nothing is allocated, so there is no runtime. Warning 112: v128 is passed between kernels only, never to JavaScript.
const { error, stderr } = await main(
  ["src/engine/kernels/assembly/index.ts", "-O3", "--enable", "simd", "--runtime", "stub", "--noAssert"].concat([
    "--importMemory",
    "--disableWarning",
    "112",
    "--baseDir",
    root,
    "--outFile",
    out,
  ]),
);
if (error) {
  process.stderr.write(stderr.toString());
  process.exit(1);
}
mkdirSync(new URL("../dist/engine/kernels", import.meta.url), { recursive: true });
copyFileSync(new URL(`../${out}`, import.meta.url), new URL("../dist/engine/kernels/kernels.wasm", import.meta.url));
