import { describe, expect, it } from "vitest";
import { parseMotionSpec, parseRegionSpec } from "../../../src/engine/recipe/inline.ts";

describe("regions", () => {
  it.each([
    ["box:10,20,110,220", { box: [10, 20, 110, 220] }],
    [
      "polygon:1,2; 3,4 ;5.5,-6",
      {
        polygon: [
          [1, 2],
          [3, 4],
          [5.5, -6],
        ],
      },
    ],
    ["ellipse:10,20,3,4", { ellipse: { center: [10, 20], radius: [3, 4] } }],
    [
      "stroke:width=12;1,2;3,4",
      {
        stroke: {
          width: 12,
          points: [
            [1, 2],
            [3, 4],
          ],
        },
      },
    ],
    ["mask:C:\\a;b,c.png", { mask: "C:\\a;b,c.png" }],
    ["at:1e2,.5", { at: [100, 0.5] }],
    ["object:1,2,30,40", { object: [1, 2, 30, 40] }],
  ])("reads %s", (text, expected) => {
    expect(parseRegionSpec(text)).toEqual(expected);
  });

  it.each([
    ["box:1,2,3", "box:10,20,110,220"],
    ["box:1,2,3,", "box:10,20,110,220"],
    ["box:1,2,3,4,5", "box:10,20,110,220"],
    ["box:1,2,3,0x10", "box:10,20,110,220"],
    ["box", "box:10,20,110,220"],
    ["circle:1,2,3", "ellipse:100,80,40,25"],
    ["", "mask:paw.png"],
    ["polygon:1,2;3,4", "polygon:10,10;90,10;50,80"],
    ["ellipse:1,2,0,3", "ellipse:100,80,40,25"],
    ["ellipse:1,2,3", "ellipse:100,80,40,25"],
    ["stroke:1,2;3,4", "stroke:width=12;10,10;60,40"],
    ["stroke:width=-1;1,2", "stroke:width=12;10,10;60,40"],
    ["stroke:width=3", "stroke:width=12;10,10;60,40"],
    ["mask:", "mask:paw.png"],
    ["at:1", "at:120,80"],
    ["object:1,2", "object:10,20,110,220"],
    ["toString:1", "at:120,80"],
  ])("refuses %s and shows the form", (text, example) => {
    const attempt = () => parseRegionSpec(text);
    expect(attempt).toThrow(expect.objectContaining({ code: "usage" }));
    expect(attempt).toThrow(example);
    expect(attempt).toThrow(`got "${text}"`);
  });
});

describe("motions", () => {
  it.each([
    ["rotation:degrees=30;about=100,200", { type: "rotation", degrees: 30, about: [100, 200] }],
    ["rotation:degrees=-30", { type: "rotation", degrees: -30 }],
    ["rotation:to=1,2; about=3,4", { type: "rotation", to: [1, 2], about: [3, 4] }],
    ["relocation:by=40,-12", { type: "relocation", by: [40, -12] }],
    ["translation:to=40,12", { type: "relocation", to: [40, 12] }],
    ["deformation:by=1,2", { type: "deformation", by: [1, 2] }],
    ["scale:factor=1.3", { type: "scale", factor: 1.3 }],
    ["scale:factor=1.2,0.8;about=5,6", { type: "scale", factor: [1.2, 0.8], about: [5, 6] }],
  ])("reads %s", (text, expected) => {
    expect(parseMotionSpec(text)).toEqual(expected);
  });

  it.each([
    ["rotation:30", "rotation:degrees=30;about=100,200"],
    ["rotation:degrees=30;degrees=40", "rotation:degrees=30;about=100,200"],
    ["rotation:degrees=30;to=1,2", "rotation:degrees=30;about=100,200"],
    ["rotation:degrees=3;centre=1,2", "rotation:degrees=30;about=100,200"],
    ["relocation:by=1", "relocation:by=40,-12"],
    ["relocation:by=1,2;to=3,4", "relocation:by=40,-12"],
    ["relocation:", "relocation:by=40,-12"],
    ["relocation:by=a,b", "relocation:by=40,-12"],
    ["scale:factor=0", "scale:factor=1.3"],
    ["scale:factor=1,2,3", "scale:factor=1.3"],
    ["compose:by=1,2", "relocation:by=40,-12"],
    ["relocation:__proto__=1,2;by=1,2", "relocation:by=40,-12"],
  ])("refuses %s and shows the form", (text, example) => {
    const attempt = () => parseMotionSpec(text);
    expect(attempt).toThrow(expect.objectContaining({ code: "usage" }));
    expect(attempt).toThrow(example);
  });

  it("calls a motion that nobody knows by its name, as a recipe does", () => {
    const attempt = () => parseMotionSpec("teleport:by=1,2");
    expect(attempt).toThrow(
      expect.objectContaining({ code: "motion-unknown", hint: expect.stringContaining("by=40") }),
    );
    expect(attempt).toThrow('got "teleport"');
  });
});
