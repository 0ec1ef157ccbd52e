import assert from "node:assert/strict";
import { test } from "node:test";
import { readRefusal } from "../../django_twentythree/static/django_twentythree/picker/upload_sending.js";

for (const [status, text, expected] of /** @type {const} */ ([
  [200, "OK", undefined],
  [200, "\n ok 123", undefined],
  [200, "okra is no video", "okra is no video"],
  [200, " This file type cannot be used\n", "This file type cannot be used"],
  [413, "", "413"],
  [500, "OK", "OK"],
])) {
  test(`${status} with "${text.trim()}" ${expected === undefined ? "is an upload" : "is a refusal"}`, () => {
    assert.equal(readRefusal(status, text), expected);
  });
}

test("a long refusal is cut", () => {
  assert.equal(readRefusal(400, "x".repeat(1_000))?.length, 300);
});
