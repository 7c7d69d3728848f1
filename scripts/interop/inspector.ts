/** MCP Inspector's command line, a client that people debug servers with, over stdio and HTTP. */
import { CLI, INTEROP, must, node22 } from "./processes.ts";

/** `dir` holds photo.png; both servers may read it. */
export async function inspector(url: string, dir: string, home: string): Promise<string> {
  const overHttp = [`${url}/mcp`, "--transport", "http"];
  const overStdio = [process.execPath, CLI, "mcp", "--home", home, "--roots", dir];
  const counts = [];
  for (const target of [overStdio, overHttp]) {
    const { tools } = JSON.parse(await inspect([...target, "--method", "tools/list"]));
    if (!Array.isArray(tools) || tools.length < 8) throw new Error(`Expected the tools, got ${JSON.stringify(tools)}`);
    counts.push(tools.length);
    const call = ["--method", "tools/call", "--tool-name", "open_image", "--tool-arg", `path=${dir}/photo.png`];
    const { structuredContent, isError } = JSON.parse(await inspect([...target, ...call]));
    if (isError || structuredContent?.width !== 320)
      throw new Error(`Expected the photo, got ${JSON.stringify(structuredContent)}`);
  }
  return `${counts.join(" and ")} tools listed, open_image called, over stdio and HTTP`;
}

async function inspect(args: readonly string[]): Promise<string> {
  const program = `${INTEROP}node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js`;
  return must(await node22(), [program, "--cli", ...args], { seconds: 60 });
}
