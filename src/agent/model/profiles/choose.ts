/** From a model's name to its profile: the user's file first, then the families that are shipped. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { EditError } from "../../../errors.ts";
import type { ModelProfile } from "./profile.ts";
import { SHIPPED_PROFILES } from "./shipped.ts";

/** In the data folder; the first that exists is read. */
const FILES = ["profiles.yaml", "profiles.yml", "profiles.json"] as const;

const pixels = z.number().int().min(1);
const amount = z.number().nonnegative();
const userProfile = z.strictObject({
  name: z.string().min(1),
  match: z.string().min(1).describe("regular expression on the model's name, lower case"),
  extends: z.string().default("default").describe("shipped profile that gives what is left out"),
  coordinates: z
    .strictObject({ unit: z.enum(["pixel", "norm1000", "norm1"]), order: z.enum(["xy", "yx"]).default("xy") })
    .optional(),
  boxKey: z.string().min(1).optional(),
  edge: pixels.min(64).optional(),
  shortEdge: pixels.min(64).optional(),
  pixels: pixels.min(4096).optional(),
  multiple: pixels.optional(),
  images: pixels.optional(),
  tools: z.enum(["native", "json"]).optional(),
  price: z
    .strictObject({ inputPerMillion: amount, outputPerMillion: amount, currency: z.string().default("USD") })
    .optional(),
});
const userFile = z.strictObject({ profiles: z.array(userProfile) });
type UserProfile = z.infer<typeof userProfile>;

/**
 * The profile for a model's name, without the user's file where `home` is undefined.
 * @throws EditError `usage` for a file that is not of the form `{ profiles: [{ name, match, … }] }`.
 */
export async function profileFor(model: string, home: string | undefined): Promise<ModelProfile> {
  const own = home === undefined ? [] : await userProfiles(home);
  return chosen(model, [...own, ...SHIPPED_PROFILES]);
}

function chosen(model: string, profiles: readonly ModelProfile[]): ModelProfile {
  const found = profiles.find(({ match }) => match.test(model.toLowerCase()));
  if (found === undefined) throw new TypeError("Expected the last profile to match every name");
  return found;
}

async function userProfiles(home: string): Promise<ModelProfile[]> {
  for (const name of FILES) {
    const path = join(home, name);
    const text = await readFile(path, "utf8").catch(() => undefined);
    if (text !== undefined) return parsed(text, path).map((one) => extended(one, path));
  }
  return [];
}

function parsed(text: string, path: string): readonly UserProfile[] {
  let value: unknown;
  try {
    value = parse(text); // YAML holds JSON
  } catch (cause) {
    throw new EditError("usage", `Expected YAML or JSON in ${path}, got something else`, { cause });
  }
  const result = userFile.safeParse(value);
  if (result.success) return result.data.profiles;
  const issue = result.error.issues[0];
  throw new EditError("usage", `Expected model profiles in ${path}, got ${issue?.path.join(".")}: ${issue?.message}`, {
    hint: "See docs/models-that-see.md for the form",
  });
}

function extended({ extends: base, match, ...own }: UserProfile, path: string): ModelProfile {
  const shipped = SHIPPED_PROFILES.find(({ name }) => name === base);
  if (shipped === undefined) {
    const names = SHIPPED_PROFILES.map(({ name }) => name).join(", ");
    throw new EditError("usage", `Expected one of ${names} as "extends" in ${path}, got ${JSON.stringify(base)}`);
  }
  // zod leaves absent keys absent, so spreading never overwrites with undefined.
  return { ...shipped, ...own, match: pattern(match, path) } as ModelProfile;
}

function pattern(text: string, path: string): RegExp {
  try {
    return new RegExp(text);
  } catch (cause) {
    throw new EditError("usage", `Expected a regular expression as "match" in ${path}, got ${JSON.stringify(text)}`, {
      cause,
    });
  }
}
