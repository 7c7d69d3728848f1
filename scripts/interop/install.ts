/** Puts programs by others where the steps look for them, once per lock file. */
import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { INTEROP, must, ROOT, run } from "./processes.ts";
import { Missing } from "./step.ts";

export async function installNode(): Promise<void> {
  await oncePer("package-lock.json", `${INTEROP}node_modules/.installed`, () =>
    must("npm", ["ci", "--prefix", INTEROP, "--no-audit", "--no-fund"], { seconds: 300 }),
  );
}

const VENV = `${ROOT}out/interop-venv`;

/** The environment's Python. Throws Missing where the machine has none that makes environments. */
export async function installPython(): Promise<string> {
  await oncePer("python/requirements.txt", `${VENV}/.installed`, async () => {
    const made = await run("python3", ["-m", "venv", VENV], { seconds: 60 });
    if (made.code !== 0)
      throw new Missing(`python3 -m venv failed: ${made.stderr.slice(-300) || made.stdout.slice(-300)}`);
    const pip = [
      "-m",
      "pip",
      "install",
      "-q",
      "--disable-pip-version-check",
      "-r",
      `${INTEROP}python/requirements.txt`,
    ];
    await must(`${VENV}/bin/python`, pip, { seconds: 300 });
  });
  return `${VENV}/bin/python`;
}

/** Chromium under whichever name the machine has it. Throws Missing. */
export async function findChromium(): Promise<string> {
  for (const name of ["chromium", "chromium-browser", "google-chrome"]) {
    const found = await run(name, ["--version"], { seconds: 20 }).catch(() => undefined);
    if (found?.code === 0) return name;
  }
  throw new Missing("chromium is not installed");
}

/** The mark holds the hash of the list that was installed. */
async function oncePer(list: string, mark: string, install: () => Promise<unknown>): Promise<void> {
  const wanted = createHash("sha256")
    .update(await readFile(`${INTEROP}${list}`))
    .digest("hex");
  if ((await readFile(mark, "utf8").catch(() => "")) === wanted) return;
  await install();
  await writeFile(mark, wanted);
}
