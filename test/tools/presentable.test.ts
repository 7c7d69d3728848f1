import { describe, expect, it } from "vitest";
import { clean, cleanLines } from "../../src/tools/clean.ts";
import { presentable, presentableAnswer } from "../../src/tools/presentable.ts";

type Surroundings = Parameters<typeof presentable>[1];

function surroundings(showPaths: boolean): Surroundings {
  const roots = { folders: ["/srv/photos"], sessions: ["/data/home/sessions/ses_1"] };
  // Of the workspace only its folder is looked at.
  const workspace = { dir: "/data/home/sessions/ses_1" } as Surroundings["workspace"];
  return { roots, workspace, showPaths };
}

const LOCAL = surroundings(true);
const REMOTE = surroundings(false);

describe("presentable", () => {
  it("has no name for the session's folder", () => {
    expect(presentable("got /data/home/sessions/ses_1/images/img_1.png", LOCAL)).toBe("got session/images/img_1.png");
  });

  it("keeps paths inside the roots and those that the caller said", () => {
    expect(presentable('at "/srv/photos/a.png", "/etc/passwd"', LOCAL, '{"path":"/etc/passwd"}')).toBe(
      'at "/srv/photos/a.png", "/etc/passwd"',
    );
  });

  it("shortens any other path to its last name", () => {
    expect(presentable("at /opt/secret/models/mini/config.json: no", LOCAL)).toBe("at …/config.json: no");
    expect(presentable("at /srv/photos-private/a.png", LOCAL)).toBe("at …/a.png");
  });

  it("leaves addresses, media types, shares and resources alone", () => {
    const text = "https://a.example/b/c.png image/png 3/4 dragflow://edits/edit_1/picture folder/a.png";
    expect(presentable(text, LOCAL)).toBe(text);
  });

  it("names no folder of this machine to callers elsewhere", () => {
    expect(presentable("inside /srv/photos, got /srv/photos/a/b.png", REMOTE)).toBe("inside root, got root/a/b.png");
  });

  it("reads through answers but for paths and resources", () => {
    const answer = {
      path: "/data/x/y.png",
      uri: "dragflow://images/img_1",
      warnings: [{ message: "see /data/x/y.png" }],
    };
    expect(presentableAnswer(answer, LOCAL, "")).toEqual({ ...answer, warnings: [{ message: "see …/y.png" }] });
  });
});

describe("clean", () => {
  it("leaves one line without what cannot be seen", () => {
    expect(clean("a\u0000b\nc\u202egnp.exe\u001b[31m", 100)).toBe("a b c gnp.exe [31m");
    expect(clean("x".repeat(300), 10)).toBe(`${"x".repeat(9)}…`);
  });

  it("keeps lines apart", () => {
    expect(cleanLines("a\u0007b\nc")).toBe("a b\nc");
  });
});
