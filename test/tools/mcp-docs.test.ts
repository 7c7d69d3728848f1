/** What hosts and people copy must fit the program. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { TOOLS } from "../../src/tools/list.ts";
import { PROMPTS } from "../../src/tools/mcp/prompt-list.ts";
import { packageVersion } from "../../src/tools/version.ts";

const text = (name: string) => readFileSync(new URL(`../../${name}`, import.meta.url), "utf8");
const names = TOOLS.map(({ name }) => name);

/** The registry's format, schema of 2025-12-11, as far as our file uses it. */
const input = z.strictObject({
  name: z.string(),
  description: z.string().optional(),
  format: z.enum(["string", "number", "boolean", "filepath"]).optional(),
  isRequired: z.boolean().optional(),
  isSecret: z.boolean().optional(),
});
const serverFile = z.strictObject({
  $schema: z.literal("https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json"),
  name: z.string().regex(/^[a-zA-Z0-9.-]+\/[a-zA-Z0-9._-]+$/),
  title: z.string().min(1).max(100),
  description: z.string().min(1).max(100),
  version: z.string(),
  packages: z.array(
    z.strictObject({
      registryType: z.literal("npm"),
      identifier: z.string(),
      version: z.string(),
      runtimeHint: z.literal("npx"),
      transport: z.strictObject({ type: z.literal("stdio") }),
      packageArguments: z.array(z.strictObject({ type: z.literal("positional"), value: z.string() })),
      environmentVariables: z.array(input),
    }),
  ),
});

describe("server.json", () => {
  it("has the registry's form and this package's name and version", () => {
    const file = serverFile.parse(JSON.parse(text("server.json")));
    const manifest = JSON.parse(text("package.json"));
    expect(file).toMatchObject({
      version: packageVersion(),
      packages: [{ identifier: manifest.name, version: packageVersion() }],
    });
  });
});

describe("SKILL.md", () => {
  const [, front = "", body = ""] = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(text("SKILL.md")) ?? [];

  it("has the front matter that agents look for", () => {
    const { name, description } = z.object({ name: z.string(), description: z.string() }).parse(parse(front));
    expect(name).toMatch(/^[a-z0-9-]{1,64}$/);
    expect(description.length).toBeGreaterThan(80);
    expect(description.length).toBeLessThanOrEqual(1024);
  });

  it("names only tools that exist", () => {
    const tools = [...body.matchAll(/`([a-z]+_[a-z_]+)`/g)].map(([, name]) => name);
    expect(tools.length).toBeGreaterThan(6);
    expect(names).toEqual(expect.arrayContaining([...new Set(tools)]));
  });
});

describe("docs/mcp.md", () => {
  const page = text("docs/mcp.md");

  it("holds configurations that are JSON and start this program", () => {
    const blocks = [...page.matchAll(/```json\n([\s\S]*?)```/g)].map(([, block = ""]) => JSON.parse(block));
    expect(blocks.length).toBeGreaterThanOrEqual(4);
    for (const block of blocks) {
      const server = (block.mcpServers ?? block.servers).dragflow;
      if (server.url === undefined)
        expect(server.args.slice(0, 2)).toEqual([expect.stringMatching(/dist\/cli\/main\.js$/), "mcp"]);
      else expect(server.url).toBe("http://127.0.0.1:7860/mcp");
    }
  });

  it("names every tool and prompt", () => {
    for (const name of [...names, ...PROMPTS.map((prompt) => prompt.name)]) expect(page).toContain(`\`${name}\``);
  });

  it("names only flags that exist", () => {
    const source = ["src/cli/mcp.ts", "src/cli/serve.ts", "src/cli/shared-context.ts"].map(text).join("\n");
    const flags = [...page.matchAll(/`--([a-z-]+)/g)].map(([, flag = ""]) => flag);
    expect(flags.length).toBeGreaterThan(8);
    for (const flag of flags) expect(source).toContain(`"--${flag}`);
  });
});
