/** A proxy that exchanges the names which the conformance suite expects of a server for ours, and nothing else: the
 * suite's scenarios then run against the real tools, resources and prompts. */
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import type { ReadableStream as WebStream } from "node:stream/web";

interface Message {
  readonly method?: string;
  readonly params?: { readonly name?: string; readonly uri?: string; readonly ref?: { readonly name?: string } };
}

export interface Proxy {
  readonly url: string;
  close(): void;
}

/** `picture` is a data URI that every session may open. */
export async function renamingProxy(target: string, picture: string): Promise<Proxy> {
  const server = createServer((request, response) => {
    void forwarded(request, target, picture)
      .then((answer) => {
        response.writeHead(answer.status, Object.fromEntries(answer.headers));
        // Node's web stream and the one of the standard differ in type only.
        if (answer.body) Readable.fromWeb(answer.body as WebStream).pipe(response);
        else response.end();
      })
      .catch((error: unknown) => response.writeHead(502).end(String(error)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo; // a TCP server that listens has one
  return {
    url: `http://127.0.0.1:${port}/mcp`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function forwarded(request: IncomingMessage, target: string, picture: string): Promise<Response> {
  const { host, connection, "content-length": length, ...rest } = request.headers;
  const headers = Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, String(value)]));
  const method = request.method ?? "GET";
  if (method !== "POST") return fetch(target, { method, headers });
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const message = JSON.parse(Buffer.concat(chunks).toString());
  const call = (name: string, args: object) => structured(target, headers, name, args);
  const body = JSON.stringify({ ...message, params: await renamed(message, picture, call) });
  return fetch(target, { method, headers, body });
}

type Call = (name: string, args: object) => Promise<Record<string, unknown>>;

async function renamed({ method, params = {} }: Message, picture: string, call: Call): Promise<object> {
  const opened = async () => String((await call("open_image", { dataUri: picture })).imageId);
  switch (`${method} ${params.name ?? params.uri ?? params.ref?.name ?? ""}`) {
    case "tools/call test_simple_text":
    case "tools/call test_image_content":
      return { ...params, name: "open_image", arguments: { dataUri: picture } };
    case "tools/call test_error_handling":
      return { ...params, name: "look", arguments: { id: "img_unknown" } };
    case "tools/call test_tool_with_progress": {
      const operations = [{ region: { box: [8, 8, 24, 24] }, motion: { type: "relocation", by: [6, 0] } }];
      const args = { imageId: await opened(), operations, quality: "preview", waitSeconds: 50 };
      return { ...params, name: "start_edit", arguments: args };
    }
    case "resources/read test://static-text":
      return { ...params, uri: "dragflow://history" };
    case "resources/read test://static-binary":
      return { ...params, uri: `dragflow://images/${await opened()}` };
    case "resources/subscribe test://watched-resource":
    case "resources/unsubscribe test://watched-resource":
      return { ...params, uri: "dragflow://history" };
    case "prompts/get test_simple_prompt":
      return { ...params, name: "plan_regions", arguments: { image: "photo.png", request: "move the boat" } };
    case "prompts/get test_prompt_with_arguments": {
      const { arg1, arg2 } = (params as { arguments?: Record<string, string> }).arguments ?? {};
      return { ...params, name: "drag_edit", arguments: { image: arg1, request: arg2 } };
    }
    case "completion/complete test_prompt_with_arguments": {
      const { argument } = params as { argument?: { value: string } };
      return {
        ...params,
        ref: { type: "ref/prompt", name: "drag_edit" },
        argument: { name: "quality", value: argument?.value },
      };
    }
    default:
      return params;
  }
}

/** A call beside the suite's own, in its session. */
async function structured(
  target: string,
  headers: Record<string, string>,
  name: string,
  args: object,
): Promise<Record<string, unknown>> {
  const id = `beside-${Math.random()}`;
  const params = { name, arguments: args };
  const body = JSON.stringify({ jsonrpc: "2.0", id, method: "tools/call", params });
  const text = await (await fetch(target, { method: "POST", headers, body })).text();
  const data = text.split("\n").filter((line) => line.startsWith("data: ") && line.includes(id));
  const message = JSON.parse(data[0]?.slice(6) ?? "{}");
  if (message.result?.structuredContent) return message.result.structuredContent;
  throw new Error(`Expected ${name} to answer, got ${text.slice(0, 500)}`);
}
