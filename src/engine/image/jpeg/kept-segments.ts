/** What of a JPEG's APPn and comment segments goes with an edit: all of it byte for byte, but for what speaks of the unedited
 * picture (thumbnails, further pictures, signatures) and XMP, which tells of the edit. */
import type { Warning } from "../../api.ts";
import { withoutThumbnail } from "../exif.ts";
import { xmpForJpeg } from "../jpeg-xmp.ts";
import type { XmpChange } from "../xmp.ts";
import { startsWith } from "./colours.ts";
import { unsupported } from "./faults.ts";
import type { Segment } from "./jpeg.ts";
import { withoutThumbnails } from "./photoshop.ts";

const APP = { jfif: 0xe0, exif: 0xe1, profile: 0xe2, signed: 0xeb, photoshop: 0xed } as const;
const HEAD = {
  jfif: "JFIF\0",
  jfifThumbnail: "JFXX\0",
  exif: "Exif\0\0",
  xmp: "http://ns.adobe.com/xap/1.0/\0",
  moreXmp: "http://ns.adobe.com/xmp/extension/\0",
  morePictures: "MPF\0",
  signed: "JP",
  photoshop: "Photoshop 3.0\0",
} as const;

export interface KeptSegments {
  readonly segments: readonly Segment[];
  /** `metadata-dropped`. */
  readonly warnings: readonly Warning[];
}

interface Described extends XmpChange {
  /** EXIF orientation of the stored picture, which stays: 1–8. */
  readonly orientation: number;
}

type Drop = (what: string, why: string) => void;

/** Throws `image-unsupported` where the orientation stands in EXIF that cannot be kept. */
export function keptSegments(segments: readonly Segment[], change: Described): KeptSegments {
  const warnings: Warning[] = [];
  const drop: Drop = (what, why) => {
    const message = `The ${what} was left out: ${why}`;
    if (warnings.every((warning) => warning.message !== message)) warnings.push({ code: "metadata-dropped", message });
  };
  const photoshop = segments.filter((one) => is(one, APP.photoshop, HEAD.photoshop)).length;
  const others = segments.flatMap((one) => (isXmp(one) ? [] : kept(one, { change, photoshop, drop })));
  const xmp = xmpForJpeg(segments.find(isXmp)?.payload.subarray(HEAD.xmp.length), change, drop);
  return { segments: xmp === undefined ? others : withXmp(others, xmp), warnings };
}

function kept(
  segment: Segment,
  { change, photoshop, drop }: { change: Described; photoshop: number; drop: Drop },
): Segment[] {
  if (is(segment, APP.jfif, HEAD.jfif)) return [plainJfif(segment)];
  if (is(segment, APP.jfif, HEAD.jfifThumbnail)) return [];
  if (is(segment, APP.exif, HEAD.exif)) return keptExif(segment, change, drop);
  if (is(segment, APP.exif, HEAD.moreXmp)) return dropped(drop, "extended XMP", "it is not carried along");
  if (is(segment, APP.profile, HEAD.morePictures)) {
    return dropped(drop, "further pictures in the file", "they show what was not edited");
  }
  if (is(segment, APP.signed, HEAD.signed)) {
    return dropped(drop, "signature (content credentials)", "it was made for the unedited picture");
  }
  if (is(segment, APP.photoshop, HEAD.photoshop)) {
    const payload = photoshop === 1 ? withoutThumbnails(segment.payload) : undefined;
    return payload ? [{ ...segment, payload }] : dropped(drop, "Photoshop block", "it is damaged or in several parts");
  }
  return [segment];
}

function dropped(drop: Drop, what: string, why: string): Segment[] {
  drop(what, why);
  return [];
}

/** Version, density and no thumbnail (T.871 10.1). */
function plainJfif(segment: Segment): Segment {
  const payload = Uint8Array.from(segment.payload.subarray(0, 14));
  payload.fill(0, 12);
  return { ...segment, payload };
}

function keptExif(segment: Segment, { orientation }: Described, drop: Drop): Segment[] {
  const { payload } = segment;
  const plain = withoutThumbnail(payload.subarray(HEAD.exif.length));
  if (plain) return [{ ...segment, payload: Buffer.concat([payload.subarray(0, HEAD.exif.length), plain]) }];
  if (orientation !== 1) throw unsupported("a turned picture with damaged EXIF");
  return dropped(drop, "EXIF block", "it is damaged");
}

/** Where XMP is looked for: behind JFIF and EXIF. */
function withXmp(segments: readonly Segment[], xmp: Uint8Array): Segment[] {
  const first = segments.findIndex((one) => !is(one, APP.jfif, HEAD.jfif) && !is(one, APP.exif, HEAD.exif));
  const at = first < 0 ? segments.length : first;
  const ours = { marker: APP.exif, payload: Buffer.concat([Buffer.from(HEAD.xmp, "latin1"), xmp]) };
  return [...segments.slice(0, at), ours, ...segments.slice(at)];
}

function isXmp(segment: Segment): boolean {
  return is(segment, APP.exif, HEAD.xmp);
}

function is({ marker, payload }: Segment, wanted: number, head: string): boolean {
  return marker === wanted && startsWith(payload, head);
}
