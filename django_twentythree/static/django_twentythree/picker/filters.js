// <twentythree-filters>: the form above and beside the list: what is searched for, filtered by, in which order.

/** @typedef {HTMLInputElement | HTMLSelectElement} Control */

const { Debounce, fillIn, isAddress } = globalThis.djangoTwentyThree;

const PAUSE_MS = 200;

/**
 * Sends `twentythree-filter` when the question has changed, `twentythree-find` for an address, `twentythree-enter`
 * when the next step leads to what is found, and `twentythree-close`.
 */
export class TwentyThreeFilters extends HTMLElement {
  #typing = new Debounce(PAUSE_MS);

  connectedCallback() {
    this.#form.addEventListener("input", (event) => this.#onInput(event));
    this.#form.addEventListener("submit", (event) => event.preventDefault());
    this.#text.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === "ArrowDown") {
        event.preventDefault();
        this.#enter();
      } else if (event.key === "Escape") {
        event.preventDefault(); // which would empty it first
        this.#send("close");
      }
    });
    this.addEventListener("click", (event) => this.#onClick(event));
  }

  /** What is typed or pasted as the text to search for. */
  get text() {
    return this.#text.value;
  }

  set text(text) {
    this.#text.value = text;
    this.#send(isAddress(text) ? "find" : "filter");
  }

  /** All that is filled in, by name. @returns {[string, string][]} */
  get entries() {
    return [...new FormData(this.#form)].map(([name, value]) => [name, String(value)]);
  }

  set entries(entries) {
    for (const control of this.#controls) {
      const values = entries.filter(([name]) => name === control.name).map(([, value]) => value);
      if (isBox(control)) {
        control.checked = values.includes(control.value);
      } else {
        control.value = values[0] ?? control.value;
      }
    }
    this.#showChips();
  }

  /** The question, as the server reads it. */
  get query() {
    const query = new URLSearchParams();
    for (const control of this.#controls.filter(isFilled)) {
      const factor = Number(control.dataset.factor ?? NaN);
      if (!control.name.includes(":")) {
        query.append(control.name, factor ? String(Number(control.value) * factor) : control.value.trim());
      }
    }
    return query;
  }

  /** Put the cursor where typing begins a new search. */
  focus() {
    this.#text.focus();
    this.#text.select();
  }

  get #form() {
    return /** @type {HTMLFormElement} */ (this.querySelector("form"));
  }

  get #text() {
    return /** @type {HTMLInputElement} */ (this.#form.elements.namedItem("q"));
  }

  get #controls() {
    return /** @type {Control[]} */ ([...this.#form.elements]).filter((control) => control.name);
  }

  /** The filters that are set: of a combobox, the field that is seen. */
  get #filters() {
    const filters = this.#controls.filter((control) => control.closest("[data-part=filters]"));
    return filters.filter((control) => control.type !== "hidden" && isFilled(getValue(control)));
  }

  /** @param {"filter" | "find" | "enter" | "close"} what */
  #send(what) {
    this.dispatchEvent(new CustomEvent(`twentythree-${what}`, { bubbles: true }));
  }

  #changed() {
    this.#typing.cancel();
    this.#showChips();
    this.#send("filter");
  }

  /** @param {Event} event */
  #onInput(event) {
    this.#typing.cancel();
    if (event.target !== this.#text || !isAddress(this.text)) {
      this.#typing.start(() => this.#changed());
    } else if (event instanceof InputEvent && /^insertFrom(Paste|Drop)/.test(event.inputType)) {
      this.#send("find");
    } // an address that is still being typed waits for Enter
  }

  #enter() {
    if (isAddress(this.text)) {
      this.#send("find");
    } else {
      if (this.#typing.isPending) {
        this.#changed();
      }
      this.#send("enter");
    }
  }

  /** @param {MouseEvent} event */
  #onClick(event) {
    const button = event.target instanceof Element ? event.target.closest("[data-action]") : null;
    const action = button?.getAttribute("data-action");
    if (action === "unfilter") {
      this.#filters.forEach(empty);
      this.#changed();
      this.focus();
    } else if (action === "filters") {
      button?.setAttribute("aria-expanded", String(button.getAttribute("aria-expanded") !== "true"));
    }
  }

  #showChips() {
    const chips = /** @type {HTMLElement} */ (this.querySelector("[data-part=chips]"));
    for (const chip of chips.querySelectorAll(".twentythree-chip")) {
      chip.remove();
    }
    chips.prepend(...this.#filters.map((control) => this.#makeChip(control)));
    chips.hidden = !this.#filters.length;
  }

  /** @param {Control} control */
  #makeChip(control) {
    const chip = document.createElement("button");
    const label = control.labels?.[0];
    const value = control instanceof HTMLSelectElement ? control.selectedOptions[0]?.text : control.value;
    chip.type = "button";
    chip.className = "twentythree-chip";
    chip.dir = "auto";
    const name = (isBox(control) ? label?.textContent : label?.firstChild?.textContent)?.trim() ?? "";
    chip.textContent = isBox(control) ? name : `${name}: ${value}`;
    chip.ariaLabel = fillIn(this.dataset.remove, { filter: chip.textContent });
    chip.addEventListener("click", () => {
      empty(control);
      this.#changed();
      this.focus();
    });
    return chip;
  }
}

/** @param {Control} control @returns {control is HTMLInputElement} */
function isBox(control) {
  return control.type === "checkbox";
}

/** @param {Control} control */
function isFilled(control) {
  return isBox(control) ? control.checked : Boolean(control.value);
}

/** Of a combobox, the hidden field that has the value. @param {Control} control @returns {Control} */
function getValue(control) {
  return control.closest("twentythree-combobox")?.querySelector("input[type=hidden]") ?? control;
}

/** @param {Control} control */
function empty(control) {
  if (isBox(control)) {
    control.checked = false;
  } else {
    control.value = "";
  }
  getValue(control).value = isBox(control) ? control.value : "";
}

if (!customElements.get("twentythree-filters")) {
  customElements.define("twentythree-filters", TwentyThreeFilters);
}
