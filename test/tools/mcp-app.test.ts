import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FakeEngine } from "../helpers/fake-engine.ts";
import { startTour, type Tour } from "../helpers/mcp.ts";

let tour: Tour;
let html: string;

beforeAll(async () => {
  execFileSync(process.execPath, [fileURLToPath(new URL("../../scripts/mcp-app.js", import.meta.url))]);
  tour = await startTour(new FakeEngine());
  const { contents } = await tour.client.readResource({ uri: "ui://dragflow/compare" });
  const [page] = contents;
  expect(page).toMatchObject({ mimeType: "text/html;profile=mcp-app", _meta: { ui: { csp: { connectDomains: [] } } } });
  html = page && "text" in page ? page.text : "";
});
afterAll(() => tour.close());

describe("the page for hosts with UI", () => {
  it("is linked from the tools that show pictures, and no others", async () => {
    const { tools } = await tour.client.listTools();
    const linked = tools.filter(({ _meta }) => _meta !== undefined).map(({ name, _meta }) => [name, _meta?.ui]);
    const names = ["open_image", "look", "select_region", "preview_edit", "start_edit", "job_status", "critique_edit"];
    expect(new Map(linked as [string, unknown][])).toEqual(
      new Map(names.map((name) => [name, { resourceUri: "ui://dragflow/compare" }])),
    );
  });

  it("runs its own script and style and nothing else", () => {
    const policy = /<meta http-equiv="Content-Security-Policy" content="([^"]+)">/.exec(html)?.[1];
    const sources = Object.fromEntries((policy ?? "").split("; ").map((rule) => rule.split(/ (.*)/)));
    const hash = (tag: RegExp) =>
      `'sha256-${createHash("sha256")
        .update(tag.exec(html)?.[1] ?? "")
        .digest("base64")}'`;
    expect(sources).toEqual({
      "default-src": "'none'",
      "script-src": hash(/<script type="module">([\s\S]*?)<\/script>/),
      "style-src": hash(/<style>([\s\S]*?)<\/style>/),
      "img-src": "data:",
      "base-uri": "'none'",
      "form-action": "'none'",
    });
  });

  it("names no file to load", () => {
    const markup = html.replace(/<(script|style)[^>]*>[\s\S]*?<\/\1>/g, "");
    expect(markup).not.toMatch(/\b(src|href)=/);
    expect([...html.matchAll(/<script/g)]).toHaveLength(1);
  });
});
