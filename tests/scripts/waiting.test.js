import assert from "node:assert/strict";
import { test } from "node:test";
import {
  askUntil,
  canRetryHelp,
  Debounce,
  growPause,
  Latest,
  readRetryAfter,
} from "../../django_twentythree/static/django_twentythree/picker/waiting.js";

test("of quick actions, only the last one runs, after a pause", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const debounce = new Debounce(200);
  /** @type {string[]} */
  const done = [];
  debounce.start(() => done.push("first"));
  context.mock.timers.tick(199);
  debounce.start(() => done.push("second"));
  context.mock.timers.tick(199);
  assert.deepEqual([done, debounce.isPending], [[], true]);
  context.mock.timers.tick(1);
  assert.deepEqual([done, debounce.isPending], [["second"], false]);
});

test("a cancelled action does not run", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const debounce = new Debounce(200);
  debounce.start(() => assert.fail());
  debounce.cancel();
  context.mock.timers.tick(1_000);
  assert.equal(debounce.isPending, false);
});

test("a new question aborts the one before", () => {
  const questions = new Latest();
  const first = questions.next();
  const second = questions.next();
  assert.deepEqual([first.aborted, second.aborted], [true, false]);
  questions.abort();
  assert.equal(second.aborted, true);
  assert.equal(questions.next().aborted, false);
});

test("pauses grow up to the longest", () => {
  assert.equal(growPause(1_000, 2_000), 1_500);
  assert.equal(growPause(1_500, 2_000), 2_000);
});

test("a question is asked again, with growing pauses, until the answer is enough", async (context) => {
  const { moments, answer } = run(context, { first: 1_000, last: 2_000 }, (count) => count === 4);
  assert.equal(await answer, 4);
  assert.deepEqual(moments, [0, 1_000, 2_500, 4_500]);
});

test("a question can begin with a pause", async (context) => {
  const { moments, answer } = run(
    context,
    { first: 1_000, last: 2_000, startsWithPause: true },
    (count) => count === 2,
  );
  assert.equal(await answer, 2);
  assert.deepEqual(moments, [1_000, 2_500]);
});

test("after the deadline the last answer is returned, though it is not enough", async (context) => {
  const { moments, answer } = run(context, { first: 1_000, last: 1_000, deadline: 1_500 }, () => false);
  assert.equal(await answer, 3);
  assert.deepEqual(moments, [0, 1_000, 2_000]);
});

/**
 * Ask for a number that grows with each question, on a clock that does not wait.
 * @param {import("node:test").TestContext} context
 * @param {Parameters<typeof askUntil>[2]} times
 * @param {(count: number) => boolean} isEnough
 */
function run(context, times, isEnough) {
  context.mock.timers.enable({ apis: ["setTimeout", "Date"], now: 0 });
  /** @type {number[]} */
  const moments = [];
  const ask = async () => moments.push(Date.now());
  const answer = askUntil(ask, isEnough, times);
  let isOver = false;
  const pass = async () => {
    for (let round = 0; round < 1_000 && !isOver; round++) {
      await Promise.resolve();
      await Promise.resolve();
      context.mock.timers.tick(500);
    }
  };
  const end = answer.finally(() => {
    isOver = true;
  });
  return { moments, answer: Promise.all([end, pass()]).then(([count]) => count) };
}

test("Retry-After is read as seconds and as a date", () => {
  assert.equal(readRetryAfter("30", 1_000), 31_000);
  assert.equal(readRetryAfter("Thu, 01 Jan 1970 00:00:10 GMT", 1_000), 10_000);
  assert.equal(readRetryAfter("soon", 1_000), undefined);
  assert.equal(readRetryAfter(null, 1_000), undefined);
});

for (const [status, sentence, isPost, expected] of /** @type {const} */ ([
  [408, undefined, false, true],
  [500, "It failed.", false, true],
  [502, undefined, false, true],
  [502, "Ask an administrator.", false, false],
  [404, "Not there.", true, true],
  [404, "Not there.", false, false],
  [403, "You may not.", true, false],
])) {
  test(`after ${status} (${sentence}, ${isPost ? "POST" : "GET"}) a retry ${expected ? "may help" : "is no use"}`, () => {
    assert.equal(canRetryHelp(status, sentence, isPost), expected);
  });
}
