/** Upload tickets: POST /mcp/uploads for one, PUT the bytes to its address, then open_image {uploadTicket}. */
import { Hono } from "hono";
import { z } from "zod";
import { EditError } from "../../errors.ts";
import { limitBody } from "../middleware/limit.ts";
import type { CallerEnv } from "../middleware/token.ts";
import type { ServerLimits } from "../options.ts";
import type { McpSessions } from "./sessions.ts";
import { noTicket } from "./uploads.ts";

/** Of the JSON that asks for a ticket. */
const WISH_BYTES = 4096;

const wish = z.strictObject({ name: z.string().min(1).max(255).optional() });

export function uploadsRoute(sessions: McpSessions, { ticketMs, uploadBytes }: ServerLimits): Hono<CallerEnv> {
  const route = new Hono<CallerEnv>();
  route.post("/", limitBody(WISH_BYTES), async (c) => {
    const session = sessions.find(c.req.header("mcp-session-id") ?? "", c.get("caller"));
    const ticket = await session.uploads.issue((await wished(c.req.raw)).name ?? "picture");
    const url = `/mcp/uploads/${ticket}`;
    return c.json({ ticket, method: "PUT", url, maxBytes: uploadBytes, expiresInSeconds: ticketMs / 1000 }, 201);
  });
  route.put("/:ticket", async (c) => {
    const ticket = c.req.param("ticket");
    const session = sessions.of(c.get("caller")).find(({ uploads }) => uploads.has(ticket));
    if (session === undefined) throw noTicket();
    const { bytes } = await session.uploads.receive(ticket, c.req.raw.body);
    return c.json({ ticket, bytes }, 201);
  });
  return route;
}

async function wished(request: Request): Promise<z.infer<typeof wish>> {
  const text = await request.text();
  const parsed = wish.safeParse(text === "" ? {} : await json(text));
  if (parsed.success) return parsed.data;
  throw new EditError("arguments-invalid", 'Expected nothing or {"name": "photo.jpg"} as the body');
}

async function json(text: string): Promise<unknown> {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
