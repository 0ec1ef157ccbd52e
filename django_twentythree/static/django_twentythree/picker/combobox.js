// <twentythree-combobox>: a text field that proposes what the server knows, and a hidden field for the value taken.

/** @typedef {{value: string | number, label: string}} Proposal */

const { Debounce, Latest, stepAround } = globalThis.djangoTwentyThree;

const PAUSE_MS = 150;
let lastId = 0;

/** Sends `input` from its hidden field when a proposal is taken or given up. */
export class TwentyThreeCombobox extends HTMLElement {
  #typing = new Debounce(PAUSE_MS);
  #questions = new Latest();

  connectedCallback() {
    this.#text.addEventListener("input", (event) => this.#onInput(event));
    this.addEventListener("keydown", (event) => this.#onKeydown(event));
    this.addEventListener("focusout", () => {
      this.#close();
      this.#text.value = this.#value.value && this.#text.value; // a text that was not taken filters nothing
    });
    // A press, not a click: before one, the field would lose the focus and the list would be gone.
    this.#list.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      if (event.target instanceof HTMLElement) {
        this.#take(event.target);
      }
    });
  }

  get #text() {
    return /** @type {HTMLInputElement} */ (this.querySelector('[role="combobox"]'));
  }

  get #value() {
    return /** @type {HTMLInputElement} */ (this.querySelector('input[type="hidden"]'));
  }

  get #list() {
    return /** @type {HTMLElement} */ (this.querySelector('[role="listbox"]'));
  }

  /** @param {Event} event */
  #onInput(event) {
    event.stopPropagation();
    this.#typing.start(() => this.#propose());
    if (this.#value.value) {
      this.#set("");
    }
  }

  async #propose() {
    const signal = this.#questions.next();
    const url = new URL(this.getAttribute("src") ?? "", location.href);
    url.searchParams.set("q", this.#text.value);
    try {
      const response = await fetch(url, { headers: { Accept: "application/json" }, signal });
      const said = await response.json();
      this.#open(said.results ?? []);
    } catch {
      if (!signal.aborted) {
        this.#close(); // offline: there is nothing to propose; what was aborted leaves its follower alone
      }
    }
  }

  /** @param {Proposal[]} proposals */
  #open(proposals) {
    const options = proposals.map((proposal) => {
      const option = document.createElement("li");
      option.id = `twentythree-option-${++lastId}`;
      option.role = "option";
      option.dir = "auto";
      option.dataset.value = String(proposal.value);
      option.textContent = proposal.label;
      return option;
    });
    this.#list.replaceChildren(...options);
    this.#list.hidden = !options.length || document.activeElement !== this.#text;
    this.#text.setAttribute("aria-expanded", String(!this.#list.hidden));
    this.#activate(undefined);
  }

  #close() {
    this.#typing.cancel();
    this.#questions.abort();
    this.#open([]);
  }

  /** @param {HTMLElement | undefined} option */
  #activate(option) {
    for (const selected of this.#list.querySelectorAll("[aria-selected=true]")) {
      selected.setAttribute("aria-selected", "false");
    }
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    this.#text.setAttribute("aria-activedescendant", option?.id ?? "");
  }

  /** @param {HTMLElement} option */
  #take(option) {
    this.#text.value = option.textContent ?? "";
    this.#set(option.dataset.value ?? "");
    this.#close();
  }

  /** @param {string} value */
  #set(value) {
    this.#value.value = value;
    this.#value.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /** @param {KeyboardEvent} event */
  #onKeydown(event) {
    const options = /** @type {HTMLElement[]} */ ([...this.#list.children]);
    const index = options.findIndex((option) => option.ariaSelected === "true");
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step && this.#list.hidden) {
      this.#propose();
    } else if (step) {
      this.#activate(options[stepAround(index, step, options.length)]);
    } else if (event.key === "Enter") {
      const taken = options[Math.max(index, 0)];
      if (taken) {
        this.#take(taken);
      }
    } else if (event.key === "Escape" && !this.#list.hidden) {
      this.#close();
    } else {
      return;
    }
    event.preventDefault();
  }
}

if (!customElements.get("twentythree-combobox")) {
  customElements.define("twentythree-combobox", TwentyThreeCombobox);
}
