import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseRecipe } from "../../../src/engine/recipe/parse.ts";
import { Workspace } from "../../../src/session/index.ts";
import { encodeLine } from "../../../src/session/journal-line.ts";
import { byteEngine, pictureBytes } from "../../helpers/byte-engine.ts";
import { damaged } from "../bytes.ts";
import type { Dice } from "../dice.ts";
import { damagedJson } from "../json.ts";
import type { Target } from "../target.ts";

const BLOCK = 512;
const JOURNAL = "journal.jsonl";

/** An exported session, from the container's blocks to the journal's entries. */
export const archive: Target = {
  name: "archive",
  share: 2,
  inMemory: true,
  codes: ["session-invalid"],
  seeds: exported,
  mutate(input, other, dice) {
    if (dice.once(3))
      return damaged(input, other, dice, ["ustar\0", "x", "g", "L", "../", "/etc/passwd", "blobs/sha256-", JOURNAL]);
    if (dice.once(2)) return withHeaders(damaged(input, other, dice));
    return withJournal(input, dice);
  },
  open(dir) {
    const home = join(dir, "home");
    const path = join(dir, "session.tar");
    return async (input) => {
      writeFileSync(path, input);
      mkdirSync(join(home, "sessions"), { recursive: true });
      try {
        const workspace = await Workspace.importFrom(home, path);
        await workspace.close();
      } finally {
        rmSync(home, { recursive: true, force: true });
      }
    };
  },
};

async function exported(): Promise<Uint8Array[]> {
  const base = await mkdtemp(join(tmpdir(), "dragflow-fuzz-export-"));
  try {
    const engine = byteEngine();
    writeFileSync(join(base, "cat.png"), pictureBytes(1));
    const workspace = await Workspace.create(join(base, "home"));
    const image = (await workspace.openImage(engine, join(base, "cat.png"))).id;
    const empty = join(base, "one.tar");
    await workspace.exportTo(empty);
    await workspace.select(engine, image, { hint: { type: "salient" }, label: "cat" });
    const operations = [{ region: { box: [0, 0, 9, 9] }, motion: { type: "relocation", by: [1, 0] } }];
    await workspace.edit(engine, image, { recipe: parseRecipe({ operations, quality: "preview" }), baseDir: "." });
    await workspace.history.branch("side", image);
    const full = join(base, "two.tar");
    await workspace.exportTo(full);
    await workspace.close();
    return [readFileSync(empty), readFileSync(full)];
  } finally {
    await rm(base, { recursive: true, force: true });
  }
}

/** Checksums of headers made true again: a reader stops at the first that is not. */
function withHeaders(tar: Uint8Array): Uint8Array {
  const bytes = Buffer.from(tar);
  for (let at = 0; at + BLOCK <= bytes.length; ) {
    const header = bytes.subarray(at, at + BLOCK);
    if (header.toString("latin1", 257, 262) !== "ustar") return bytes;
    seal(header);
    const size = Number.parseInt(header.toString("latin1", 124, 136), 8);
    if (!(size >= 0)) return bytes;
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
  return bytes;
}

function seal(header: Buffer): void {
  header.fill(" ", 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
}

/** One entry of the journal damaged, with true checksums and a true size around it. */
function withJournal(tar: Uint8Array, dice: Dice): Uint8Array {
  const bytes = Buffer.from(tar);
  for (let at = 0; at + BLOCK <= bytes.length; ) {
    const header = bytes.subarray(at, at + BLOCK);
    const size = Number.parseInt(header.toString("latin1", 124, 136), 8);
    if (!(size >= 0)) return bytes;
    const end = at + BLOCK + Math.ceil(size / BLOCK) * BLOCK;
    if (header.toString("latin1", 0, JOURNAL.length) === JOURNAL) {
      const body = journal(bytes.subarray(at + BLOCK, at + BLOCK + size), dice);
      const sized = Buffer.from(header);
      sized.write(`${body.length.toString(8).padStart(11, "0")}\0`, 124, "latin1");
      seal(sized);
      const padding = Buffer.alloc((BLOCK - (body.length % BLOCK)) % BLOCK);
      return Buffer.concat([bytes.subarray(0, at), sized, body, padding, bytes.subarray(end)]);
    }
    at = end;
  }
  return bytes;
}

function journal(text: Buffer, dice: Dice): Buffer {
  const entries = text
    .toString()
    .split("\n")
    .slice(0, -1)
    .map((line) => /"entry":(.*)\}$/s.exec(line)?.[1] ?? "{}");
  if (entries.length === 0) return text;
  const at = dice.whole(entries.length);
  const spoiled = Buffer.from(
    damagedJson(Buffer.from(entries[at] ?? "{}"), Buffer.from(dice.of(entries)), dice),
  ).toString();
  if (dice.once(4)) entries.splice(at, 0, dice.of(entries));
  else entries[at] = spoiled.replaceAll("\n", " ");
  return Buffer.from(entries.map((entry, i) => encodeLine(i, entry)).join(""));
}
