// <twentythree-item>: one video, category or live stream, shown in the elements marked `data-item` inside it.

/**
 * What the server tells of one object.
 * @typedef {object} Item
 * @property {number} pk
 * @property {string} title
 * @property {string} kind_label
 * @property {string} thumbnail
 * @property {string} duration
 * @property {string} duration_label
 * @property {string} date
 * @property {{code: string, label: string}[]} badges
 * @property {boolean} is_choosable
 * @property {string} reason
 * @property {string} workspace
 * @property {string} platform_url
 */

const { growPause } = globalThis.djangoTwentyThree;

const BATCH_SIZE = 100;
const BATCH_MS = 10;
const FIRST_POLL_MS = 5_000;
const LAST_POLL_MS = 60_000;

/** @typedef {{pks: Set<string>, answer: Promise<Map<string, Item>>}} Batch */
/** Requests that wait for more to ask, by address. @type {Map<string, Batch>} */
const batches = new Map();

/**
 * Ask for one object, in one request with all others asked for at this moment.
 * @param {string} address
 * @param {string} pk
 * @returns {Promise<Item | undefined>} undefined: the server tells nothing of it
 */
async function describe(address, pk) {
  let batch = batches.get(address);
  if (!batch || batch.pks.size >= BATCH_SIZE) {
    batch = gather(address);
    batches.set(address, batch);
  }
  batch.pks.add(pk);
  return (await batch.answer).get(pk);
}

/** @param {string} address @returns {Batch} */
function gather(address) {
  /** @type {Set<string>} */
  const pks = new Set();
  const answer = new Promise((resolve) => setTimeout(resolve, BATCH_MS)).then(async () => {
    batches.delete(address);
    const url = new URL(address, location.href);
    for (const pk of pks) {
      url.searchParams.append("id", pk);
    }
    const response = await fetch(url, { headers: { Accept: "application/json" }, redirect: "manual" });
    const isJSON = response.headers.get("Content-Type")?.startsWith("application/json");
    const said = isJSON ? await response.json() : {};
    if (!response.ok || !isJSON) {
      // Whoever is led elsewhere, or gets a page, is to log in.
      const status = response.ok || response.type === "opaqueredirect" ? 401 : response.status;
      throw Object.assign(new Error(said.error ?? ""), { status });
    }
    return new Map(said.results.map((/** @type {Item} */ item) => [String(item.pk), item]));
  });
  return { pks, answer };
}

/** Shows what it is given as `item`, or asks for what `load` names; polls while it is being encoded. */
export class TwentyThreeItem extends HTMLElement {
  /** @type {Item | undefined} */ #item;
  /** @type {number | undefined} */ #timer;
  #pause = FIRST_POLL_MS;
  #asked = "";

  connectedCallback() {
    this.#poll();
  }

  disconnectedCallback() {
    clearTimeout(this.#timer);
  }

  get item() {
    return this.#item;
  }

  set item(item) {
    this.#asked = "";
    this.#item = item;
    this.#show(item ? "ready" : "empty");
    this.#poll();
  }

  get isEncoding() {
    return Boolean(this.#item?.badges.some((badge) => badge.code === "encoding"));
  }

  /**
   * Ask the server for an object and show it. Sends `twentythree-described` when something has come back.
   * @param {string} pk
   */
  async load(pk) {
    this.#asked = pk;
    if (String(this.#item?.pk) !== pk) {
      this.#item = undefined;
      this.#show("loading");
    }
    try {
      const item = await describe(this.getAttribute("describe") ?? "", pk);
      if (this.#asked === pk) {
        this.item = item;
        if (!item) {
          this.#show("unknown");
        }
        this.dispatchEvent(new CustomEvent("twentythree-described", { bubbles: true }));
      }
    } catch (error) {
      if (this.#asked === pk && !this.#item) {
        const part = this.querySelector('[data-part="error"]');
        // What the server says is an Error of ours; what fetch and JSON throw is in no language of the editor's.
        const says = error instanceof Error && error.constructor === Error && error.message;
        if (part) {
          part.textContent = says || this.closest("[data-offline]")?.getAttribute("data-offline") || "";
        }
        this.#show("failed");
        const status = error instanceof Error && "status" in error ? error.status : 0;
        this.dispatchEvent(
          new CustomEvent("twentythree-undescribed", { bubbles: true, detail: { status, error: says || "" } }),
        );
      }
      this.#poll();
    }
  }

  /** While it is being encoded, look again: with growing pauses, and only where somebody sees it. */
  #poll() {
    clearTimeout(this.#timer);
    if (!this.isEncoding || !this.isConnected) {
      this.#pause = FIRST_POLL_MS;
      return;
    }
    this.#timer = setTimeout(() => {
      if (document.hidden || !this.checkVisibility()) {
        this.#poll();
        return;
      }
      this.#pause = growPause(this.#pause, LAST_POLL_MS);
      this.load(String(this.#item?.pk));
    }, this.#pause);
  }

  /** @param {"empty" | "loading" | "ready" | "unknown" | "failed"} state */
  #show(state) {
    this.setAttribute("state", state);
    this.setAttribute("aria-busy", String(state === "loading"));
    for (const part of this.querySelectorAll("[data-when]")) {
      part.toggleAttribute("hidden", !part.getAttribute("data-when")?.split(" ").includes(state));
    }
    for (const part of this.querySelectorAll("[data-item]")) {
      fill(part, this.#item);
    }
  }
}

/**
 * @param {Element} part
 * @param {Item | undefined} item
 */
function fill(part, item) {
  const name = part.getAttribute("data-item");
  if (name === "badges") {
    part.replaceChildren(...(item?.badges ?? []).map(mark));
  } else if (part instanceof HTMLImageElement) {
    showPicture(part, item?.thumbnail);
  } else if (part instanceof HTMLAnchorElement) {
    part.href = item?.platform_url ?? "";
    part.hidden ||= !item?.platform_url;
  } else {
    const about = [part.hasAttribute("data-kind") && item?.kind_label, item?.date, item?.workspace];
    const text = name === "about" ? about.filter(Boolean).join(" · ") : item?.[/** @type {"title"} */ (name)];
    part.textContent = text ?? "";
  }
}

/** @param {{code: string, label: string}} badge */
function mark(badge) {
  const element = document.createElement("span");
  element.className = "twentythree-mark";
  element.dataset.code = badge.code;
  element.textContent = badge.label;
  return element;
}

/**
 * Show a picture, and the placeholder while there is none or where it cannot be had.
 * @param {HTMLImageElement} image
 * @param {string | undefined} address
 */
function showPicture(image, address) {
  image.dataset.placeholder ??= image.src;
  const placeholder = image.dataset.placeholder;
  image.onerror = () => {
    image.onerror = null;
    image.src = placeholder;
  };
  const wanted = new URL(address || placeholder, location.href).href;
  if (image.src !== wanted) {
    image.src = wanted;
  }
}

if (!customElements.get("twentythree-item")) {
  customElements.define("twentythree-item", TwentyThreeItem);
}
