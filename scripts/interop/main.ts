/**
 * npm run test:interop [NAME…]: programs by others against the built package. A step whose program is missing is
 * skipped; with CI set, that is a failure too.
 */
import { copyFile, mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import manifest from "../../package.json" with { type: "json" };
import { conformance } from "./conformance.ts";
import { inspector } from "./inspector.ts";
import { findChromium, installNode, installPython } from "./install.ts";
import { INTEROP, must, node22, oldestNode, ROOT, type Served, serve } from "./processes.ts";
import { stdioTour } from "./stdio-tour.ts";
import { Missing, type Step } from "./step.ts";

const wanted = process.argv.slice(2);
const dir = await mkdtemp(join(tmpdir(), "dragflow-interop-"));
const [photo, home] = [join(dir, "files", "photo.png"), join(dir, "home")];
let failures = 0;
let server: Served | undefined;
try {
  await mkdir(join(dir, "files"));
  await sharp(`${ROOT}examples/boat.webp`).resize(320).png().toFile(photo);
  await installNode();
  server = await serve(["--home", home, "--roots", join(dir, "files")], {});
  // Side by side: each waits for processes of its own most of the time.
  await Promise.all(steps(server.url).map(report));
  await server.stop();
} finally {
  await server?.stop().catch(() => {});
  await rm(dir, { recursive: true, force: true });
}
process.exitCode = failures > 0 ? 1 : 0;

function steps(url: string): Step[] {
  const all: Step[] = [
    { name: "conformance", run: async () => conformance(`${url}/mcp`, await smallPicture()) },
    { name: "inspector", run: () => inspector(url, join(dir, "files"), home) },
    { name: "stdio", run: () => stdioTour(join(dir, "files"), join(dir, "stdio-home")) },
    { name: "oldest", run: onOldestNode },
    { name: "python", run: async () => must(await installPython(), [`${INTEROP}python/tour.py`, `${url}/mcp`, photo]) },
    {
      name: "app",
      run: async () =>
        must(await node22(), ["--import", "tsx", `${ROOT}scripts/interop/app-main.ts`, await findChromium()]),
    },
  ];
  return wanted.length === 0 ? all : all.filter(({ name }) => wanted.includes(name));
}

/** The same tour where the server runs on the oldest Node that package.json names. */
async function onOldestNode(): Promise<string> {
  const node = await oldestNode();
  const version = (await must(node, ["--version"])).trim().slice(1);
  if (`>=${version}` !== `${manifest.engines.node}.0`)
    throw new Error(`Expected ${manifest.engines.node}, got ${version}`);
  const files = join(dir, "oldest-files");
  await mkdir(files);
  await copyFile(photo, join(files, "photo.png"));
  return `Node ${version}: ${await stdioTour(files, join(dir, "oldest-home"), node)}`;
}

async function report({ name, run }: Step): Promise<void> {
  const start = performance.now();
  const say = (mark: string, words: string) =>
    console.log(
      `${mark} ${name.padEnd(12)} ${((performance.now() - start) / 1000).toFixed(1).padStart(5)} s  ${words.trim()}`,
    );
  try {
    say("ok  ", await run());
  } catch (error) {
    const skipped = error instanceof Missing && !process.env.CI;
    if (!skipped) failures++;
    say(skipped ? "skip" : "FAIL", error instanceof Error ? error.message : String(error));
  }
}

async function smallPicture(): Promise<string> {
  const bytes = await sharp(await readFile(photo))
    .resize(64)
    .png()
    .toBuffer();
  return `data:image/png;base64,${bytes.toString("base64")}`;
}
