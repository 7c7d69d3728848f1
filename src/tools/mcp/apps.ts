/** The page that hosts with MCP Apps show beside a picture: before and after, and a region picker. It is one HTML file
 * that loads nothing, built by `npm run build`; hosts without UI get the image blocks of the answers. */
import { readFile } from "node:fs/promises";
import { RESOURCE_MIME_TYPE } from "@modelcontextprotocol/ext-apps/server";

export const COMPARE_URI = "ui://dragflow/compare";
export const COMPARE_MIME_TYPE = RESOURCE_MIME_TYPE;

/** Tools whose answers hold a picture that the page can show. */
export const SHOWN_IN_APP: ReadonlySet<string> = new Set([
  "open_image",
  "look",
  "select_region",
  "preview_edit",
  "start_edit",
  "job_status",
  "critique_edit",
]);

/** The page's wishes of its host: no network at all. */
export const COMPARE_META = { ui: { csp: { connectDomains: [], resourceDomains: [] }, prefersBorder: true } };

/** The package's dist/ lies three folders above src/tools/mcp and dist/tools/mcp alike. */
const COMPARE_FILE = new URL("../../../dist/mcp-app/compare.html", import.meta.url);

/** Rejects where the package was not built. */
export function comparePage(): Promise<string> {
  return readFile(COMPARE_FILE, "utf8");
}
