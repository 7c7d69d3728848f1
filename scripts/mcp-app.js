// Builds the page that MCP hosts show into one file, dist/mcp-app/compare.html: nothing is loaded at run time, and its
// policy names by hash the one script and the one style it may run.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

const SOURCE = new URL("../web/mcp-app/", import.meta.url);
const OUT = new URL("../dist/mcp-app/", import.meta.url);

const script = await bundle("main.ts", { format: "esm", target: "es2022" });
const style = await bundle("style.css", { target: "es2022" });
const policy = [
  "default-src 'none'",
  `script-src ${hash(script)}`,
  `style-src ${hash(style)}`,
  "img-src data:",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");
const head = `<meta http-equiv="Content-Security-Policy" content="${policy}">\n    <style>${style}</style>\n  </head>`;
const page = readFileSync(new URL("compare.html", SOURCE), "utf8")
  .replace("</head>", () => head)
  .replace("</body>", () => `  <script type="module">${script}</script>\n  </body>`);
mkdirSync(OUT, { recursive: true });
writeFileSync(new URL("compare.html", OUT), page);

/** Minified text; `</script` inside it would end the element early. */
async function bundle(entry, options) {
  const { outputFiles } = await build({
    entryPoints: [new URL(entry, SOURCE).pathname],
    bundle: true,
    minify: true,
    write: false,
    legalComments: "none",
    ...options,
  });
  return outputFiles[0].text.trim().replaceAll(/<\/(script|style)/gi, "<\\/$1");
}

function hash(text) {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}
