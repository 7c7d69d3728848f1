/** Lists in pages: a cursor is the number of entries that went before. */
import { ErrorCode, McpError } from "@modelcontextprotocol/sdk/types.js";

const PAGE = 100;

export function page<Item>(items: readonly Item[], cursor: string | undefined): { items: Item[]; nextCursor?: string } {
  const start = cursor === undefined ? 0 : Number(cursor);
  if (!Number.isInteger(start) || start < 0 || start > items.length || cursor === "") {
    throw new McpError(ErrorCode.InvalidParams, `Expected a cursor of this list, got ${JSON.stringify(cursor)}`);
  }
  const end = start + PAGE;
  return { items: items.slice(start, end), ...(end < items.length ? { nextCursor: String(end) } : {}) };
}
