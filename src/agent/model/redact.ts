/** Keys never leave in messages, logs or files: whatever looks like one is replaced. */

const LOOKS_LIKE_A_KEY =
  /\b(?:sk|rk|pk)-[\w-]{16,}|\bBearer\s+[^\s"'\\]+|\bAIza[\w-]{20,}|[?&](?:key|api_key|token)=[^&\s"'\\]+/gi;

export function redacted(text: string, key?: string): string {
  const without = key ? text.replaceAll(key, "[key]") : text;
  return without.replaceAll(LOOKS_LIKE_A_KEY, "[key]");
}
