import { describe, expect, it } from "vitest";
import type { Segment } from "../../../../src/engine/image/jpeg/jpeg.ts";
import { keptSegments } from "../../../../src/engine/image/jpeg/kept-segments.ts";
import { recipeOf } from "../../../../src/engine/image/xmp.ts";
import { exifOf } from "../make.ts";

const segment = (marker: number, head: string, body: Uint8Array = new Uint8Array()): Segment => ({
  marker,
  payload: Uint8Array.from(Buffer.concat([Buffer.from(head, "latin1"), body])),
});
const PLAIN = { embed: false, orientation: 6 };
const XMP_HEAD = "http://ns.adobe.com/xap/1.0/\0";

const jfif = segment(0xe0, "JFIF\0", Buffer.from([1, 2, 1, 0, 72, 0, 72, 0, 0]));
const exif = (orientation: number) => segment(0xe1, "Exif\0\0", exifOf(orientation));
const resource = (id: number, data: string) =>
  Buffer.concat([
    Buffer.from("8BIM", "latin1"),
    Buffer.from([id >> 8, id & 0xff, 0, 0, 0, 0, 0, data.length]),
    Buffer.from(data.length % 2 === 0 ? data : `${data}\0`, "latin1"),
  ]);
const texts = (segments: readonly Segment[]) => segments.map(({ payload }) => Buffer.from(payload).toString("latin1"));

describe("segments of an edited JPEG", () => {
  it("go along byte for byte", () => {
    const all = [
      jfif,
      segment(0xe2, "ICC_PROFILE\0", Buffer.from([1, 1, 7, 8, 9])),
      segment(0xec, "Ducky"),
      segment(0xee, "Adobe\0\x64\0\0\0\0\x01"),
      segment(0xfe, "a comment"),
    ];
    expect(keptSegments(all, PLAIN)).toEqual({ segments: all, warnings: [] });
  });

  it("lose the thumbnails of the unedited picture", () => {
    const thumbnail = segment(0xe0, "JFIF\0", Buffer.from([1, 2, 1, 0, 72, 0, 72, 1, 1, 200, 201, 202]));
    const photoshop = Buffer.concat([
      resource(0x0404, "caption"),
      resource(0x040c, "old pixels"),
      resource(0x0425, "x"),
    ]);
    const { segments, warnings } = keptSegments(
      [
        thumbnail,
        segment(0xe0, "JFXX\0", Buffer.from("old pixels")),
        exif(6),
        segment(0xed, "Photoshop 3.0\0", photoshop),
      ],
      PLAIN,
    );
    expect(warnings).toEqual([]);
    expect(segments).toHaveLength(3);
    expect(segments[0]).toEqual(jfif);
    expect(texts(segments)[1]).not.toContain("\xaa");
    expect(texts(segments)[1]?.slice(0, 40)).toBe(texts([exif(6)])[0]?.slice(0, 40)); // orientation 6 among them
    expect(texts(segments)[2]).toContain("caption");
    expect(texts(segments)[2]).not.toContain("old pixels");
    expect(segments[2]?.payload).toHaveLength(14 + resource(0x0404, "caption").length + resource(0x0425, "x").length);
  });

  it("lose what speaks of the unedited picture, and say so", () => {
    const gone = [
      segment(0xe2, "MPF\0", Buffer.from("II")),
      segment(0xeb, "JP", Buffer.from("signature")),
      segment(0xeb, "JP", Buffer.from("signature, goes on")),
      segment(0xe1, "http://ns.adobe.com/xmp/extension/\0", Buffer.from("x")),
      segment(0xed, "Photoshop 3.0\0", Buffer.from("8BIM")),
      segment(0xe1, "Exif\0\0", Buffer.from("damaged")),
    ];
    const { segments, warnings } = keptSegments(gone, { embed: false, orientation: 1 });
    expect(segments).toEqual([]);
    expect(warnings.map(({ code }) => code)).toEqual(Array(5).fill("metadata-dropped"));
  });

  it("refuse EXIF that holds the orientation and cannot be read", () => {
    expect(() => keptSegments([segment(0xe1, "Exif\0\0", Buffer.from("damaged"))], PLAIN)).toThrow(/damaged EXIF/);
  });

  it("tell of the edit behind JFIF and EXIF, with the stored orientation", () => {
    const packet = '<x:xmpmeta><rdf:RDF><rdf:Description tiff:Orientation="6" a="b"/></rdf:RDF></x:xmpmeta>';
    const all = [jfif, exif(6), segment(0xfe, "comment"), segment(0xe1, XMP_HEAD, Buffer.from(packet))];
    const { segments } = keptSegments(all, { embed: true, recipe: { a: 1 }, orientation: 6 });
    expect(segments.map(({ marker }) => marker)).toEqual([0xe0, 0xe1, 0xe1, 0xfe]);
    const xmp = segments[2]?.payload.subarray(XMP_HEAD.length) ?? new Uint8Array();
    expect(recipeOf(xmp)).toEqual({ a: 1 });
    expect(Buffer.from(xmp).toString()).toContain('tiff:Orientation="6" a="b"');
  });
});
