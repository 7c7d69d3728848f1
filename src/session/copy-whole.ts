import { constants } from "node:fs";
import { copyFile, rename, rm, stat } from "node:fs/promises";
import { EditError } from "../errors.ts";

/** A copy that appears under its name only when it is whole. Throws `image-unreadable`. */
export async function copyWhole(from: string, to: string): Promise<void> {
  const part = `${to}.part`;
  try {
    // Anything but a regular file (a pipe, a device) could block the copy for ever.
    if (!(await stat(from)).isFile()) throw new EditError("image-unreadable", `Expected a regular file at ${from}`);
    await copyFile(from, part, constants.COPYFILE_FICLONE);
    await rename(part, to);
  } catch (error) {
    await rm(part, { force: true });
    if (error instanceof EditError) throw error;
    const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
    throw new EditError("image-unreadable", `Expected a readable image file at ${from}, got ${code}`, { cause: error });
  }
}
