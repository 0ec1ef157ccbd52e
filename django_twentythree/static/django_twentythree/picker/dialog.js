// <twentythree-dialog>: the frame around library, recently used and details; hands the chosen item to who opened it.

/** @typedef {import("./item.js").Item} Item */
/** @typedef {import("./item.js").TwentyThreeItem} TwentyThreeItem */
/** @typedef {import("./grid.js").TwentyThreeGrid} TwentyThreeGrid */
/** @typedef {import("./library.js").TwentyThreeLibrary} TwentyThreeLibrary */
/** @typedef {import("./session.js").TwentyThreeSession} TwentyThreeSession */

const { Debounce, Latest, guardComposition, stepAround } = globalThis.djangoTwentyThree;

const RECENT_COUNT = 24;
const FOLLOW_MS = 200;
/** Where dialog.css lays the details over the list. */
const NARROW = "(max-width: 63.99rem)";

export class TwentyThreeDialog extends HTMLElement {
  /** @type {EventTarget | undefined} */ #opener;
  /** @type {Item | undefined} */ #looked;
  /** @type {number | undefined} */ #detailed;
  /** @type {TwentyThreeGrid | null | undefined} */ #grid;
  #questions = new Latest();
  #following = new Debounce(FOLLOW_MS);

  connectedCallback() {
    guardComposition(this);
    this.addEventListener("twentythree-choose", (event) => this.#choose(/** @type {CustomEvent} */ (event).detail));
    this.addEventListener("twentythree-look", (event) => this.#look(/** @type {CustomEvent} */ (event).detail));
    this.addEventListener("focusin", (event) => this.#follow(event));
    this.addEventListener("keydown", (event) => this.#onKeydown(event));
    /** @type {Record<string, () => void>} */
    const actions = {
      close: () => this.#close(),
      "close-details": () => this.#closePane(),
      "look-again": () => this.#looked && this.#look(this.#looked),
      choose: () => this.#looked && this.#choose(this.#looked),
    };
    this.addEventListener("click", (event) => {
      const target = event.target instanceof Element ? event.target.closest('[data-action], [role="tab"]') : null;
      actions[target?.getAttribute("data-action") ?? ""]?.();
      if (target?.role === "tab") {
        this.#selectTab(target);
      }
    });
    this.addEventListener("twentythree-close", () => (this.#pane.hidden ? this.#close() : this.#closePane()));
    this.#dialog.addEventListener("cancel", (event) => {
      this.#library.leave();
      if (event.target === this.#dialog && !this.#pane.hidden) {
        event.preventDefault();
        this.#closePane();
      }
    });
  }

  /**
   * Open the dialog. What is chosen arrives at `opener` as an event `twentythree-chosen`, the item as its detail.
   * @param {EventTarget} opener
   * @param {string} chosen the key of what is chosen now, "" for nothing
   * @param {string} [text] what to look for
   */
  open(opener, chosen, text = "") {
    this.#opener = opener;
    this.#dialog.showModal();
    this.#closePane();
    this.#showRecent(chosen);
    this.#selectTab(this.#tabs[0]);
    this.#library.open(chosen, text);
    // A finger does not want the keyboard of the screen at once.
    if (matchMedia("(pointer: coarse)").matches) {
      this.querySelector("h2")?.focus();
    } else {
      this.#library.focus();
    }
  }

  /**
   * Ask the server, after a login where it wants one.
   * @param {string} path below the address of the picker
   * @param {{query?: URLSearchParams, body?: Record<string, string>, signal?: AbortSignal}} question
   * @returns {Promise<any>} what it says: JSON, or `html`; `error` and `canRetry` where it does not; null when aborted
   */
  ask(path, { query = new URLSearchParams(), body, signal }) {
    const address = `${this.getAttribute("url")}${path}?${this.getAttribute("options")}&${query}`;
    return this.#session.ask(address, { body, signal });
  }

  get #dialog() {
    return /** @type {HTMLDialogElement} */ (this.querySelector("dialog"));
  }

  get #session() {
    return /** @type {TwentyThreeSession} */ (this.querySelector("twentythree-session"));
  }

  get #library() {
    return /** @type {TwentyThreeLibrary} */ (this.querySelector("twentythree-library"));
  }

  get #pane() {
    return /** @type {HTMLElement} */ (this.querySelector('[data-part="details"]'));
  }

