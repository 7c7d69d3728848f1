/** Who subscribed to the history hears of every change; who listed the resources hears when there are others. */
import type { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { SubscribeRequestSchema, UnsubscribeRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import type { ToolContext } from "../context.ts";
import { mustExist } from "./resources.ts";
import { HISTORY_URI } from "./uris.ts";

/** Ends by itself when the server closes. Pictures and edits never change: only the history is ever told of. */
export function addSubscriptions(server: Server, ctx: ToolContext): void {
  const subscribed = new Set<string>();
  server.setRequestHandler(SubscribeRequestSchema, ({ params: { uri } }) => {
    mustExist(uri, ctx);
    subscribed.add(uri);
    return {};
  });
  server.setRequestHandler(UnsubscribeRequestSchema, ({ params: { uri } }) => {
    subscribed.delete(uri);
    return {};
  });
  const history = ctx.workspace.history;
  let known = history.nodes().length;
  const stop = history.onChange(() => {
    if (server.transport === undefined) return;
    const { length } = history.nodes();
    // A client that has gone is told nothing more.
    if (length !== known) server.sendResourceListChanged().catch(() => {});
    known = length;
    if (subscribed.has(HISTORY_URI)) server.sendResourceUpdated({ uri: HISTORY_URI }).catch(() => {});
  });
  const closed = server.onclose;
  server.onclose = () => {
    stop();
    closed?.();
  };
}
