/** A suite that somebody sent. */
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { loadSuite } from "../../src/evals/suite/load.ts";

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "dragflow-suite-"));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

it("as YAML runs no program, not even one that lies beside it", async () => {
  const mark = join(dir, "ran");
  await writeFile(
    join(dir, "base.mjs"),
    `import { writeFileSync } from "node:fs"; writeFileSync(${JSON.stringify(mark)}, "");`,
  );
  await writeFile(join(dir, "s.yaml"), "name: s\nextends: base.mjs\n");
  await expect(loadSuite("s.yaml", dir)).rejects.toMatchObject({
    code: "suite-invalid",
    message: "s.yaml:2: Expected a suite as YAML or JSON at extends, got base.mjs, which is a program",
  });
  expect(existsSync(mark)).toBe(false);
});

it("makes no objects of tags, and reaches no prototype by its keys", async () => {
  for (const text of [
    "!!js/function 'x'",
    "name: s\n__proto__: {polluted: true}\n",
    "name: !!python/object:os.system x\ncases: []\n",
  ]) {
    await writeFile(join(dir, "s.yaml"), text);
    await expect(loadSuite("s.yaml", dir)).rejects.toMatchObject({ code: "suite-invalid" });
  }
  expect({}).not.toHaveProperty("polluted");
});
