/** Recipes from the outside world, checked and with aliases resolved. */
import { EditError } from "../../errors.ts";
import { jsonExcess } from "../json-size.ts";
import { describeIssues, pathText, valueText } from "./issues.ts";
import { canonicalType, isMotionType, KNOWN_MOTIONS, motionFault } from "./motion-check.ts";
import { type Recipe, recipeSchema } from "./schema.ts";

/**
 * Checks a recipe and fills in its defaults; the argument is left as it is.
 * @throws EditError `motion-unknown`, or `recipe-invalid` with the JSON path, what was expected and what arrived.
 */
export function parseRecipe(json: unknown): Recipe {
  const most = jsonExcess(json);
  if (most !== undefined) throw invalid(`Expected a recipe of ${most}, got more`);
  const normal = withCanonicalMotions(json);
  const result = recipeSchema.safeParse(normal);
  if (!result.success) throw invalid(describeIssues(result.error.issues, normal), result.error);
  for (const [i, { motion }] of result.data.operations.entries()) {
    const fault = motionFault(motion);
    if (fault === undefined) continue;
    const path = pathText(["operations", i, "motion", ...fault.path]);
    throw invalid(`Expected ${fault.expected} at ${path}, got ${fault.got}`);
  }
  return result.data;
}

/** @throws EditError `recipe-invalid` for text that is not JSON, else as `parseRecipe`. */
export function parseRecipeText(text: string): Recipe {
  return parseRecipe(parseJson(text));
}

function parseJson(text: string): unknown {
  try {
    // A byte order mark is common in files written on Windows, and no JSON.
    return JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw invalid(`Expected a recipe as JSON, got text that is not: ${reason}`, cause);
  }
}

function invalid(message: string, cause?: unknown): EditError {
  return new EditError("recipe-invalid", message, {
    hint: "The form of a recipe is described in schema/recipe.schema.json.",
    ...(cause === undefined ? {} : { cause }),
  });
}

/** A copy with aliases of motion types replaced; what does not look like a motion is left for the schema to refuse. */
function withCanonicalMotions(json: unknown): unknown {
  if (!isRecord(json) || !Array.isArray(json.operations)) return json;
  const operations = json.operations.map((operation: unknown, i) =>
    isRecord(operation) && "motion" in operation
      ? { ...operation, motion: canonicalMotion(operation.motion, ["operations", i, "motion"]) }
      : operation,
  );
  return { ...json, operations };
}

function canonicalMotion(motion: unknown, path: PropertyKey[]): unknown {
  if (!isRecord(motion) || typeof motion.type !== "string") return motion;
  const type = canonicalType(motion.type);
  if (!isMotionType(type)) {
    throw new EditError(
      "motion-unknown",
      `Expected a motion type among ${KNOWN_MOTIONS} at ${pathText(path)}, got ${valueText(motion.type)}`,
    );
  }
  if (!Array.isArray(motion.motions)) return { ...motion, type };
  return { ...motion, type, motions: motion.motions.map((part, i) => canonicalPart(part, [...path, "motions", i])) };
}

/** `compose` does not nest, so a part's own parts are left for the schema to refuse. */
function canonicalPart(part: unknown, path: PropertyKey[]): unknown {
  if (!isRecord(part) || part.type === "compose") return part;
  return canonicalMotion(part, path);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
