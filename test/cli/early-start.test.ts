import { describe, expect, test } from "vitest";
import { processesFor } from "../../src/cli/early-start.ts";

const kinds = (line: string) => processesFor(line.split(" "));

describe("processesFor", () => {
  test("an edit starts both processes, a preview or a dry run only the one without a model", () => {
    expect(kinds("edit a.png --recipe r.json --out b.png")).toEqual(["retouch", "model"]);
    expect(kinds("replay r.json a.png --quality fast")).toEqual(["retouch", "model"]);
    expect(kinds("demo")).toEqual(["retouch", "model"]);
    expect(kinds("edit a.png --quality preview --out b.png")).toEqual(["retouch"]);
    expect(kinds("edit a.png --quality full --quality=preview")).toEqual(["retouch"]);
    expect(kinds("edit a.png --recipe r.json --dry-run")).toEqual(["retouch"]);
  });

  test("what needs no engine at once starts none", () => {
    for (const line of ["", "--version", "edit --help", "edit -h", "models list", "history", "chat a.png", "serve"]) {
      expect(kinds(line)).toEqual([]);
    }
  });
});
