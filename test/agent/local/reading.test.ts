import { describe, expect, it } from "vitest";
import { describeMotion } from "../../../src/agent/local/describe.ts";
import { parseRequest } from "../../../src/agent/local/grammar.ts";
import { resolve, type Scene } from "../../../src/agent/local/resolve.ts";
import type { SimpleMotion } from "../../../src/engine/recipe/schema.ts";

const scene: Scene = { width: 800, height: 600, box: [300, 200, 500, 400], centroid: [400, 300] };

function read(say: string, earlier: readonly SimpleMotion[] = []) {
  const parsed = parseRequest(say);
  if (parsed.type === "not-understood") throw new Error(parsed.why);
  const { motion, assumed } = resolve(parsed.motions, scene, earlier);
  return { label: parsed.label, words: describeMotion(motion), motion, assumed: [...parsed.assumed, ...assumed] };
}

describe("amounts and places", () => {
  it.each([
    ["move the sun 1/4 of the image to the left", "sun", "move 200 px left"],
    ["move the sun down by a third of the picture", "sun", "move 200 px down"],
    ["drag this down and to the right, about 80px", "this", "move 56.6 px right and 56.6 px down"],
    ["place the ball at 100, 200", "ball", "move 300 px left and 100 px up"],
    ["move the ball to x=100 y=200", "ball", "move 300 px left and 100 px up"],
    ["the lamp needs to go 50px to the right", "lamp", "move 50 px right"],
    ["move the man on the left 40 px up", "man on the left", "move 40 px up"],
    ["move the lift 40 px left", "lift", "move 40 px left"],
    ["lower the lower shelf by 12 px", "lower shelf", "move 12 px down"],
    ["move the red car left 100 px", "red car", "move 100 px left"],
    ["move it by 20 percent of its width to the right", "it", "move 40 px right"],
    ["move it up 20, left 30", "it", "move 30 px left and 20 px up"],
    ["move it 1,000 px left", "it", "move 1000 px left"],
    ["rotate 15 deg ccw", "", "rotate 15° counter-clockwise"],
    ["rotate the cup by minus 20 degrees", "cup", "rotate 20° counter-clockwise"],
    ["rotate it one hundred and five degrees", "it", "rotate 105° clockwise"],
    ["scale up the logo by 150%", "logo", "scale 2.5 times"],
    ["double the size of the apple", "apple", "scale 2 times"],
    ["reduce the height of the door by 15%", "door", "scale 0.85 times in height"],
    ["make it three times as wide", "it", "scale 3 times in width"],
    ["make the door 50 px wider", "door", "scale 1.25 times in width"],
    ["enlarge the head to 120%", "head", "scale 1.2 times"],
    ["stretch the giraffe's neck 40px upwards", "giraffe's neck", "stretch 40 px up"],
    [
      "move it left 40 px, turn it 10 degrees and make it 20% bigger",
      "it",
      "move 40 px left, then rotate 10° clockwise, then scale 1.2 times",
    ],
  ])("%s", (say, label, words) => {
    expect(read(say)).toMatchObject({ label, words });
  });
});

describe("what is refused rather than dropped", () => {
  it.each([
    ["frobnicate the door 30 degrees", "frobnicate"],
    ["move it halfway to the left edge", "halfway"],
    ["move it left 40 px clockwise", "sense of turning"],
    ["make it bigger about its base", "fixed point"],
    ["turn it clockwise to the left", "direction"],
    ["move the cat 40 px left and the dog 20 px right", "the dog"],
    ["move the cat left but keep the dog", "keep the dog"],
    ["turn the cat left, then move the dog up", '"cat" and "dog"'],
    ["shift everything to the right by 20 px", "whole picture"],
    ["bring the chair closer", "closer"],
    ["rotate the arm 20 degrees around the shoulder", "around the shoulder"],
    ["turn it up", "clockwise or counter-clockwise"],
    ["move it less to the left", "less"],
    ["move it 10 px 20 px left", "length for each direction"],
    ["double it by 3", "amount itself"],
    ["stretch the ball", "horizontally"],
    ["move it -20 px to the left", "opposite direction"],
    ["rotate it 10 degrees clockwise counterclockwise", "both"],
    ["undo", "No motion"],
  ])("%s", (say, why) => {
    expect(() => read(say)).toThrow(why);
  });
});

describe("what was not said is said aloud", () => {
  it.each([
    ["move it left", ["no distance was said = 10 % of the longer edge"]],
    ["move it left 40", ["40 without a unit = 40 px"]],
    ["move it up a little", ["a little = 5 % of the longer edge"]],
    ["move it up 10 %", ["10 % = of the picture's height"]],
    [
      "turn it to the left",
      ["to the left = counter-clockwise", "no angle was said = 30 degrees", "rotation about the region's centre"],
    ],
    ["move the sign up the pole by 60px", ['ignored "the pole"']],
    ["make it bigger", ["no factor was said = 1.25 times"]],
    ["shrink it by 20%", ["20 % less = 0.8 times"]],
    ["move it 30 degrees clockwise", ['"move" by an angle = a rotation', "rotation about the region's centre"]],
    ["move it left 40 px", []],
  ])("%s", (say, assumed) => {
    expect(read(say).assumed).toEqual(assumed);
  });
});

