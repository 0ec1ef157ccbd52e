// <twentythree-picker>: shows what its text field holds, and opens the dialog to choose another.

/** @typedef {import("./item.js").Item} Item */
/** @typedef {import("./item.js").TwentyThreeItem} TwentyThreeItem */
/** @typedef {import("./dialog.js").TwentyThreeDialog} TwentyThreeDialog */
/** @typedef {import("./session.js").TwentyThreeSession} TwentyThreeSession */

const { fillIn } = globalThis.djangoTwentyThree;

/** Dialogs that are on this page or on their way, by address. @type {Map<string, Promise<TwentyThreeDialog>>} */
const dialogs = new Map();

/** The value lives in the `<input>` inside, which sends `input` and `change` when another is chosen. */
export class TwentyThreePicker extends HTMLElement {
  /** @type {TwentyThreeItem | undefined} */ #item;
  #shown = "";
  #isEncoding = false;

  connectedCallback() {
    // The pattern from which Django's formsets copy; and what has only been moved.
    if (this.#input.name.includes("__prefix__") || this.#item) {
      return;
    }
    const template = /** @type {HTMLTemplateElement} */ (this.querySelector("template"));
    for (const part of this.querySelectorAll(":scope > :is(twentythree-item, twentythree-session)")) {
      part.remove(); // copied along
    }
    this.append(document.importNode(template.content, true));
    this.#item = /** @type {TwentyThreeItem} */ (this.querySelector("twentythree-item"));
    this.#item.setAttribute("describe", this.#address("describe/"));
    this.#takeOverInput();
    this.addEventListener("click", (event) => this.#onClick(event));
    this.addEventListener("paste", (event) => this.#open(event.clipboardData?.getData("text") ?? ""));
    this.addEventListener("twentythree-chosen", (event) => this.#choose(/** @type {CustomEvent} */ (event).detail));
    this.addEventListener("twentythree-described", () => this.#onDescribed());
    this.addEventListener("twentythree-undescribed", (event) =>
      this.#onUndescribed(/** @type {CustomEvent} */ (event).detail),
    );
    // Opened sooner when it is on its way before the click.
    this.#opener.addEventListener("pointerenter", () => this.#load(true).catch(() => {}));
    this.#show();
  }

  get #input() {
    return /** @type {HTMLInputElement} */ (this.querySelector("input"));
  }

  get #opener() {
    return /** @type {HTMLButtonElement} */ (this.querySelector('[data-action="open"]'));
  }

  get #session() {
    return /** @type {TwentyThreeSession} */ (this.querySelector("twentythree-session"));
  }

  /** @param {string} path */
  #address(path) {
    return `${this.getAttribute("url")}${path}?${this.getAttribute("options")}`;
  }

  /** The input stays, with its name, id and value, but out of sight; its label, help and errors go to the group. */
  #takeOverInput() {
    const input = this.#input;
    const cell = this.closest("td");
    const heading = cell?.closest("table")?.tHead?.rows[0]?.cells[cell.cellIndex];
    this.setAttribute("role", "group");
    this.setAttribute("aria-label", (input.labels?.[0] ?? heading)?.textContent?.trim().replace(/:$/, "") ?? "");
    this.setAttribute("aria-describedby", input.getAttribute("aria-describedby") ?? "");
    input.classList.add("twentythree-unseen");
    input.tabIndex = -1;
    input.ariaHidden = "true";
    input.addEventListener("focus", () => this.#opener.focus()); // by its label, or by what names wrong fields
    input.addEventListener("change", () => this.#show());
    input.addEventListener("invalid", (event) => {
      event.preventDefault();
      this.#say(input.validationMessage);
      if (this.closest("form")?.querySelector(":invalid") === input) {
        this.#opener.focus();
      }
    });
    input.form?.addEventListener("reset", () => setTimeout(() => this.#show()));
    for (const button of this.querySelectorAll("button")) {
      button.disabled = input.disabled;
    }
  }

  /** Show what the browser has filled in since, where it has. */
  catchUp() {
    if (this.#item && this.#input.value.trim() !== this.#shown) {
      this.#show();
    }
  }

  /** Show what the input holds. */
  #show() {
    const pk = this.#input.value.trim();
    this.#shown = pk;
    if (!this.#item || (pk && String(this.#item.item?.pk) === pk)) {
      return;
    }
    if (pk) {
      this.#item.load(pk);
    } else {
      this.#item.item = undefined;
    }
  }

  /** What was being encoded when last seen may be ready now. */
  #onDescribed() {
    const shown = this.#item;
    if (this.#isEncoding && shown?.item && !shown.isEncoding) {
      this.#say(fillIn(this.dataset.ready, { title: shown.item.title }));
    }
    this.#isEncoding = Boolean(shown?.isEncoding);
  }

  /** @param {{status: number, error: string}} failure */
  async #onUndescribed({ status, error }) {
    this.querySelector('[data-action="retry"]')?.toggleAttribute("hidden", status >= 400 && status < 500);
    if (status === 401) {
      await this.#session.wait(error);
      this.#show();
    }
  }

