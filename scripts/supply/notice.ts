/** NOTICE: what others' work is in the package, and under what terms. Written from the lock file and what is installed. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { licencesOf } from "./licences.ts";
import { installed, type LockFile, nameOf } from "./lock-file.ts";

const HEAD = `dragflow-agent
Licensed under the Apache License, Version 2.0 (see LICENSE).

This file is written by "npm run supply -- notice"; change scripts/supply/notice.ts instead.
`;

const PARTS = `
Parts that deserve a word
-------------------------
sharp, which reads and writes pictures, loads libvips and the libraries around it as shared libraries from the packages
@img/sharp-libvips-* (LGPL-3.0-or-later). They are linked dynamically, not changed, not part of this package, and may be
replaced by a libvips of one's own: https://sharp.pixelplumbing.com/install#building-from-source. Their sources and
licences: https://github.com/lovell/sharp-libvips.

@techstark/opencv-js holds OpenCV (Apache-2.0) compiled to WebAssembly: https://github.com/opencv/opencv.

onnxruntime-node holds ONNX Runtime (MIT) with the works that its ThirdPartyNotices.txt lists:
https://github.com/microsoft/onnxruntime.

dist/engine/kernels/kernels.wasm holds the exponential function of AssemblyScript's standard library (Apache-2.0), which is
ported from musl (MIT): https://github.com/AssemblyScript/assemblyscript.

models/mini was trained for this package; the photographs it was trained on are credited in models/mini/SOURCES.tsv.
Shipped pictures are credited in the SOURCES.tsv beside them. No font is shipped: pages use those of the system.
`;

/** Packages whose code is compiled into dist/page and dist/mcp-app. */
export function bundled({ packages }: LockFile, imported: readonly string[]): string[] {
  const found = new Set<string>();
  const open = [...imported];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const entry = packages[`node_modules/${name}`];
    if (entry === undefined || found.has(name)) continue;
    found.add(name);
    // Of the SDK, the page takes types and schemas alone: zod, which is named by itself.
    if (name !== "@modelcontextprotocol/sdk") open.push(...Object.keys(entry.dependencies ?? {}));
  }
  return [...found].sort();
}

/** Names of packages that the pages import. */
export function importsOf(folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => /\.tsx?$/.test(name));
  const targets = files.flatMap((name) =>
    [...readFileSync(join(folder, name), "utf8").matchAll(/from "([^."][^"]*)"/g)].map(([, target = ""]) => target),
  );
  return [
    ...new Set(
      targets.map((target) =>
        target
          .split("/")
          .slice(0, target.startsWith("@") ? 2 : 1)
          .join("/"),
      ),
    ),
  ].sort();
}

/** `root` is the checkout, with its node_modules. */
export function notice(lock: LockFile, root: string): string {
  const list = licencesOf(lock);
  const lines = list.map(
    ({ name, version, licence }) => `${name} ${version} (${licence})${copyright(lock, root, name, version)}`,
  );
  const pages = bundled(lock, importsOf(join(root, "web")));
  const inPages = pages.map((name) => {
    const { version = "", license = "" } = lock.packages[`node_modules/${name}`] ?? {};
    return `${name} ${version} (${license})${copyright(lock, root, name, version)}`;
  });
  const titled = (title: string, rows: readonly string[]) =>
    `\n${title}\n${"-".repeat(title.length)}\n${rows.join("\n")}\n`;
  return (
    HEAD +
    PARTS +
    titled("Compiled into the web page and the MCP app", inPages) +
    titled("Installed beside this package", lines)
  );
}

/** "Copyright (c) …", "© …" or "Copyright 2020 …"; licences also use the word in their own sentences. */
const CLAIM = /^\W*(copyright\W*(\(c\)|©|\d{4})|\(c\)|©)/i;

/** The first line of the licence file that claims copyright; none for packages of one platform, which are not always here. */
function copyright(lock: LockFile, root: string, name: string, version: string): string {
  const place = installed(lock.packages).find(
    ([folder, entry]) => nameOf(folder) === name && entry.version === version,
  );
  if (place === undefined || place[1].optional) return "";
  const folder = join(root, place[0]);
  const file = readdirSync(folder)
    .sort()
    .find((one) => /^licen[cs]e(\.|$)/i.test(one));
  if (file === undefined) return "";
  const text = readFileSync(join(folder, file), "utf8");
  const line = text.split(/\r?\n/).find((one) => CLAIM.test(one) && !/owner|holder|\[/i.test(one));
  return line === undefined ? "" : `: ${line.replace(/[*#]/g, "").replace(/\s+/g, " ").trim().slice(0, 150)}`;
}
