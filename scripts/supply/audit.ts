/** `npm audit` told apart: known holes, none, or nobody to ask. */
import { spawnSync } from "node:child_process";
import { z } from "zod";

export type Audit =
  | { readonly type: "clean"; readonly packages: number }
  | { readonly type: "found"; readonly lines: readonly string[] }
  /** A registry without the endpoint, or none within reach. That is not "clean". */
  | { readonly type: "unavailable"; readonly why: string };

const report = z.object({
  vulnerabilities: z.record(z.string(), z.object({ severity: z.string(), range: z.string() })),
  metadata: z.object({ dependencies: z.object({ total: z.number() }) }),
});
const refusal = z.object({ message: z.string() });

/** What npm printed with `--json`. */
export function auditOf(json: unknown): Audit {
  const found = report.safeParse(json).data;
  if (found !== undefined) {
    const lines = Object.entries(found.vulnerabilities).map(([name, one]) => `${name} ${one.range}: ${one.severity}`);
    return lines.length > 0 ? { type: "found", lines } : { type: "clean", packages: found.metadata.dependencies.total };
  }
  return { type: "unavailable", why: refusal.safeParse(json).data?.message ?? "npm printed no report" };
}

/** Of what users get. */
export function audit(root: string): Audit {
  const { stdout } = spawnSync("npm", ["audit", "--omit=dev", "--json"], { cwd: root, encoding: "utf8" });
  try {
    return auditOf(JSON.parse(stdout));
  } catch {
    return { type: "unavailable", why: "npm printed no JSON" };
  }
}
