/** Random access to bytes, on disk or in memory. */
import { open, stat } from "node:fs/promises";
import { EditError } from "../../errors.ts";

export interface ByteSource {
  readonly path: string;
  readonly size: number;
  /** Fills `into` from `position`; throws `checkpoint-invalid` when the source ends before that. */
  read(into: Uint8Array, position: number): Promise<void>;
}

/** One read call of Node takes at most 2^31 − 1 bytes. */
const LARGEST_READ = 2 ** 30;

export async function fileBytes(path: string): Promise<ByteSource> {
  const { size } = await readable(path);
  return { path, size, read: (into, position) => readFully(path, into, position) };
}

export function memoryBytes(path: string, bytes: Uint8Array): ByteSource {
  return {
    path,
    size: bytes.length,
    async read(into, position) {
      if (position + into.length > bytes.length) throw tooShort(path, position + into.length, bytes.length);
      into.set(bytes.subarray(position, position + into.length));
    },
  };
}

async function readable(path: string): Promise<{ size: number }> {
  const found = await stat(path).catch((cause: unknown) => {
    throw new EditError("checkpoint-invalid", `Expected a weights file at ${path}, it cannot be opened`, { cause });
  });
  if (!found.isFile()) throw new EditError("checkpoint-invalid", `Expected a weights file at ${path}, got a folder`);
  return found;
}

async function readFully(path: string, into: Uint8Array, position: number): Promise<void> {
  const handle = await open(path, "r");
  try {
    for (let done = 0; done < into.length; ) {
      const wanted = Math.min(into.length - done, LARGEST_READ);
      const { bytesRead } = await handle.read(into, done, wanted, position + done);
      if (bytesRead === 0) throw tooShort(path, position + into.length, position + done);
      done += bytesRead;
    }
  } finally {
    await handle.close();
  }
}

function tooShort(path: string, expected: number, found: number): EditError {
  return new EditError("checkpoint-invalid", `${path}: expected at least ${expected} bytes, the file ends at ${found}`);
}
