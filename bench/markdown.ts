/** Tables in Markdown. */

/** Columns of numbers stand right. */
export interface Column {
  readonly title: string;
  readonly right?: boolean;
}

export function table(columns: readonly (Column | string)[], rows: readonly (readonly string[])[]): string {
  const known = columns.map((column) => (typeof column === "string" ? { title: column } : column));
  const rule = known.map(({ right }: Column) => (right ? "---:" : "---"));
  return [known.map(({ title }) => title), rule, ...rows]
    .map((cells) => `| ${cells.map(cell).join(" | ")} |`)
    .join("\n");
}

export function number(title: string): Column {
  return { title, right: true };
}

function cell(words: string): string {
  return words.replaceAll("|", "\\|").replaceAll("\n", " ");
}
