/** A fuzzer that sees nothing finds nothing. */
import { describe, expect, it } from "vitest";
import { FAULTY } from "./targets/faulty.ts";
import { watched } from "./watch.ts";

describe("the fuzzer", () => {
  it("sees a crash, a hang, much memory and an error without a code", { timeout: 300_000 }, async () => {
    const seen: Record<string, string> = {};
    for (const { name } of FAULTY) {
      const job = { targets: [name], seed: 1, executions: 1, seconds: 0, coverage: false, corpus: "", queue: "" };
      const [finding] = (await watched(job)).findings;
      seen[name] = finding?.what ?? "nothing";
      expect(String(finding?.input)).toBe("seed");
    }
    expect(seen).toEqual({
      "faulty-crash": "crash SIGABRT",
      "faulty-hang": "hang",
      "faulty-memory": "memory",
      "faulty-error": expect.stringMatching(/^TypeError/),
    });
  });
});
