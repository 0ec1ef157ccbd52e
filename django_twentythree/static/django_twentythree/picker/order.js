// <twentythree-order>: gives a row of a formset a handle to drag and two buttons, which write the places into inputs.

const { fillIn } = globalThis.djangoTwentyThree;

const ROW = "[data-twentythree-row], .inline-related, tr, li";

/**
 * Stands in each row, around the input of its place. Rows in which nothing is chosen yet stay last, and their input as
 * it is: Django would take them for filled.
 */
export class TwentyThreeOrder extends HTMLElement {
  #hasStarted = false;

  connectedCallback() {
    // The pattern from which Django's formsets copy; and what has only been moved.
    if (this.input.name.includes("__prefix__") || this.#hasStarted) {
      return;
    }
    this.#hasStarted = true;
    const template = /** @type {HTMLTemplateElement} */ (this.querySelector("template"));
    for (const part of this.querySelectorAll(":scope > :not(input, template)")) {
      part.remove(); // copied along
    }
    this.append(document.importNode(template.content, true));
    this.querySelectorAll("button").forEach((button) => {
      button.addEventListener("click", () => this.#move(Number(button.dataset.move)));
    });
    const handle = /** @type {HTMLElement} */ (this.querySelector(".twentythree-handle"));
    handle.addEventListener("pointerdown", (event) => this.#drag(event, handle));
    this.row.addEventListener("change", () => this.#number());
    // Django shows a form with errors in the order of its numbers.
    queueMicrotask(() => this.isConnected && sort(this.list, (place) => place.value));
  }

  get input() {
    return /** @type {HTMLInputElement} */ (this.querySelector("input"));
  }

  get row() {
    return /** @type {HTMLElement} */ (this.closest(ROW) ?? this.parentElement);
  }

  /** What holds the rows. */
  get list() {
    return /** @type {HTMLElement} */ (this.row.parentElement);
  }

  get isFilled() {
    return this.row.querySelector("twentythree-picker")?.querySelector("input")?.value !== "";
  }

  /** The place, behind all others while nothing is chosen. */
  get value() {
    return this.isFilled ? Number(this.input.value) : Infinity;
  }

  /** Which of the forms the row is. */
  get index() {
    return Number(/-(\d+)-\w+$/.exec(this.input.name)?.[1] ?? 0);
  }

  /** Number the rows where their numbers do not follow each other. */
  #number() {
    const filled = getPlaces(this.list).filter((each) => each.isFilled);
    if (filled.some((each, index) => index > 0 && each.value <= (filled[index - 1]?.value ?? 0))) {
      for (const [index, each] of filled.entries()) {
        each.input.value = String(index);
      }
    }
    if (!this.isFilled) {
      this.input.value = this.input.defaultValue;
    }
  }

  /** Move by one place. The neighbour goes around this row, which keeps focus and pointer. @param {number} step */
  #move(step) {
    const filled = getPlaces(this.list).filter((each) => each.isFilled);
    const index = filled.indexOf(this);
    const neighbour = filled[index + step];
    if (index >= 0 && neighbour) {
      if (step > 0) {
        this.row.before(neighbour.row);
      } else {
        this.row.after(neighbour.row);
      }
      filled[index] = neighbour;
      filled[index + step] = this;
      for (const [place, each] of filled.entries()) {
        each.input.value = String(place);
      }
      const title = this.row.querySelector('[data-item="title"]')?.textContent ?? "";
      const said = fillIn(this.dataset.moved, { title, place: String(index + step + 1), count: String(filled.length) });
      this.querySelector('[role="status"]')?.replaceChildren(said);
    }
  }

  /** @param {PointerEvent} event @param {HTMLElement} handle */
  #drag(event, handle) {
    event.preventDefault();
    handle.setPointerCapture(event.pointerId);
    this.row.toggleAttribute("data-twentythree-dragged", true);
    handle.onpointermove = (move) => {
      const filled = getPlaces(this.list).filter((each) => each.isFilled);
      const [previous, next] = [-1, 1].map((step) => filled[filled.indexOf(this) + step]);
      if (next && move.clientY > getMiddle(next.row)) {
        this.#move(1);
      } else if (previous && move.clientY < getMiddle(previous.row)) {
        this.#move(-1);
      }
    };
    handle.onlostpointercapture = () => {
      handle.onpointermove = null;
      this.row.removeAttribute("data-twentythree-dragged");
    };
  }
}

/** @param {Element} list @returns {TwentyThreeOrder[]} in the order of the page */
function getPlaces(list) {
  const places = [...list.children].map((row) => row.querySelector("twentythree-order"));
  const all = places.filter((each) => each instanceof TwentyThreeOrder);
  return all.filter((each) => !each.input.name.includes("__prefix__"));
}

/** @param {Element} list @param {(place: TwentyThreeOrder) => number} key */
function sort(list, key) {
  const wanted = getPlaces(list).sort((one, other) => key(one) - key(other) || one.index - other.index);
  wanted.forEach((each, index) => {
    const there = getPlaces(list)[index];
    if (there !== each) {
      there?.row.before(each.row);
    }
  });
}

/** @param {Element} row */
function getMiddle(row) {
  const { top, height } = row.getBoundingClientRect();
  return top + height / 2;
}

/** @returns {Set<HTMLElement>} whatever holds rows on this page */
function getLists() {
  const all = /** @type {TwentyThreeOrder[]} */ ([...document.querySelectorAll("twentythree-order")]);
  return new Set(all.map((each) => each.list));
}

// Right after this event Django numbers the forms anew by their order on the page, and counts on the saved ones being
// first. So they go back to where they were, until that is done.
document.addEventListener("formset:removed", () => {
  for (const list of getLists()) {
    sort(list, (place) => place.index);
    queueMicrotask(() => sort(list, (place) => place.value));
  }
});

// The places that a form held when its page was left, browsers fill in after the page has loaded.
addEventListener("pageshow", () => {
  for (const list of getLists()) {
    sort(list, (place) => place.value);
  }
});

if (!customElements.get("twentythree-order")) {
  customElements.define("twentythree-order", TwentyThreeOrder);
}
