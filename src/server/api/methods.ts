/** A method that an address does not know is refused as such (405), with those that it knows. */
import type { MiddlewareHandler } from "hono";
import { EditError } from "../../errors.ts";
import { problemResponse } from "../problem.ts";
import { ROUTES } from "./document.ts";
import { API } from "./views/urls.ts";

interface Known {
  readonly form: RegExp;
  readonly methods: Set<string>;
}

export function methodCheck(): MiddlewareHandler {
  const known = knownAddresses();
  return async (c, next) => {
    const address = known.find(({ form }) => form.test(c.req.path));
    if (address === undefined || address.methods.has(c.req.method)) return next();
    const allow = [...address.methods].join(", ");
    const error = new EditError("method-refused", `Expected ${allow} at ${c.req.path}, got ${c.req.method}`);
    return problemResponse(error, { allow });
  };
}

/** Addresses without parameters first: one of them may have the form of one with. */
function knownAddresses(): Known[] {
  const byPath = new Map<string, Known>();
  const exactFirst = ROUTES.toSorted((a, b) => Number(a.path.includes("{")) - Number(b.path.includes("{")));
  for (const { path, method } of exactFirst) {
    const form = new RegExp(`^${API}${path.replace(/\{\w+\}/g, "[^/]+")}$`);
    const { methods } = byPath.get(path) ?? { methods: new Set<string>() };
    methods.add(method.toUpperCase());
    if (method === "get") methods.add("HEAD");
    byPath.set(path, { form, methods });
  }
  return [...byPath.values()];
}
