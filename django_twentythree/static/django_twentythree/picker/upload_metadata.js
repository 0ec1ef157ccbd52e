// What all files of an upload have in common: workspace, categories, tags, and whether TwentyThree publishes them.

const { fillIn } = globalThis.djangoTwentyThree;

export class UploadMetadata {
  /** @param {HTMLFieldSetElement} element @param {string | undefined} removeLabel with a gap for a category's title */
  constructor(element, removeLabel) {
    this.element = element;
    this.removeLabel = removeLabel;
    element.addEventListener("input", (event) => this.#onInput(event));
    element.addEventListener("click", (event) => this.#onClick(event));
  }

  /** Why it cannot be sent as it is, "" if it can. */
  get problem() {
    const publish = /** @type {HTMLInputElement} */ (this.element.querySelector('[name="publish"]'));
    return publish.checked && !this.#albums.length
      ? (this.element.querySelector("small")?.textContent?.trim() ?? "")
      : "";
  }

  /** As this site reads it. @returns {Record<string, string>} */
  get values() {
    const form = /** @type {HTMLFormElement} */ (this.element.form);
    const given = new FormData(form);
    return {
      tags: String(given.get("tags") ?? ""),
      albums: this.#albums.join(),
      publish: String(given.get("publish") ?? ""),
      workspace: String(given.get("workspace") ?? ""),
    };
  }

  /** Put the cursor where a category is chosen. */
  focus() {
    this.#text.focus();
  }

  get #chips() {
    return /** @type {HTMLElement} */ (this.element.querySelector('[data-part="albums"]'));
  }

  get #albums() {
    return [...this.#chips.children].map((chip) => chip.getAttribute("data-value"));
  }

  get #combobox() {
    return /** @type {HTMLElement} */ (this.element.querySelector("twentythree-combobox"));
  }

  get #text() {
    return /** @type {HTMLInputElement} */ (this.#combobox.querySelector('[role="combobox"]'));
  }

  /** @param {Event} event */
  #onInput(event) {
    const field = /** @type {HTMLInputElement} */ (event.target);
    if (field.name === "album" && field.value) {
      this.#addAlbum(field.value, this.#text.value);
      field.value = "";
      this.#text.value = "";
    } else if (field.name === "workspace") {
      const query = new URLSearchParams({ field_workspace: field.value });
      this.#combobox.setAttribute("src", `${this.#combobox.getAttribute("data-suggest")}?${query}`);
      this.#chips.replaceChildren(); // categories of another workspace
    }
  }

  /** @param {MouseEvent} event */
  #onClick(event) {
    const chip = event.target instanceof Element ? event.target.closest('[data-action="remove-album"]') : null;
    if (chip) {
      chip.remove();
      this.#chips.hidden = !this.#albums.length;
      this.focus();
    }
  }

  /** @param {string} value @param {string} title */
  #addAlbum(value, title) {
    if (!this.#albums.includes(value)) {
      const chip = document.createElement("button");
      chip.type = "button";
      chip.className = "twentythree-chip";
      chip.dataset.action = "remove-album";
      chip.dataset.value = value;
      chip.dir = "auto";
      chip.textContent = title;
      chip.setAttribute("aria-label", fillIn(this.removeLabel, { title }));
      this.#chips.append(chip);
    }
    this.#chips.hidden = false;
  }
}

// Other modules take it from here. An import names a file, and static files are renamed when they are collected.
globalThis.djangoTwentyThree = { ...globalThis.djangoTwentyThree, UploadMetadata };