  /** @param {Item} item */
  #choose(item) {
    if (this.#item) {
      this.#item.item = item;
      this.#isEncoding = this.#item.isEncoding;
      this.#set(String(item.pk));
      this.#say(fillIn(this.dataset.chosen, { title: item.title }), true); // there to be seen already
    }
  }

  /** @param {string} value */
  #set(value) {
    this.#input.value = value;
    this.#input.dispatchEvent(new Event("input", { bubbles: true }));
    this.#input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  /** @param {string | undefined} sentence @param {boolean} [isUnseen] whether it is for listeners only */
  #say(sentence, isUnseen = false) {
    const place = this.querySelector('[data-part="said"]');
    place?.classList.toggle("twentythree-unseen", isUnseen);
    place?.replaceChildren(sentence ?? "");
  }

  /** @param {MouseEvent} event */
  #onClick(event) {
    const button = event.target instanceof Element ? event.target.closest("[data-action]") : null;
    switch (button?.getAttribute("data-action")) {
      case "open":
        return this.#open("");
      case "retry":
        return this.#show();
      case "refresh":
        return this.#refresh();
      case "clear":
        this.#set("");
        this.#say("");
        return this.#opener.focus();
    }
  }

  /** Open the dialog. @param {string} text what to search for */
  async #open(text) {
    this.#opener.setAttribute("aria-busy", "true");
    this.#say("");
    try {
      // What was on its way already may have met with a login that it did not ask for.
      const dialog = await this.#load(true).catch(() => this.#load(false));
      dialog.open(this, this.#input.value.trim(), text);
    } catch (error) {
      this.#say(/** @type {Error} */ (error).message);
    }
    this.#opener.setAttribute("aria-busy", "false");
  }

  /**
   * @param {boolean} isQuiet whether it fails where the site wants a login
   * @returns {Promise<TwentyThreeDialog>}
   */
  #load(isQuiet) {
    const address = this.#address("dialog/");
    const dialog = dialogs.get(address) ?? this.#fetchDialog(address, isQuiet);
    dialogs.set(address, dialog);
    dialog.catch(() => dialogs.delete(address));
    return dialog;
  }

  /** @param {string} address @param {boolean} isQuiet */
  async #fetchDialog(address, isQuiet) {
    const said = await this.#session.ask(address, { isQuiet });
    if (said.error) {
      throw new Error(said.error);
    }
    const template = document.createElement("template");
    template.innerHTML = said.html;
    document.body.append(document.importNode(template.content, true));
    return /** @type {TwentyThreeDialog} */ (document.body.lastElementChild);
  }

  /** Ask TwentyThree, by way of this site, how the object is now. */
  async #refresh() {
    this.#say(this.dataset.asking);
    await this.#load(true).catch(() => {}); // it brings a token to post with
    const said = await this.#session.ask(this.#address(`${this.#input.value}/refresh/`), { body: {} });
    if (said.result && this.#item) {
      this.#item.item = said.result;
    }
    this.#say(said.error ?? this.dataset.refreshed);
  }
}

// What a form held when its page was left, browsers fill in after the page has loaded, and tell nobody.
addEventListener("pageshow", () => {
  const all = /** @type {TwentyThreePicker[]} */ ([...document.querySelectorAll("twentythree-picker")]);
  for (const picker of all) {
    picker.catchUp();
  }
});

if (!customElements.get("twentythree-picker")) {
  customElements.define("twentythree-picker", TwentyThreePicker);
}
