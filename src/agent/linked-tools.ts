/** The tools as the agent calls them: an MCP client linked in memory, the same protocol that anyone else speaks. */
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js";
import { createMcpServer, type ToolContext } from "../tools/index.ts";
import { packageVersion } from "../tools/version.ts";
import { mcpToolPort } from "./mcp-port.ts";
import type { ToolPort } from "./port.ts";

export async function linkedTools(ctx: ToolContext): Promise<{ port: ToolPort; close: () => Promise<void> }> {
  const client = new Client({ name: "dragflow-agent", version: packageVersion() });
  const [here, there] = InMemoryTransport.createLinkedPair();
  await createMcpServer({ ...ctx, conversational: true }).connect(there);
  await client.connect(here);
  return { port: mcpToolPort(client), close: () => client.close() };
}
