/** The names under which a session's pictures and records can be read. */

export const HISTORY_URI = "dragflow://history";
export const IMAGE_TEMPLATE = "dragflow://images/{id}";
export const EDIT_TEMPLATE = "dragflow://edits/{id}/{part}";

/** What can be read of an edit, in the order in which it is listed. */
export const EDIT_PARTS = ["picture", "mask", "diff", "recipe", "receipt"] as const;
export type EditPart = (typeof EDIT_PARTS)[number];

export type Named =
  | { readonly type: "history" }
  | { readonly type: "image"; readonly id: string }
  | { readonly type: "edit"; readonly id: string; readonly part: EditPart };

export function imageUri(id: string): string {
  return `dragflow://images/${encodeURIComponent(id)}`;
}

export function editUri(id: string, part: EditPart): string {
  return `dragflow://edits/${encodeURIComponent(id)}/${part}`;
}

/** undefined where the URI follows none of the forms above. */
export function namedBy(uri: string): Named | undefined {
  if (uri === HISTORY_URI) return { type: "history" };
  const [, kind, id = "", part] = /^dragflow:\/\/(images|edits)\/([^/?#]+)(?:\/([a-z]+))?$/.exec(uri) ?? [];
  if (kind === "images" && part === undefined) return { type: "image", id: decoded(id) };
  const known = EDIT_PARTS.find((one) => one === part);
  return kind === "edits" && known ? { type: "edit", id: decoded(id), part: known } : undefined;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a stray percent sign: no id of ours has one, so it is simply unknown
  }
}
