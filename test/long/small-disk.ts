/** A file system of a few megabytes that can be filled and made read-only. Only root may mount one. */
import { execFile } from "node:child_process";
import { mkdtemp, open, rm, statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

export class SmallDisk {
  readonly dir: string;
  readonly #filler: string;

  private constructor(dir: string) {
    this.dir = dir;
    this.#filler = join(dir, "filler");
  }

  /** Why there is none on this machine; undefined where there can be one. */
  static async whyNot(): Promise<string | undefined> {
    if (process.platform !== "linux") return `tmpfs is Linux's, this is ${process.platform}`;
    if (process.getuid?.() !== 0) return "only root may mount a tmpfs";
    try {
      await (await SmallDisk.mounted(1)).unmount();
      return undefined;
    } catch (error) {
      return `no tmpfs could be mounted: ${error instanceof Error ? error.message.trim() : String(error)}`;
    }
  }

  static async mounted(megabytes: number): Promise<SmallDisk> {
    const dir = await mkdtemp(join(tmpdir(), "dragflow-disk-"));
    await run("mount", ["-t", "tmpfs", "-o", `size=${megabytes}m,mode=700`, "tmpfs", dir]);
    return new SmallDisk(dir);
  }

  async free(): Promise<number> {
    const { bavail, bsize } = await statfs(this.dir);
    return bavail * bsize;
  }

  /** Fills it but for so many bytes, a multiple of a page. */
  async fill(room: number): Promise<void> {
    const bytes = Math.max(0, (await this.free()) - room);
    const handle = await open(this.#filler, "w");
    const block = Buffer.alloc(65_536, 1);
    for (let done = 0; done < bytes; done += block.length)
      await handle.write(block, 0, Math.min(block.length, bytes - done));
    await handle.close();
  }

  async drain(): Promise<void> {
    await rm(this.#filler, { force: true });
  }

  async remount(how: "ro" | "rw"): Promise<void> {
    await run("mount", ["-o", `remount,${how}`, this.dir]);
  }

  async unmount(): Promise<void> {
    await run("umount", ["-l", this.dir]);
    await rm(this.dir, { recursive: true, force: true });
  }
}
