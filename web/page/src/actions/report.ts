/** The edit on one page that needs nothing else: pictures inside, numbers, the recipe. */
import { addressOf, api } from "../api.ts";
import { receiptWords } from "../panels/receipt-words.ts";
import type { HistoryNode } from "../state/picture.ts";
import { titleOf } from "../state/picture.ts";
import { t } from "../words.ts";

const PICTURES = ["before", "after", "diff", "regions"] as const;

export async function reportOf(node: HistoryNode): Promise<string> {
  const [edit, recipe] = await Promise.all([api.edit(node.id), api.recipe(node.id)]);
  const pictures = await Promise.all(PICTURES.map(async (name) => [name, await inlined(node.id, name)] as const));
  const shown = pictures.map(
    ([name, uri]) => `<figure><img src="${uri}" alt="${name}"><figcaption>${name}</figcaption></figure>`,
  );
  const facts = receiptWords(edit).map((line) => `<li>${escaped(line)}</li>`);
  const title = escaped(titleOf(node));
  return `<!doctype html><html><meta charset="utf-8"><title>${title}</title><style>body{font:15px/1.5 system-ui;margin:2rem auto;max-width:70rem;padding:0 1rem}img{max-width:100%}main{display:grid;grid-template-columns:1fr 1fr;gap:1rem}figure{margin:0}pre{overflow:auto;max-height:30rem;background:#8882;padding:1rem}</style><h1>${title}</h1><ul>${facts.join("")}</ul><main>${shown.join("")}</main><h2>${t("downloadRecipe")}</h2><pre>${escaped(JSON.stringify(recipe, shortened, 2))}</pre></html>`;
}

/** Masks are long; the recipe itself can be downloaded. */
function shortened(_: string, value: unknown): unknown {
  return typeof value === "string" && value.length > 200 ? `${value.slice(0, 60)}…` : value;
}

async function inlined(id: string, name: string): Promise<string> {
  const response = await fetch(addressOf.editFile(id, name));
  const blob = await response.blob();
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
