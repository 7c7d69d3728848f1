/** What the workflows promise: the same tests as here, least rights, a real audit, provenance. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";

const FOLDER = fileURLToPath(new URL("../../.github/workflows/", import.meta.url));
const rights = z.record(z.string(), z.enum(["read", "write"]));
const step = z.object({
  uses: z.string().optional(),
  run: z.string().optional(),
  env: z.record(z.string(), z.string()).optional(),
});
const workflow = z.object({
  permissions: rights,
  jobs: z.record(
    z.string(),
    z.object({ permissions: rights.optional(), "timeout-minutes": z.number(), steps: z.array(step) }),
  ),
});
const read = (name: string) => workflow.parse(parse(readFileSync(FOLDER + name, "utf8")));
const stepsOf = (name: string) => Object.values(read(name).jobs).flatMap(({ steps }) => steps);

describe("workflows", () => {
  it.each(readdirSync(FOLDER))("%s may only read unless a job says why, and names its actions by version", (name) => {
    expect(read(name).permissions).toEqual({ contents: "read" });
    for (const { uses } of stepsOf(name))
      if (uses !== undefined) expect(uses).toMatch(/^[\w-]+\/[\w-]+@(v\d+|[0-9a-f]{40})$/);
  });

  it.each(readdirSync(FOLDER))(
    "%s runs the one command that a change must pass, and audits where audits are answered",
    (name) => {
      const steps = stepsOf(name);
      expect(steps.map(({ run }) => run)).toContain(".ci/run");
      expect(steps.find(({ run }) => run === "npm run supply")?.env).toMatchObject({ SUPPLY_AUDIT: "required" });
    },
  );

  it("a release comes with provenance and a bill of materials, and without a kept token", () => {
    const { jobs } = read("release.yml");
    expect(jobs.publish?.permissions).toEqual({ contents: "write", "id-token": "write" });
    const commands = stepsOf("release.yml").map(({ run = "" }) => run);
    expect(commands).toContain("npm publish --provenance --access public");
    expect(commands.some((one) => /gh release create .* sbom\.cdx\.json/.test(one))).toBe(true);
    expect(readFileSync(`${FOLDER}release.yml`, "utf8")).not.toMatch(/secrets\./);
  });
});
