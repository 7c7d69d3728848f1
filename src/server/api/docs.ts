/** /api/openapi.json, and the same to be read by people at /api/docs: one page without scripts. */
import { Hono } from "hono";
import { html, raw } from "hono/html";
import { PAGE_POLICY } from "../middleware/headers.ts";
import { apiDocument, ROUTES } from "./document.ts";
import { API } from "./views/urls.ts";

const STYLE = `
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h2 { margin: 2.5rem 0 .5rem; text-transform: capitalize; }
details { border-top: 1px solid color-mix(in srgb, currentColor 25%, transparent); padding: .5rem 0; }
summary { cursor: pointer; }
summary code { font-weight: 600; }
.method { display: inline-block; min-width: 4.5em; text-transform: uppercase; }
pre { overflow: auto; padding: .75rem; background: color-mix(in srgb, currentColor 7%, transparent); font-size: .85rem; }
table { border-collapse: collapse; } td, th { text-align: left; padding: .2rem .8rem .2rem 0; vertical-align: top; }
`;

export function docsRoutes(): Hono {
  const document = JSON.stringify(apiDocument());
  const page = docsPage();
  return new Hono()
    .get("/openapi.json", (c) =>
      c.body(document, 200, { "content-type": "application/json", "cache-control": "no-cache" }),
    )
    .get("/docs", async (c) => {
      c.header("content-security-policy", PAGE_POLICY);
      c.header("cache-control", "no-cache");
      return c.html(await page);
    })
    .get("/docs/style.css", (c) => c.body(STYLE, 200, { "content-type": "text/css; charset=utf-8" }));
}

interface Described {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly description?: string;
  readonly schema?: unknown;
}

interface Operation {
  readonly summary?: string;
  readonly description?: string;
  readonly parameters?: readonly Described[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema?: unknown }>> };
  readonly responses: Readonly<
    Record<
      string,
      { readonly description: string; readonly content?: Readonly<Record<string, { readonly schema?: unknown }>> }
    >
  >;
}

async function docsPage(): Promise<string> {
  const { paths = {}, components, info } = apiDocument();
  const tags = [...new Set(ROUTES.flatMap(({ tags: own = [] }) => own))];
  const sections = tags.map((tag) => {
    const routes = ROUTES.filter(({ tags: own = [] }) => own.includes(tag));
    return html`<h2>${tag}</h2>${routes.map(({ method, path }) => operation(method, path, operationAt(paths, path, method)))}`;
  });
  const shapes = Object.entries(components?.schemas ?? {}).map(
    ([name, schema]) =>
      html`<details id="${name}"><summary><code>${name}</code></summary><pre>${shown(schema)}</pre></details>`,
  );
  return String(
    await html`<!doctype html><html lang="en"><head><meta charset="utf-8" /><title>${info.title} API</title>
      <meta name="viewport" content="width=device-width" /><link rel="stylesheet" href="/api/docs/style.css" /></head>
      <body><h1>${info.title} API ${info.version}</h1><p>${info.description ?? ""}</p>
      <p>Base address <code>${API}</code>. The document: <a href="/api/openapi.json">openapi.json</a>.</p>
      ${sections}<h2>shapes</h2>${shapes}</body></html>`,
  );
}

/** The document was made of these very routes. */
function operationAt(paths: object, path: string, method: string): Operation {
  return (paths as Record<string, Record<string, Operation>>)[path]?.[method] ?? { responses: {} };
}

function operation(
  method: string,
  path: string,
  { summary, description, parameters = [], requestBody, responses }: Operation,
) {
  const rows = parameters.map(
    (one) => html`<tr><th><code>${one.name}</code></th><td>${one.in}${one.required ? ", required" : ""}</td>
      <td>${one.description ?? ""}</td></tr>`,
  );
  const bodies = Object.entries(requestBody?.content ?? {}).map(([type, { schema }]) => shape(`Body, ${type}`, schema));
  const answers = Object.entries(responses).flatMap(([status, answer]) => {
    const [first] = Object.entries(answer.content ?? {});
    return first === undefined
      ? [html`<p>${status}: ${answer.description}</p>`]
      : [shape(`${status}: ${answer.description}`, first[1].schema)];
  });
  return html`<details><summary><code><span class="method">${method}</span> ${path}</code> ${summary ?? ""}</summary>
    ${description === undefined ? "" : html`<p>${description}</p>`}
    ${rows.length === 0 ? "" : html`<table>${rows}</table>`}${bodies}${answers}</details>`;
}

function shape(title: string, schema: unknown) {
  return html`<p>${title}</p><pre>${shown(schema)}</pre>`;
}

function shown(schema: unknown) {
  const text = JSON.stringify(schema, null, 1) ?? "";
  const escaped = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return raw(escaped.replace(/"#\/components\/schemas\/(\w+)"/g, '<a href="#$1">$1</a>'));
}
