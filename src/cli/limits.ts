/** Limits of the engine that the environment sets. */
import { EditError } from "../errors.ts";

/** `DRAGFLOW_MAX_PIXELS`: most pixels (width · height) a picture may have. @throws EditError `usage`. */
export function limitsFrom(env: Readonly<Record<string, string | undefined>>): { maxPixels?: number } {
  const text = env.DRAGFLOW_MAX_PIXELS;
  if (text === undefined || text === "") return {};
  const maxPixels = Number(text);
  if (/^\d+$/.test(text) && maxPixels > 0) return { maxPixels };
  throw new EditError("usage", `Expected DRAGFLOW_MAX_PIXELS to be a whole number above 0, got "${text}"`);
}
