import assert from "node:assert/strict";
import { test } from "node:test";
import {
  guardComposition,
  isComposing,
  moveInGrid,
  stepAround,
} from "../../django_twentythree/static/django_twentythree/picker/keys.js";

/** 11 cells in rows of 4, two rows of which are in sight. */
const GRID = { index: 5, count: 11, columns: 4, rowsInSight: 2, isRTL: false };

test("a key belongs to an input method by its flag, or by its code where the flag is gone", () => {
  assert.equal(isComposing({ isComposing: true, keyCode: 13 }), true);
  assert.equal(isComposing({ isComposing: false, keyCode: 229 }), true);
  assert.equal(isComposing({ isComposing: false, keyCode: 13 }), false);
});

for (const [key, isCaught] of /** @type {const} */ ([
  ["Enter", true],
  ["Escape", true],
  ["ArrowDown", false],
  ["n", false],
])) {
  test(`${key} of an input method gets to nothing inside`, () => {
    const done = press(key, true);
    assert.deepEqual(done, isCaught ? ["stopPropagation", "preventDefault"] : ["stopPropagation"]);
    assert.deepEqual(press(key, false), []);
  });
}

/** @param {string} key @param {boolean} isComposing @returns {string[]} what the guard did to the event */
function press(key, isComposing) {
  /** @type {string[]} */
  const done = [];
  const event = Object.assign(new Event("keydown"), { key, isComposing, keyCode: isComposing ? 229 : 13 });
  event.stopPropagation = () => done.push("stopPropagation");
  event.preventDefault = () => done.push("preventDefault");
  const element = new EventTarget();
  guardComposition(/** @type {HTMLElement} */ (element));
  element.dispatchEvent(event);
  return done;
}

for (const [index, step, expected] of /** @type {const} */ ([
  [-1, 1, 0],
  [-1, -1, 2],
  [0, 1, 1],
  [2, 1, 0],
  [0, -1, 2],
])) {
  test(`one step of ${step} from place ${index} of three leads to ${expected}`, () => {
    assert.equal(stepAround(index, step, 3), expected);
  });
}

test("where there is no place, no step leads anywhere", () => {
  assert.equal(stepAround(-1, 1, 0), -1);
});

for (const [key, expected] of /** @type {const} */ ([
  ["ArrowRight", 6],
  ["ArrowLeft", 4],
  ["ArrowDown", 9],
  ["ArrowUp", 1],
  ["PageDown", 10],
  ["PageUp", 0],
  ["Home", 0],
  ["End", 10],
  ["Enter", undefined],
  ["toString", undefined],
])) {
  test(`${key} leads from the sixth cell to ${expected}`, () => {
    assert.equal(moveInGrid(key, GRID), expected);
  });
}

test("arrows follow the direction of writing", () => {
  assert.equal(moveInGrid("ArrowRight", { ...GRID, isRTL: true }), 4);
  assert.equal(moveInGrid("ArrowLeft", { ...GRID, isRTL: true }), 6);
});

test("the first row leads out above, and no other key leads out", () => {
  assert.equal(moveInGrid("ArrowUp", { ...GRID, index: 3 }), "above");
  assert.equal(moveInGrid("PageUp", { ...GRID, index: 3 }), 0);
  assert.equal(moveInGrid("ArrowLeft", { ...GRID, index: 0 }), 0);
  assert.equal(moveInGrid("ArrowRight", { ...GRID, index: 10 }), 10);
});

test("a page is one row at least", () => {
  assert.equal(moveInGrid("PageDown", { ...GRID, index: 0, rowsInSight: 0 }), 4);
});
