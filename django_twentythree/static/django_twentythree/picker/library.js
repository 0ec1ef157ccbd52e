// <twentythree-library>: the pages of what can be chosen, found by its filters or by an address.

/** @typedef {import("./item.js").Item} Item */
/** @typedef {import("./grid.js").TwentyThreeGrid} TwentyThreeGrid */
/** @typedef {import("./filters.js").TwentyThreeFilters} TwentyThreeFilters */
/** @typedef {import("./dialog.js").TwentyThreeDialog} TwentyThreeDialog */
/** @typedef {{entries: [string, string][], size: number, scroll: number, current: string}} Place */

const { Latest, fillIn } = globalThis.djangoTwentyThree;

const AHEAD = "600px";

export class TwentyThreeLibrary extends HTMLElement {
  #questions = new Latest();
  #again = () => {};
  #next = "";
  #listed = new URLSearchParams();
  #counted = "";
  #chosen = "";
  #isBusy = false;
  #isPaging = false;
  #isPageMissing = false;
  #isLoaded = false;
  #entersWhenFound = false;
  #observer = new IntersectionObserver((seen) => seen.some((each) => each.isIntersecting) && this.#more(), {
    rootMargin: AHEAD,
  });

  connectedCallback() {
    this.addEventListener("twentythree-filter", () => this.#search());
    this.addEventListener("twentythree-find", () => this.#find());
    this.addEventListener("twentythree-leave", () => this.#filters.focus());
    this.addEventListener("twentythree-enter", () => {
      // A further page under way is nothing to wait for: the list is there.
      this.#entersWhenFound = this.#isBusy && !this.#isPaging;
      if (!this.#entersWhenFound) {
        this.#grid.enter();
      }
    });
    // Whoever types on stays there.
    this.#filters.addEventListener("input", () => (this.#entersWhenFound = false));
    /** @type {Record<string, () => void>} */
    const actions = { more: () => this.#more(), newest: () => this.#lookForNewest(), retry: () => this.#again() };
    this.addEventListener("click", (event) => {
      const button = event.target instanceof Element ? event.target.closest("[data-action]") : null;
      actions[button?.getAttribute("data-action") ?? ""]?.();
    });
  }

  disconnectedCallback() {
    this.#observer.disconnect();
  }

  /**
   * Show the library where it was left.
   * @param {string} chosen the key of what the field holds, "" for nothing
   * @param {string} text a text or address to look for instead
   */
  async open(chosen, text) {
    this.#chosen = chosen;
    this.#grid.mark(chosen);
    if (text) {
      this.#filters.text = text;
      return;
    }
    const place = this.#place;
    if (!this.#isLoaded) {
      this.#filters.entries = place.entries;
      await this.#search();
      // No further where a page does not come: it fails, or the editor has gone on to something else.
      let hasMore = true;
      while (hasMore && this.#grid.size < place.size) {
        hasMore = await this.#more();
      }
    }
    this.#grid.select(place.current || chosen);
    this.#results.scrollTop = place.scroll;
  }

  /** Remember the place, for this session of the browser; to be called while it can still be seen. */
  leave() {
    /** @type {Place} */
    const place = {
      entries: this.#filters.entries,
      size: this.#grid.size,
      scroll: this.checkVisibility() ? this.#results.scrollTop : this.#place.scroll,
      current: this.#grid.current,
    };
    this.#host.keep("sessionStorage", this.#key, place);
  }

  focus() {
    this.#filters.focus();
  }

  /** @returns {Place} */
  get #place() {
    return this.#host.recall("sessionStorage", this.#key, { entries: [], size: 0, scroll: 0, current: "" });
  }

  get #key() {
    return `twentythree-picker ${this.#host.getAttribute("url")}?${this.#host.getAttribute("options")}`;
  }

  get #host() {
    return /** @type {TwentyThreeDialog} */ (this.closest("twentythree-dialog"));
  }

  get #filters() {
    return /** @type {TwentyThreeFilters} */ (this.querySelector("twentythree-filters"));
  }

  get #grid() {
    return /** @type {TwentyThreeGrid} */ (this.querySelector("twentythree-grid"));
  }

  get #results() {
    return this.#part("results");
  }

  /** @param {string} name */
  #part(name) {
    return /** @type {HTMLElement} */ (this.querySelector(`[data-part="${name}"]`));
  }

  /**
   * Ask the server instead of whatever it is being asked. Where it has nothing but a sentence, that stands above the
   * list, which stays as it was.
   * @param {() => void} again what asks once more
   * @param {string} path
   * @param {{query?: URLSearchParams, body?: Record<string, string>}} question
   */
  async #ask(again, path, question) {
    const isPaging = Boolean(question.query?.has("cursor"));
    const failed = this.#part("failed");
    this.#isPaging = isPaging;
    // A page comes by itself, which changes nothing of what is wrong; and a button that was pressed keeps the focus.
    failed.hidden ||= !isPaging && !failed.contains(document.activeElement);
    this.#setBusy(true);
    const said = await this.#host.ask(path, { ...question, signal: this.#questions.next() });
    if (said?.error) {
      this.#again = again;
      this.#isPageMissing = isPaging;
      if (isPaging) {
        this.#observer.disconnect(); // no page comes by itself until the editor has asked for one
      }
      this.#complain(said);
      this.#say(this.#counted);
      this.#setBusy(false);
      return null;
    }
    if (said && (!isPaging || this.#isPageMissing)) {
      this.#complain({});
    }
    return said;
  }

  /** Say what is wrong, or that nothing is any more. @param {{error?: string, canRetry?: boolean}} said */
  #complain(said) {
    const failed = this.#part("failed");
    const hadFocus = failed.contains(document.activeElement);
    failed.hidden = !said.error;
    failed.querySelector("span")?.replaceChildren(said.error ?? "");
    failed.querySelector("button")?.toggleAttribute("hidden", !said.canRetry);
    if (hadFocus && !failed.contains(document.activeElement)) {
      this.focus();
    }
  }

  /** Show what the filters let through, from its beginning. @param {string} [sentence] to say instead of its number */
  async #search(sentence) {
    const query = this.#filters.query;
    const said = await this.#ask(() => this.#search(sentence), "", { query });
    if (said) {
      this.#isLoaded = true;
      this.#grid.clear();
      this.#results.scrollTop = 0;
      this.#listed = query;
      this.#add(said.results, said.next);
      this.#counted = said.count_label;
      this.#say(sentence ?? said.count_label);
      this.leave();
    }
  }

  /** Show the next page behind the others. @returns {Promise<boolean>} whether there was one */
  async #more() {
    if (!this.#next || this.#isBusy) {
      return false;
    }
    const query = new URLSearchParams(this.#listed); // what the list answers, also where a later question had no answer
    query.set("cursor", this.#next);
    const said = await this.#ask(() => this.#more(), "", { query });
    if (said) {
      this.#add(said.results, said.next);
    }
    return Boolean(said);
  }

  /** Show what the address leads to. */
  async #find() {
    this.#say(this.dataset.looking);
    const said = await this.#ask(() => this.#find(), "find/", { body: { text: this.#filters.text } });
    if (said) {
      this.#grid.clear();
      this.#entersWhenFound = true;
      this.#add([said.result], null);
      this.#counted = fillIn(this.dataset.found, { title: said.result.title });
      this.#say(this.#counted);
    }
  }

  async #lookForNewest() {
    this.#say(this.dataset.looking);
    const said = await this.#ask(() => this.#lookForNewest(), "newest/", { query: this.#filters.query, body: {} });
    if (said) {
      await this.#search(said.message);
    }
  }

  /** @param {Item[]} items @param {string | null} next the cursor of the page behind them */
  #add(items, next) {
    this.#grid.add(items, this.#chosen);
    this.#next = next ?? "";
    const button = /** @type {HTMLElement} */ (this.querySelector('[data-action="more"]'));
    button.hidden = !next;
    this.#observer.disconnect();
    if (next) {
      this.#observer.observe(button); // anew, so that it tells again of a button that stayed in sight
    }
    this.#setBusy(false);
    if (this.#entersWhenFound) {
      this.#grid.enter();
    }
    this.#entersWhenFound = false;
  }

  /** @param {boolean} isBusy */
  #setBusy(isBusy) {
    this.#isBusy = isBusy;
    this.#results.setAttribute("aria-busy", String(isBusy));
    this.#part("skeletons").hidden = !isBusy || (this.#grid.size > 0 && !this.#isPaging);
    this.#part("empty").hidden = isBusy || this.#grid.size > 0 || !this.#part("failed").hidden;
  }

  /** @param {string | undefined} sentence */
  #say(sentence) {
    this.#part("said").textContent = sentence ?? "";
  }
}

if (!customElements.get("twentythree-library")) {
  customElements.define("twentythree-library", TwentyThreeLibrary);
}
