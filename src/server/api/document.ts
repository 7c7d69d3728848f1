/** The OpenAPI document, made of the routes' definitions. */
import { OpenAPIHono, type RouteConfig } from "@hono/zod-openapi";
import { packageVersion } from "../../tools/version.ts";
import { COOKIE } from "./cookie.ts";
import * as chat from "./spec/chat.ts";
import * as edits from "./spec/edits.ts";
import * as exports from "./spec/exports.ts";
import * as history from "./spec/history.ts";
import * as images from "./spec/images.ts";
import * as jobs from "./spec/jobs.ts";
import * as plan from "./spec/plan.ts";
import * as recipes from "./spec/recipes.ts";
import * as regions from "./spec/regions.ts";
import * as session from "./spec/session.ts";
import { API } from "./views/urls.ts";

/** In the order in which they are told. */
const SPECS = [session, images, regions, plan, edits, recipes, exports, jobs, history, chat];

export const ROUTES: readonly RouteConfig[] = SPECS.flatMap((spec) => Object.values<unknown>(spec)).filter(isRoute);

export function apiDocument() {
  const { openAPIRegistry: registry, getOpenAPI31Document } = new OpenAPIHono();
  for (const route of ROUTES) registry.registerPath(route);
  registry.registerComponent("securitySchemes", "cookie", { type: "apiKey", in: "cookie", name: COOKIE });
  registry.registerComponent("securitySchemes", "session", {
    type: "apiKey",
    in: "header",
    name: "Dragflow-Session",
    description: "The session's id, for programs; Authorization: Bearer <token> besides where the server has tokens",
  });
  const description = "Edits of pictures by geometry: regions, motions, previews, edits, history. See docs/api.md.";
  return withTuples(
    getOpenAPI31Document({
      openapi: "3.1.0",
      info: {
        title: "dragflow",
        version: packageVersion(),
        description,
        license: { name: "Apache-2.0" },
      },
      servers: [{ url: API }],
    }),
  );
}

/** Ours hold one kind of value each: said as an array of that many, which readers of every JSON Schema understand. */
function withTuples<T>(value: T): T;
function withTuples(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((part) => withTuples(part));
  if (typeof value !== "object" || value === null) return value;
  const plain = Object.fromEntries(Object.entries(value).map(([key, part]) => [key, withTuples(part)]));
  // The generator writes them either as JSON Schema 2020-12 or as its earlier versions have them.
  const { items, prefixItems = items, ...rest } = plain;
  if (!Array.isArray(prefixItems)) return plain;
  return { ...rest, items: prefixItems[0], minItems: prefixItems.length, maxItems: prefixItems.length };
}

function isRoute(value: unknown): value is RouteConfig {
  return typeof value === "object" && value !== null && "operationId" in value && "path" in value;
}
