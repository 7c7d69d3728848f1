/** The bill of materials of what users get, CycloneDX by npm itself, and whether it is whole. */
import { spawnSync } from "node:child_process";
import { z } from "zod";
import { type LockFile, nameOf, production } from "./lock-file.ts";

const component = z.looseObject({
  "bom-ref": z.string(),
  name: z.string(),
  group: z.string().optional(),
  version: z.string(),
  purl: z.string(),
  hashes: z.array(z.object({ alg: z.string(), content: z.string() })).optional(),
  properties: z.array(z.object({ name: z.string(), value: z.string() })).optional(),
});
const schema = z.looseObject({
  bomFormat: z.literal("CycloneDX"),
  components: z.array(component),
  dependencies: z.array(z.looseObject({ ref: z.string(), dependsOn: z.array(z.string()).optional() })),
});

/** As JSON text. npm's own `--omit=dev` also leaves out what development and production share: it is asked for everything, and
 * what the lock file has for development alone is taken out here. */
export function makeSbom(root: string, lock: LockFile): string {
  const args = ["sbom", "--sbom-format=cyclonedx", "--sbom-type=application", "--package-lock-only"];
  const { stdout, stderr, status } = spawnSync("npm", args, { cwd: root, encoding: "utf8", maxBuffer: 2 ** 26 });
  if (status !== 0) throw new Error(`npm sbom ended with ${status}: ${stderr}`);
  const bom = schema.parse(JSON.parse(stdout));
  const wanted = wantedOf(lock);
  const gone = new Set(bom.components.filter((one) => !wanted.has(keyOf(one))).map((one) => one["bom-ref"]));
  const kept = bom.dependencies.filter(({ ref }) => !gone.has(ref));
  const dependencies = kept.map((one) => ({
    ...one,
    dependsOn: (one.dependsOn ?? []).filter((ref) => !gone.has(ref)),
  }));
  const components = bom.components.filter((one) => !gone.has(one["bom-ref"]));
  return `${JSON.stringify({ ...bom, components, dependencies }, null, 2)}\n`;
}

function wantedOf({ packages }: LockFile): Set<string> {
  return new Set(production(packages).map(([folder, { version }]) => `${nameOf(folder)}@${version}`));
}

function keyOf({ name, group, version }: z.infer<typeof component>): string {
  return `${group ? `${group}/` : ""}${name}@${version}`;
}

/** In words. */
export function sbomFaults(text: string, lock: LockFile): string[] {
  const { components } = schema.parse(JSON.parse(text));
  const found = new Set(components.map(keyOf));
  const missing = [...wantedOf(lock)].filter((key) => !found.has(key));
  const bare = components.filter(({ hashes = [] }) => hashes.length === 0);
  return [...missing.map((key) => `${key} is missing`), ...bare.map(({ purl }) => `${purl} has no hash`)];
}
