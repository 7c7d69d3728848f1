/** The pictures of a report, as small as a page that one can mail needs them. */
import type { CallOptions, EditOutcome, Engine, Preview } from "../engine/api.ts";
import { REPORT_PICTURES, type ReportPicture, type ReportPictures } from "./names.ts";

/** Large enough for a full-width picture. */
const PICTURE = { maxEdge: 1400, maxBytes: 600_000 };

export async function reportPictures(
  engine: Engine,
  files: EditOutcome["files"],
  call: CallOptions,
): Promise<ReportPictures> {
  const looks = REPORT_PICTURES.map(async (name) => {
    return [name, await engine.look({ image: files[name], ...PICTURE }, call)] as const;
  });
  // One entry per name of the list.
  const pictures = Object.fromEntries(await Promise.all(looks)) as Record<ReportPicture, Preview>;
  const { film } = files;
  return film === undefined ? pictures : { ...pictures, film: await engine.look({ image: film, ...PICTURE }, call) };
}
