// One file to upload, in a row of the list.

/** @typedef {import("./item.js").Item} Item */
/** @typedef {import("./item.js").TwentyThreeItem} TwentyThreeItem */
/** @typedef {"new" | "waiting" | "sending" | "taken" | "found" | "failed"} State */

const { formatSize, getTitle, toLanguage } = globalThis.djangoTwentyThree;

export class UploadRow {
  /** @type {State} */ #state = "new";
  #abort = new AbortController();

  /** @param {File} file @param {HTMLElement} element */
  constructor(file, element) {
    this.file = file;
    this.element = element;
    /** @type {Item | undefined} */ this.item = undefined;
    this.titleField.value = getTitle(file.name);
    const name = document.createElement("bdi"); // a name in another script keeps the size behind it
    name.textContent = file.name;
    this.part("name").replaceChildren(name, ` · ${formatSize(file.size, toLanguage(document.documentElement.lang))}`);
    this.titleField.addEventListener("input", () => this.#label());
    this.state = "new";
  }

  get titleField() {
    return /** @type {HTMLInputElement} */ (this.part("title"));
  }

  get title() {
    return this.titleField.value.trim();
  }

  /** Aborted when this sending is cancelled; the next has another. */
  get signal() {
    return this.#abort.signal;
  }

  get state() {
    return this.#state;
  }

  set state(state) {
    this.#state = state;
    this.element.dataset.state = state;
    this.titleField.disabled = state !== "new" && state !== "failed";
    for (const part of this.element.querySelectorAll("[data-when]")) {
      part.toggleAttribute("hidden", !part.getAttribute("data-when")?.split(" ").includes(state));
    }
    this.#label();
  }

  /** @param {string} name */
  part(name) {
    return /** @type {HTMLElement} */ (this.element.querySelector(`[data-part="${name}"]`));
  }

  /** @param {string} action */
  focusButton(action) {
    const button = /** @type {HTMLElement | null} */ (this.element.querySelector(`[data-action="${action}"]`));
    button?.focus();
  }

  /** @param {string | undefined} sentence */
  say(sentence) {
    this.part("state").textContent = sentence ?? "";
  }

  /** @param {number | undefined} share of the file that is over there; undefined: nobody knows */
  progress(share) {
    const bar = /** @type {HTMLProgressElement} */ (this.element.querySelector("progress"));
    if (share === undefined) {
      bar.removeAttribute("value");
    } else {
      bar.value = share * 100;
    }
  }

  /** @param {Item} item */
  show(item) {
    this.item = item;
    const shown = /** @type {TwentyThreeItem} */ (this.element.querySelector("twentythree-item"));
    shown.hidden = false;
    shown.item = item;
    this.state = "found";
  }

  cancel() {
    this.#abort.abort();
    this.#abort = new AbortController();
  }

  /** What stands on a button is the same in every row; who hears it is told of which row. */
  #label() {
    for (const button of this.element.querySelectorAll("[data-label]")) {
      button.setAttribute("aria-label", `${button.getAttribute("data-label")}: ${this.title}`);
    }
    this.element.querySelector("progress")?.setAttribute("aria-label", this.title);
  }
}

// Other modules take it from here. An import names a file, and static files are renamed when they are collected.
globalThis.djangoTwentyThree = { ...globalThis.djangoTwentyThree, UploadRow };