describe("rotations", () => {
  it.each([
    ["turn it 10 degrees clockwise", [400, 300]],
    ["tilt the tower 5 degrees clockwise about its base", [400, 400]],
    ["turn it 5 degrees clockwise around its left edge", [300, 300]],
    ["turn it 5 degrees clockwise about (120, 80)", [120, 80]],
  ])("%s", (say, about) => {
    expect(read(say).motion).toMatchObject({ type: "rotation", about });
  });

  it("turn about the centre where an earlier motion has brought it", () => {
    const { motion } = read("move it 100 px right and turn it 10 degrees clockwise about its base");
    expect(motion).toMatchObject({ motions: [{ by: [100, 0] }, { about: [500, 400] }] });
  });
});

describe("going on", () => {
  const left: SimpleMotion = { type: "relocation", by: [-40, 0] };
  const turned: SimpleMotion = { type: "rotation", degrees: -10, about: [400, 300] };
  const grown: SimpleMotion = { type: "scale", factor: [1.5, 1], about: [400, 300] };
  it.each<[string, SimpleMotion, string]>([
    ["a bit further", left, "move 80 px left"],
    ["again", left, "move 80 px left"],
    ["now another 10 px", left, "move 50 px left"],
    ["move it back a bit", { type: "relocation", by: [-100, 0] }, "move 60 px left"],
    ["further up", left, "move 40 px left and 80 px up"],
    ["a bit more", turned, "rotate 20° counter-clockwise"],
    ["rotate it the other way", turned, "stay"],
    ["a bit less", left, "move 30 px left"],
    ["that was too far", left, "move 20 px left"],
    ["too much, only half of that", left, "move 20 px left"],
    ["no, the other way", left, "move 40 px right"],
    ["oops, the opposite direction", turned, "rotate 10° clockwise"],
    ["half of that", grown, "scale 1.5 times in width, then scale 0.82 times in width"],
    ["again", grown, "scale 1.5 times in width, then scale 1.5 times in width"],
  ])("%s", (say, last, words) => {
    expect(read(say, [last]).words).toBe(words);
  });

  it.each<[string, SimpleMotion[], string]>([
    ["a bit further", [], "Nothing has been moved yet"],
    ["turn it back", [left], "no turn that could go on"],
  ])("%s", (say, earlier, why) => {
    expect(() => read(say, earlier)).toThrow(why);
  });
});

describe("everyday words", () => {
  it.each([
    ["it's a little too low", "move 40 px up"],
    ["the sign is way too big", "scale 0.8 times"],
    ["that looks too far left", "move 80 px right"],
    ["would you mind rotating it by 35 degrees?", "rotate 35° clockwise"],
    ["how about dragging it 20 px up", "move 20 px up"],
    ["I'd like the sign to be 30% bigger", "scale 1.3 times"],
    ["spin it round by 45 degrees", "rotate 45° clockwise"],
    ["move it up and to the right by 40 pixels", "move 28.3 px right and 28.3 px up"],
  ])("%s", (say, words) => {
    expect(read(say).words).toBe(words);
  });

  it.each([
    ["would you mind erasing it", "removing things"],
    ["it is not too low", "not"],
    ["spin it round", "round"],
  ])("%s", (say, why) => {
    expect(() => read(say)).toThrow(why);
  });
});

describe("parts and multiples", () => {
  it.each([
    ["move it right by half the width of the picture", "move 400 px right"],
    ["make it half as big again", "scale 1.5 times"],
    ["reduce it to a third", "scale 0.33 times"],
    ["make it two thirds as wide", "scale 0.67 times in width"],
    ["give it three eighths of a turn", "rotate 135° clockwise"],
    ["move it 1 1/2 times its width left", "move 300 px left"],
    ["squash it by half vertically", "scale 0.5 times in height"],
  ])("%s", (say, words) => {
    expect(read(say)).toMatchObject({ label: "it", words });
  });
});

describe("bending and flipping", () => {
  it.each([
    ["pull the tail to the left edge", "tail", "stretch 300 px left"],
    ["pull the tail 20 px up", "tail", "stretch 20 px up"],
    ["flip the cup upside down", "cup", "rotate 180° clockwise"],
    ["flip the cup on its head", "cup", "rotate 180° clockwise"],
    ["move her right hand up 20 px", "her right hand", "move 20 px up"],
    [
      "first move the sign 20 px up, after that turn it 5 degrees clockwise",
      "sign",
      "move 20 px up, then rotate 5° clockwise",
    ],
  ])("%s", (say, label, words) => {
    expect(read(say)).toMatchObject({ label, words });
  });

  it.each([
    ["bend it 30 degrees", "direction and a length"],
    ["flip it over", "mirroring"],
    ["flip it vertically", "mirroring"],
    ["turn the bottle upright", "angle"],
    ["turn it left and right", "opposite"],
    ["put it 20 px above the door", "above the door"],
    ["make it as big as the other equal one", "measure"],
  ])("%s", (say, why) => {
    expect(() => read(say)).toThrow(why);
  });
});

describe("copies", () => {
  it.each([
    ["copy the sign and move it 40 px left", "sign", "move 40 px left"],
    ["make another copy of the sign 40 px to the left", "sign", "move 40 px left"],
    ["clone the sign 40 px above it", "sign", "move 40 px up"],
  ])("%s", (say, label, words) => {
    expect(parseRequest(say)).toMatchObject({ keepSource: true });
    expect(read(say)).toMatchObject({ label, words });
  });

  it("are not made of what merely moves", () => {
    expect(parseRequest("move the copy 40 px left")).toMatchObject({ keepSource: false, label: "copy" });
  });
});
