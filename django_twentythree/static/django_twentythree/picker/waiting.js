// Waiting: until somebody has stopped typing, before a question is asked again, and for the last of several answers.

/** Runs the last of the actions that follow each other quickly, once there has been a pause. */
export class Debounce {
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #timer;

  /** @param {number} pause in milliseconds */
  constructor(pause) {
    this.pause = pause;
  }

  get isPending() {
    return this.#timer !== undefined;
  }

  /** @param {() => void} action */
  start(action) {
    this.cancel();
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      action();
    }, this.pause);
  }

  cancel() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}

/** Hands out signals, one for each question; each new one aborts the question before. */
export class Latest {
  #abort = new AbortController();

  next() {
    this.#abort.abort();
    this.#abort = new AbortController();
    return this.#abort.signal;
  }

  abort() {
    this.#abort.abort();
  }
}

/** The pause after a pause: half as long again. @param {number} pause @param {number} longest */
export function growPause(pause, longest) {
  return Math.min(pause * 1.5, longest);
}

/**
 * Wait until a question has the answer that is waited for.
 * @template T
 * @param {() => Promise<T>} ask
 * @param {(answer: T) => boolean} isEnough
 * @param {{first: number, last: number, deadline?: number, startsWithPause?: boolean}} times in milliseconds; after the
 *   deadline, which is a moment, no further question is asked
 * @returns {Promise<T>} the last answer, enough or not
 */
export async function askUntil(ask, isEnough, { first, last, deadline = Infinity, startsWithPause = false }) {
  if (startsWithPause) {
    await new Promise((resolve) => setTimeout(resolve, first));
  }
  for (let pause = startsWithPause ? growPause(first, last) : first; ; pause = growPause(pause, last)) {
    const answer = await ask();
    if (isEnough(answer) || Date.now() > deadline) {
      return answer;
    }
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

/**
 * Read the header `Retry-After`.
 * @param {string | null} header seconds or a date
 * @param {number} now
 * @returns {number | undefined} the moment to ask again
 */
export function readRetryAfter(header, now) {
  const given = header ?? "";
  const moment = /^\d+$/.test(given) ? now + Number(given) * 1000 : Date.parse(given);
  return Number.isFinite(moment) ? moment : undefined;
}

/**
 * Whether to ask again may help: not where the answer was no, nor where our sentence says that an administrator must.
 * What TwentyThree does not have now, it may have in a minute; only posts ask it.
 * @param {number} status
 * @param {string | undefined} sentence of this app; what stands before it has none
 * @param {boolean} isPost
 */
export function canRetryHelp(status, sentence, isPost) {
  return status === 408 || (status === 404 && isPost) || (status >= 500 && !(status === 502 && sentence));
}

// Other modules take these from here. An import names a file, and static files are renamed when they are collected.
globalThis.djangoTwentyThree = {
  ...globalThis.djangoTwentyThree,
  Debounce,
  Latest,
  askUntil,
  canRetryHelp,
  growPause,
  readRetryAfter,
};
