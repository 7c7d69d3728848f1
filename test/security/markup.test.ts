/** Names, labels, prompts and answers are text wherever a browser shows them. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
/** Folders whose code makes pages. */
const FOLDERS = ["web", "evals/report", "src/report", "src/server", "src/evals/report"];
/** What makes markup or code of text. */
const DANGER =
  /innerHTML|outerHTML|insertAdjacentHTML|dangerouslySetInnerHTML|document\.write|\beval\(|new Function\(|srcdoc|javascript:/;

describe("pages", () => {
  it("make no markup and no code of text", () => {
    const files = FOLDERS.flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
        .filter((name) => /\.(tsx?|js)$/.test(name) && !name.endsWith(".d.ts"))
        .map((name) => join(folder, name)),
    );
    expect(files.length).toBeGreaterThan(100);
    expect(files.filter((file) => DANGER.test(readFileSync(join(ROOT, file), "utf8")))).toEqual([]);
  });
});
