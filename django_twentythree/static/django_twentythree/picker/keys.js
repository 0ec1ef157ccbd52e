// Keys: whether one belongs to an input method, and to which place one leads.

/**
 * Whether a key belongs to an input method, as for Japanese, which turns what is typed into words.
 * Safari ends the composition before it tells of the Enter that ended it; only the old code of the key says so.
 * @param {{isComposing: boolean, keyCode: number}} event
 */
export function isComposing(event) {
  return event.isComposing || event.keyCode === 229;
}

/**
 * Keep keys of an input method from everything inside an element: Enter takes a word and Escape drops one, and neither
 * chooses, submits or closes anything.
 * @param {HTMLElement} element
 */
export function guardComposition(element) {
  element.addEventListener(
    "keydown",
    (event) => {
      if (isComposing(event)) {
        event.stopPropagation();
        if (event.key === "Enter" || event.key === "Escape") {
          event.preventDefault(); // else the browser submits the form, or closes the dialog
        }
      }
    },
    { capture: true },
  );
}

/**
 * The place `step` further, round from the last to the first and back.
 * @param {number} index where it starts, -1 for nowhere: forward then leads to the first, backward to the last
 * @param {number} step 1 or -1
 * @param {number} count of places
 * @returns {number} -1 where there is no place
 */
export function stepAround(index, step, count) {
  const start = index < 0 && step < 0 ? 0 : index;
  return count > 0 ? (start + step + count) % count : -1;
}

/**
 * The cell of a grid to which a key leads.
 * @param {string} key
 * @param {{index: number, count: number, columns: number, rowsInSight: number, isRTL: boolean}} grid
 * @returns {number | "above" | undefined} "above": out of the grid; undefined: the key moves nothing
 */
export function moveInGrid(key, { index, count, columns, rowsInSight, isRTL }) {
  const forward = isRTL ? -1 : 1;
  const page = columns * Math.max(1, rowsInSight);
  const steps = new Map([
    ["ArrowRight", forward],
    ["ArrowLeft", -forward],
    ["ArrowDown", columns],
    ["ArrowUp", -columns],
    ["PageDown", page],
    ["PageUp", -page],
    ["Home", -index],
    ["End", count - 1 - index],
  ]);
  const step = steps.get(key);
  if (step === undefined) {
    return undefined;
  }
  return key === "ArrowUp" && index < columns ? "above" : Math.max(0, Math.min(count - 1, index + step));
}

// Other modules take these from here. An import names a file, and static files are renamed when they are collected.
globalThis.djangoTwentyThree = {
  ...globalThis.djangoTwentyThree,
  guardComposition,
  isComposing,
  moveInGrid,
  stepAround,
};
