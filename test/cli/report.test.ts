import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { lossChart, lossColumn } from "../../src/report/loss-chart.ts";
import { type CliBench, startBench } from "../helpers/cli.ts";

describe("--report", () => {
  let bench: CliBench;
  beforeEach(async () => {
    bench = await startBench();
  });
  afterEach(() => bench.close());

  async function report(prompt: string): Promise<string> {
    const inline = ["--region", "box:4,4,20,20", "--motion", "relocation:by=10,0"];
    await bench.run(["edit", "photo.png", ...inline, "--prompt", prompt, "--out", "out.png", "--report", "r"]);
    return readFile(join(bench.cwd, "r/report.html"), "utf8");
  }

  it("writes the files of the contract", async () => {
    await report("moved");
    expect((await readdir(join(bench.cwd, "r"))).sort()).toEqual([
      "after.png",
      "before.png",
      "diff.png",
      "editable.png",
      "loss.csv",
      "recipe.json",
      "regions.png",
      "report.html",
    ]);
  });

  it("is one page that needs nothing else", async () => {
    const page = await report("moved");
    expect(page.match(/src="data:image\/webp;base64,/g)).toHaveLength(5);
    expect(page).not.toMatch(/(src|href)="(?!data:)|@import|https?:/);
    expect(page).toContain("bit-exact");
    expect(page).toContain("<svg");
    expect(page).toContain("prompt-unread");
  });

  it("escapes what people write", async () => {
    const page = await report(`<img src=x onerror="alert('1')">&`);
    expect(page).not.toContain("<img src=x");
    expect(page).toContain("&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;");
  });
});

describe("the loss curve", () => {
  it("reads the loss column by name, else the last one", () => {
    expect(lossColumn("iteration,loss,rate\n0,1.5,0.1\n1,0.5,0.1\n\n")).toEqual([1.5, 0.5]);
    expect(lossColumn("step,value\r\n0,3\r\n1,x\r\n2,1")).toEqual([3, 1]);
    expect(lossColumn("")).toEqual([]);
  });

  it("needs two values, and stays finite where they are equal", () => {
    expect(lossChart([1])).toBeUndefined();
    expect(lossChart([2, 2])?.text).not.toContain("NaN");
  });
});
