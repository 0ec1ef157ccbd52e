// <twentythree-grid>: items as a grid of cells, of which one takes part in the tab order and arrows lead to the others.

/** @typedef {import("./item.js").Item} Item */
/** @typedef {import("./item.js").TwentyThreeItem} TwentyThreeItem */

const { fillIn, moveInGrid } = globalThis.djangoTwentyThree;

/**
 * Sends `twentythree-choose` and `twentythree-look` with the item as detail, and `twentythree-leave` when an arrow
 * or a letter leads out of it to the search.
 */
export class TwentyThreeGrid extends HTMLElement {
  /** @type {Map<HTMLElement, Item>} */ #items = new Map();
  /** @type {HTMLElement | undefined} */ #current;
  #columns = 1;
  #observer = new ResizeObserver(() => this.#layOut());

  connectedCallback() {
    this.#observer.observe(this.#grid);
    this.addEventListener("keydown", this.#onKeydown);
    this.addEventListener("click", this.#onClick);
    this.addEventListener("focusin", this.#onFocus);
  }

  disconnectedCallback() {
    this.#observer.disconnect();
  }

  /** The key of the cell that Tab leads to, "" where there is none. */
  get current() {
    return this.#current?.dataset.pk ?? "";
  }

  get size() {
    return this.#items.size;
  }

  clear() {
    this.#items.clear();
    this.#current = undefined;
    this.#grid.replaceChildren();
  }

  /**
   * Add items behind those that are there. One that is there already stays where it is.
   * @param {Item[]} items
   * @param {string} chosen the key of what the field holds, "" for nothing
   */
  add(items, chosen) {
    for (const item of items) {
      if (!this.#find(String(item.pk))) {
        const cell = this.#makeCell(item);
        this.#items.set(cell, item);
        this.#place(cell);
      }
    }
    this.#layOut(); // the observer tells with the next frame, and an arrow may be pressed before
    this.mark(chosen);
    if (!this.#current) {
      this.#setCurrent(this.#cells[0]);
    }
  }

  /** @param {string} chosen the key of what the field holds */
  mark(chosen) {
    for (const cell of this.#cells) {
      cell.setAttribute("aria-selected", String(cell.dataset.pk === chosen));
    }
  }

  /** Make a cell the one that Tab leads to. @param {string} pk */
  select(pk) {
    this.#setCurrent(this.#find(pk) ?? this.#current);
  }

  /** Move the focus to the current cell. */
  enter() {
    this.#current?.focus();
  }

  get #grid() {
    return /** @type {HTMLElement} */ (this.querySelector('[role="grid"]'));
  }

  get #cells() {
    return [...this.#items.keys()];
  }

  /** @param {string} pk */
  #find(pk) {
    return this.#cells.find((cell) => cell.dataset.pk === pk);
  }

  /** @param {Item} item */
  #makeCell(item) {
    const template = /** @type {HTMLTemplateElement} */ (this.querySelector("template"));
    const cell = /** @type {HTMLElement} */ (document.importNode(template.content, true).firstElementChild);
    const shown = /** @type {TwentyThreeItem} */ (cell.querySelector("twentythree-item"));
    const button = /** @type {HTMLElement} */ (cell.querySelector("button"));
    shown.setAttribute("describe", this.getAttribute("describe") ?? "");
    shown.addEventListener("twentythree-described", () => {
      if (shown.item) {
        this.#items.set(cell, shown.item);
        this.#name(cell, shown.item);
      }
    });
    shown.item = item;
    cell.dataset.pk = String(item.pk);
    button.setAttribute("aria-label", fillIn(button.dataset.label, { title: item.title }));
    this.#name(cell, item);
    return cell;
  }

  /** @param {HTMLElement} cell @param {Item} item */
  #name(cell, item) {
    const badges = item.badges.map((badge) => badge.label);
    const about = cell.querySelector('[data-item="about"]')?.textContent;
    const said = [item.title, item.duration_label, about, ...badges, item.reason];
    cell.setAttribute("aria-label", said.filter(Boolean).join(", "));
    // Not `aria-disabled`, which would disable the button for its details as well.
    cell.toggleAttribute("data-unchoosable", !item.is_choosable);
  }

  /** @param {HTMLElement} cell */
  #place(cell) {
    let row = this.#grid.lastElementChild;
    if (!row || row.childElementCount >= this.#columns) {
      row = document.createElement("div");
      row.setAttribute("role", "row");
      this.#grid.append(row);
    }
    row.append(cell);
  }

  /** Form rows anew when another number of columns fits. */
  #layOut() {
    const columns = getComputedStyle(this.#grid).gridTemplateColumns.split(" ").length;
    if (columns !== this.#columns && this.checkVisibility()) {
      this.#columns = columns;
      const focused = this.contains(document.activeElement) ? document.activeElement : null;
      this.#grid.replaceChildren();
      for (const cell of this.#cells) {
        this.#place(cell);
      }
      if (focused instanceof HTMLElement) {
        focused.focus({ preventScroll: true });
      }
    }
  }

  /** @param {HTMLElement | undefined} cell */
  #setCurrent(cell) {
    for (const [each, index] of /** @type {const} */ ([
      [this.#current, -1],
      [cell, 0],
    ])) {
      each?.setAttribute("tabindex", String(index));
      each?.querySelector("button")?.setAttribute("tabindex", String(index));
    }
    this.#current = cell;
  }

  /** @param {Event} event @returns {HTMLElement | undefined} */
  #cellOf(event) {
    const cell = event.target instanceof Element ? event.target.closest('[role="gridcell"]') : null;
    return cell instanceof HTMLElement ? cell : undefined;
  }

  /** @param {FocusEvent} event */
  #onFocus = (event) => {
    this.#setCurrent(this.#cellOf(event) ?? this.#current);
  };

  /** @param {MouseEvent} event */
  #onClick = (event) => {
    const cell = this.#cellOf(event);
    if (cell) {
      const isButton = event.target instanceof Element && event.target.closest("button");
      cell.focus({ preventScroll: true });
      this.#send(isButton ? "twentythree-look" : "twentythree-choose", cell);
    }
  };

  /** @param {KeyboardEvent} event */
  #onKeydown = (event) => {
    const cell = this.#cellOf(event);
    if (cell !== event.target || !cell || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    const cells = this.#cells;
    const place = moveInGrid(event.key, {
      index: cells.indexOf(cell),
      count: cells.length,
      columns: this.#columns,
      rowsInSight: Math.floor((this.parentElement?.clientHeight ?? 0) / cell.offsetHeight),
      isRTL: getComputedStyle(this).direction === "rtl",
    });
    if (event.key === "Enter") {
      this.#send("twentythree-choose", cell);
    } else if (event.key === " ") {
      this.#send("twentythree-look", cell);
    } else if (place === "above") {
      this.#leave();
    } else if (place !== undefined) {
      cells[place]?.focus();
    } else {
      if (event.key.length === 1) {
        this.#leave(); // Not prevented: the letter goes where the focus has gone.
      }
      return;
    }
    event.preventDefault();
  };

  #leave() {
    this.dispatchEvent(new CustomEvent("twentythree-leave", { bubbles: true }));
  }

  /** @param {string} name @param {HTMLElement} cell */
  #send(name, cell) {
    this.dispatchEvent(new CustomEvent(name, { bubbles: true, detail: this.#items.get(cell) }));
  }
}

if (!customElements.get("twentythree-grid")) {
  customElements.define("twentythree-grid", TwentyThreeGrid);
}
