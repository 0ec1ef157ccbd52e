import assert from "node:assert/strict";
import { test } from "node:test";
import {
  fillIn,
  formatPercent,
  formatSize,
  formatTime,
  getTitle,
  isAccepted,
  isAddress,
  toLanguage,
} from "../../django_twentythree/static/django_twentythree/picker/text.js";

test("gaps are filled with texts as they are", () => {
  assert.equal(fillIn("%(title)s: %(place)s", { title: "$& costs $1", place: "2" }), "$& costs $1: 2");
  assert.equal(fillIn("%(title)s, %(other)s", { title: "A %(title)s" }), "A %(title)s, %(other)s");
  assert.equal(fillIn(undefined, {}), "");
});

test("a locale as Django names it is a language of the browser", () => {
  assert.equal(toLanguage("pt_BR"), "pt-BR");
  assert.equal(toLanguage("de"), "de");
  assert.equal(toLanguage(""), undefined);
});

for (const [bytes, expected] of /** @type {const} */ ([
  [0, "0 byte"],
  [999, "999 byte"],
  [1_000, "1 kB"],
  [1_550_000, "1.6 MB"],
  [20_000_000_000_000, "20,000 GB"],
])) {
  test(`${bytes} bytes are written as ${expected}`, () => {
    assert.equal(formatSize(bytes, "en"), expected);
  });
}

test("numbers are written in the language of the page", () => {
  assert.equal(formatSize(1_500_000, "de"), "1,5 MB");
  assert.equal(formatPercent(0.25, "en"), "25%");
});

test("only a time that is near shows seconds", () => {
  const now = new Date(2026, 0, 2, 13, 4, 5).getTime();
  assert.match(formatTime(now + 20_000, now, "en-GB"), /^13:04:25$/);
  assert.match(formatTime(now + 600_000, now, "en-GB"), /^13:14$/);
});

for (const text of [
  "https://video.example.com/spot/1",
  "  http://x",
  "//video.example.com/1",
  "<iframe src='x'>",
  "&lt;iframe",
  "video.example.com/spot",
  "localhost:8000/video/1",
]) {
  test(`${text} is an address`, () => {
    assert.equal(isAddress(text), true);
  });
}

for (const text of ["", "harbour tour", "video.example.com", "and/or", "see video.example.com/spot for more", "24/7"]) {
  test(`"${text}" is searched for`, () => {
    assert.equal(isAddress(text), false);
  });
}

test("the name of a file becomes a title", () => {
  assert.equal(getTitle("harbour_tour_2026.mp4"), "harbour tour 2026");
  assert.equal(getTitle("no ending"), "no ending");
  assert.equal(getTitle("v1.final cut"), "v1.final cut");
});

test("a file that another field would take is not accepted", () => {
  assert.equal(isAccepted("video/mp4", "video/*,audio/*"), true);
  assert.equal(isAccepted("audio/mpeg", "video/*, audio/*"), true);
  assert.equal(isAccepted("image/png", "video/*,audio/*"), false);
  assert.equal(isAccepted("", "video/*"), true);
  assert.equal(isAccepted("application/mxf", "video/*"), true);
});
