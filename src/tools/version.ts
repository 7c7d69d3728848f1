import { createRequire } from "node:module";

/** Of the package: its manifest lies two folders above src/tools and dist/tools alike. */
export function packageVersion(): string {
  const manifest: unknown = createRequire(import.meta.url)("../../package.json");
  const known = typeof manifest === "object" && manifest !== null && "version" in manifest;
  return known ? String(manifest.version) : "0.0.0";
}