  get #tabs() {
    return /** @type {HTMLElement[]} */ ([...this.querySelectorAll('[role="tab"]:not([hidden])')]);
  }

  #close() {
    this.#library.leave();
    this.#dialog.close();
  }

  /** @param {Item} item */
  #choose(item) {
    if (!item.is_choosable) {
      this.#look(item); // where it says why not
      return;
    }
    const recent = [item.pk, ...this.#recent.filter((pk) => pk !== item.pk)].slice(0, RECENT_COUNT);
    this.keep("localStorage", this.#recentKey, recent);
    this.#close();
    this.#opener?.dispatchEvent(new CustomEvent("twentythree-chosen", { detail: item }));
  }

  /**
   * Remember something until the next opening, in this browser or in this tab.
   * @param {"localStorage" | "sessionStorage"} store
   * @param {string} key
   * @param {unknown} value
   */
  keep(store, key, value) {
    try {
      window[store].setItem(key, JSON.stringify(value));
    } catch {
      // It is full, or switched off. The picker works all the same.
    }
  }

  /**
   * @template T
   * @param {"localStorage" | "sessionStorage"} store
   * @param {string} key
   * @param {T} otherwise
   * @returns {T}
   */
  recall(store, key, otherwise) {
    try {
      return JSON.parse(window[store].getItem(key) ?? "null") ?? otherwise;
    } catch {
      return otherwise;
    }
  }

  get #recentKey() {
    return `twentythree-recent ${this.getAttribute("url")}`;
  }

  /** @returns {number[]} */
  get #recent() {
    return this.recall("localStorage", this.#recentKey, []);
  }

  /** Without any, and without uploads, there is nothing to switch between. @param {string} chosen */
  async #showRecent(chosen) {
    const grid = /** @type {TwentyThreeGrid} */ (this.querySelector('[data-part="recent"] twentythree-grid'));
    const tab = /** @type {HTMLElement} */ (this.querySelector('[role="tab"][id$="-recent-tab"]'));
    tab.hidden = !this.#recent.length;
    this.querySelector('[role="tablist"]')?.toggleAttribute("hidden", this.#tabs.length < 2);
    if (!tab.hidden) {
      const query = new URLSearchParams(this.#recent.map((pk) => ["id", String(pk)]));
      const said = await this.ask("describe/", { query });
      const failed = /** @type {HTMLElement} */ (this.querySelector('[data-part="recent"] [data-part="failed"]'));
      failed.hidden = !said.error;
      failed.textContent = said.error ?? "";
      if (said.results) {
        grid.clear();
        grid.add(said.results, chosen);
      }
    }
  }

  /** @param {Element | undefined} tab */
  #selectTab(tab) {
    for (const each of this.querySelectorAll('[role="tab"]')) {
      each.setAttribute("aria-selected", String(each === tab));
      each.setAttribute("tabindex", each === tab ? "0" : "-1");
      document.getElementById(each.getAttribute("aria-controls") ?? "")?.toggleAttribute("hidden", each !== tab);
    }
  }

  /** @param {KeyboardEvent} event */
  #onKeydown(event) {
    const index = event.target instanceof HTMLElement ? this.#tabs.indexOf(event.target) : -1;
    const forward = getComputedStyle(this).direction === "rtl" ? -1 : 1;
    const step = { ArrowRight: forward, ArrowLeft: -forward }[event.key];
    if (index >= 0 && step) {
      const tab = this.#tabs[stepAround(index, step, this.#tabs.length)];
      this.#selectTab(tab);
      tab?.focus();
    }
  }

  /** Details that are open keep up with the grid beside them. @param {FocusEvent} event */
  #follow(event) {
    const cell = event.target instanceof Element ? event.target.closest('[role="gridcell"]') : null;
    const item = /** @type {TwentyThreeItem | null | undefined} */ (cell?.querySelector("twentythree-item"))?.item;
    if (item && !this.#pane.hidden && item.pk !== this.#looked?.pk) {
      this.#following.start(() => this.#fillPane(item));
    }
  }

  /** Show the details of an item, and go there: to its player where it has one. @param {Item} item */
  async #look(item) {
    this.#grid = document.activeElement?.closest("twentythree-grid") ?? this.#grid;
    this.#pane.hidden = false;
    this.#library.inert = matchMedia(NARROW).matches;
    this.#pane.focus();
    await this.#fillPane(item);
    const player = this.#pane.querySelector(".twentythree-poster");
    if (document.activeElement === this.#pane && player instanceof HTMLElement) {
      player.focus();
    }
  }

  /** @param {Item} item */
  async #fillPane(item) {
    this.#following.cancel();
    this.#looked = item;
    this.#pane.setAttribute("aria-busy", "true");
    const said = await this.ask(`${item.pk}/`, { signal: this.#questions.next() });
    if (said?.html) {
      this.#pane.innerHTML = said.html;
      this.#detailed = item.pk;
    } else if (said) {
      this.#complain(item, said);
    }
    if (said) {
      this.#pane.setAttribute("aria-busy", "false");
    }
  }

  /** Say why there is no answer, above what was last told of the same. @param {Item} item @param {any} said */
  #complain(item, said) {
    const hadFocus = document.activeElement !== this.#pane && this.#pane.contains(document.activeElement);
    if (this.#detailed !== item.pk) {
      this.#pane.replaceChildren(this.#copy("unanswered"));
      this.#pane.querySelector("h3")?.replaceChildren(item.title);
      this.#detailed = undefined;
    }
    this.#pane.querySelector(".twentythree-failed")?.remove();
    this.#pane.querySelector("header")?.after(this.#copy("details-failed"));
    this.#pane.querySelector(".twentythree-failed span")?.replaceChildren(said.error);
    this.#pane.querySelector('[data-action="look-again"]')?.toggleAttribute("hidden", !said.canRetry);
    if (hadFocus && !this.#pane.contains(document.activeElement)) {
      this.#pane.focus();
    }
  }

  /** @param {string} name of a template */
  #copy(name) {
    const template = /** @type {HTMLTemplateElement} */ (this.querySelector(`template[data-part="${name}"]`));
    return document.importNode(template.content, true);
  }

  #closePane() {
    const wasInside = this.#pane.contains(document.activeElement);
    this.#library.inert = false;
    this.#pane.hidden = true;
    this.#pane.replaceChildren(); // a player falls silent
    this.#detailed = undefined;
    if (wasInside) {
      this.#grid?.enter();
    }
  }
}

if (!customElements.get("twentythree-dialog")) {
  customElements.define("twentythree-dialog", TwentyThreeDialog);
}
