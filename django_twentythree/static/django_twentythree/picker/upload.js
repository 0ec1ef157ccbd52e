// <twentythree-upload>: sends files from the browser straight to TwentyThree, and finds out what became of them.

/** @typedef {import("./item.js").Item} Item */
/** @typedef {import("./item.js").TwentyThreeItem} TwentyThreeItem */
/** @typedef {import("./dialog.js").TwentyThreeDialog} TwentyThreeDialog */
/** @typedef {{url: string, fields: Record<string, string>, token: string}} Beginning where to send a file, and with what */
/** @typedef {"new" | "waiting" | "sending" | "taken" | "found" | "failed"} State */
/**
 * How a sending ended, as far as the browser can tell: `sent` may still have been refused, which `reason` says then;
 * `blocked`: a script may not send there; `gone`: cancelled.
 * @typedef {{end: "sent" | "blocked" | "broken" | "gone", reason?: string}} Outcome
 */

const FIRST_PAUSE_MS = 1_500;
const LAST_PAUSE_MS = 30_000;
/** How long to look for what has been sent, and for what TwentyThree seems to have refused. */
const ARRIVAL_MS = 120_000;
const REFUSED_MS = 5_000;

/** Origins to which scripts may not send, so that a form has to. @type {Set<string>} */
const closedOrigins = new Set();

/** One file on its way, in a row of the list. */
class Upload {
  /** @type {State} */ #state = "new";
  #abort = new AbortController();

  /** @param {File} file @param {HTMLElement} row */
  constructor(file, row) {
    this.file = file;
    this.row = row;
    /** @type {Item | undefined} */ this.item = undefined;
    this.titleField.value = file.name.replace(/\.[^.]{1,5}$/, "").replaceAll("_", " ");
    this.part("name").textContent = `${file.name} · ${formatSize(file.size)}`;
    this.titleField.addEventListener("input", () => this.#label());
    this.state = "new";
  }

  get titleField() {
    return /** @type {HTMLInputElement} */ (this.part("title"));
  }

  get title() {
    return this.titleField.value.trim();
  }

  get signal() {
    return this.#abort.signal;
  }

  get state() {
    return this.#state;
  }

  set state(state) {
    this.#state = state;
    this.row.dataset.state = state;
    this.titleField.disabled = state !== "new" && state !== "failed";
    for (const part of this.row.querySelectorAll("[data-when]")) {
      part.toggleAttribute("hidden", !part.getAttribute("data-when")?.split(" ").includes(state));
    }
    this.#label();
  }

  /** @param {string} name */
  part(name) {
    return /** @type {HTMLElement} */ (this.row.querySelector(`[data-part="${name}"]`));
  }

  /** @param {string | undefined} sentence */
  say(sentence) {
    this.part("state").textContent = sentence ?? "";
  }

  /** @param {number | undefined} share of the file that is over there; undefined: nobody knows */
  progress(share) {
    const bar = /** @type {HTMLProgressElement} */ (this.row.querySelector("progress"));
    share === undefined ? bar.removeAttribute("value") : (bar.value = share * 100);
  }

  /** @param {Item} item */
  show(item) {
    this.item = item;
    const shown = /** @type {TwentyThreeItem} */ (this.row.querySelector("twentythree-item"));
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
    for (const button of this.row.querySelectorAll("[data-label]")) {
      button.setAttribute("aria-label", `${button.getAttribute("data-label")}: ${this.title}`);
    }
    this.row.querySelector("progress")?.setAttribute("aria-label", this.title);
  }
}

export class TwentyThreeUpload extends HTMLElement {
  /** @type {Upload[]} */ #uploads = [];
  #isRunning = false;
  #warn = (/** @type {BeforeUnloadEvent} */ event) => event.preventDefault();

  connectedCallback() {
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#start();
    });
    const input = /** @type {HTMLInputElement} */ (this.querySelector('input[type="file"]'));
    input.addEventListener("change", () => {
      this.#add([...(input.files ?? [])]);
      input.value = ""; // so that the same file can be chosen once more
    });
    this.#form.addEventListener("input", (event) => this.#onInput(event));
    this.addEventListener("click", (event) => this.#onClick(event));
    for (const name of ["dragenter", "dragover", "dragleave", "drop"]) {
      this.addEventListener(name, (event) => this.#onDrag(/** @type {DragEvent} */ (event)));
    }
  }

  disconnectedCallback() {
    removeEventListener("beforeunload", this.#warn);
  }

  get #form() {
    return /** @type {HTMLFormElement} */ (this.querySelector("form"));
  }

  get #host() {
    return /** @type {TwentyThreeDialog} */ (this.closest("twentythree-dialog"));
  }

  /** @param {string} name */
  #part(name) {
    return /** @type {HTMLElement} */ (this.#form.querySelector(`:scope > [data-part="${name}"], fieldset [data-part="${name}"]`));
  }

  /** @param {DragEvent} event */
  #onDrag(event) {
    event.preventDefault(); // else the browser would leave the page to show the file
    const isOver = event.type !== "drop" && event.relatedTarget !== null ? event.type !== "dragleave" : event.type === "dragover";
    this.#part("drop").toggleAttribute("data-over", isOver);
    event.type === "drop" && this.#add([...(event.dataTransfer?.files ?? [])]);
  }

  /** @param {File[]} files */
  #add(files) {
    const accepted = (this.getAttribute("accept") ?? "").split(",").map((kind) => kind.replace("*", ""));
    // Of what it does not know by its name, the browser says nothing, and TwentyThree may know.
    const fits = (/** @type {File} */ file) => !/^(video|audio|image)\//.test(file.type) || accepted.some((kind) => file.type.startsWith(kind));
    const unfit = files.filter((file) => !fits(file)).map((file) => file.name);
    this.#complain(unfit.length ? this.dataset.unfit?.replace("%(name)s", unfit.join(", ")) : "");
    const template = /** @type {HTMLTemplateElement} */ (this.querySelector("template"));
    const added = files.filter(fits).map((file) => {
      const row = /** @type {HTMLElement} */ (document.importNode(template.content, true).firstElementChild);
      this.#part("queue").append(row);
      return new Upload(file, row);
    });
    this.#uploads.push(...added);
    this.#update();
    added[0]?.titleField.focus();
  }

  #update() {
    this.#part("queue").hidden = !this.#uploads.length;
    const isWaiting = this.#uploads.some((upload) => upload.state === "new");
    this.#part("metadata").hidden = !isWaiting;
    this.#part("start").hidden = !isWaiting;
  }

  /** @param {string | undefined} sentence */
  #complain(sentence) {
    const place = this.#part("problem");
    place.hidden = !sentence;
    place.textContent = sentence ?? "";
  }

  /** @param {"began" | "taken" | "encoding" | "ready" | "failed"} what @param {Upload} upload */
  #announce(what, upload) {
    this.#part("said").textContent = this.dataset[what]?.replace("%(title)s", upload.title) ?? "";
  }

  /** @param {Event} event */
  #onInput(event) {
    const field = /** @type {HTMLInputElement} */ (event.target);
    const combobox = this.querySelector("twentythree-combobox");
    if (field.name === "album" && field.value) {
      const text = /** @type {HTMLInputElement} */ (combobox?.querySelector('[role="combobox"]'));
      this.#addAlbum(field.value, text.value);
      field.value = "";
      text.value = "";
    } else if (field.name === "workspace") {
      combobox?.setAttribute("src", `${combobox.getAttribute("data-suggest")}?field_workspace=${encodeURIComponent(field.value)}`);
      this.#part("albums").replaceChildren();
    }
  }

  /** @param {string} value @param {string} title */
  #addAlbum(value, title) {
    const chips = this.#part("albums");
    if (!chips.querySelector(`[data-value="${CSS.escape(value)}"]`)) {
      const chip = document.createElement("button");
      chip.type = "button";
      chip.className = "twentythree-chip";
      chip.dataset.action = "remove-album";
      chip.dataset.value = value;
      chip.dir = "auto";
      chip.textContent = title;
      chip.setAttribute("aria-label", this.dataset.remove?.replace("%(title)s", title) ?? title);
      chips.append(chip);
    }
    chips.hidden = false;
  }

  /** @param {MouseEvent} event */
  #onClick(event) {
    const button = event.target instanceof Element ? event.target.closest("[data-action]") : null;
    const upload = this.#uploads.find((each) => each.row.contains(button));
    switch (button?.getAttribute("data-action")) {
      case "remove-album":
        button.remove();
        this.#part("albums").hidden = !this.#part("albums").childElementCount;
        return this.#focus("[role=combobox]");
      case "remove":
        upload && this.#remove(upload);
        return this.#focus('input[type="file"]');
      case "cancel":
        upload?.cancel();
        if (upload?.state === "waiting") {
          this.#renew(upload);
          upload.titleField.focus();
        }
        return;
      case "again":
        upload && this.#renew(upload);
        return this.#start();
      case "use":
        return upload?.item && this.#use(upload, upload.item);
    }
  }

  /** @param {string} selector */
  #focus(selector) {
    const element = this.querySelector(selector);
    element instanceof HTMLElement && element.focus();
  }

  /** @param {Upload} upload */
  #remove(upload) {
    upload.row.remove();
    this.#uploads = this.#uploads.filter((each) => each !== upload);
    this.#update();
  }

  /** Back to the beginning. @param {Upload} upload */
  #renew(upload) {
    upload.state = "new";
    upload.say("");
    this.#update();
  }

  /** @param {Upload} upload @param {Item} item */
  #use(upload, item) {
    item.is_choosable && this.#remove(upload);
    this.dispatchEvent(new CustomEvent("twentythree-choose", { bubbles: true, detail: item }));
  }

  /** Send all that are new, one after the other. */
  async #start() {
    const added = this.#uploads.filter((upload) => upload.state === "new");
    const albums = this.#part("albums").childElementCount;
    const publish = /** @type {HTMLInputElement} */ (this.#form.elements.namedItem("publish"));
    const isOnly = this.#uploads.length === 1;
    this.#complain("");
    if (publish.checked && !albums) {
      this.#complain(this.querySelector("small")?.textContent ?? "");
      return this.#focus("[role=combobox]");
    }
    const untitled = added.find((upload) => !upload.title);
    if (untitled) {
      return untitled.titleField.focus();
    }
    added.forEach((upload) => (upload.state = "waiting"));
    this.#update();
    const cancel = added[0]?.row.querySelector('[data-action="cancel"]');
    cancel instanceof HTMLElement && cancel.focus(); // the button that had the focus is gone
    if (this.#isRunning) {
      return;
    }
    this.#isRunning = true;
    addEventListener("beforeunload", this.#warn);
    for (let next; (next = this.#uploads.find((upload) => upload.state === "waiting")); ) {
      await this.#send(next, isOnly);
    }
    removeEventListener("beforeunload", this.#warn);
    this.#isRunning = false;
  }

  /** @param {Upload} upload @param {boolean} isOnly whether it is to be chosen when it is there */
  async #send(upload, isOnly) {
    const signal = upload.signal;
    upload.state = "sending";
    upload.progress(undefined);
    upload.say(this.dataset.preparing);
    this.#announce("began", upload);
    let beginning = await this.#begin(upload, false);
    let outcome = await this.#sendByScript(upload, beginning, signal);
    if (outcome.end === "blocked") {
      beginning = await this.#begin(upload, true);
      outcome = await this.#sendByForm(upload, beginning, signal);
      // Nothing came back either way: that was the line, not TwentyThree's policy.
      outcome.reason === this.dataset.broken && beginning?.url && closedOrigins.delete(new URL(beginning.url).origin);
    }
    if (outcome.end === "gone") {
      this.#renew(upload);
      upload.say(this.dataset.cancelled);
      this.checkVisibility() && upload.titleField.focus();
    } else if (outcome.end === "broken" || !beginning) {
      this.#fail(upload, outcome.reason ?? this.dataset.broken);
    } else {
      upload.state = "taken";
      upload.say(this.dataset.waiting);
      this.#announce("taken", upload);
      await this.#follow(upload, beginning, outcome, isOnly);
    }
  }

  /** @param {Upload} upload @param {string | undefined} reason */
  #fail(upload, reason) {
    upload.state = "failed";
    upload.say(reason);
    this.#announce("failed", upload);
    this.#update();
    this.checkVisibility() && this.contains(document.activeElement) === false && upload.titleField.focus();
  }

  /**
   * Ask this site for a ticket.
   * @param {Upload} upload
   * @param {boolean} returns whether the answer to the upload is a page of this site
   * @returns {Promise<Beginning & {error?: string} | null>}
   */
  #begin(upload, returns) {
    const given = new FormData(this.#form);
    const albums = [...this.#part("albums").children].map((chip) => chip.getAttribute("data-value"));
    const body = {
      title: upload.title,
      tags: String(given.get("tags") ?? ""),
      albums: albums.join(),
      publish: String(given.get("publish") ?? ""),
      workspace: String(given.get("workspace") ?? ""),
      returns: returns ? "1" : "",
    };
    return this.#ask("", body, upload.signal);
  }

  /**
   * Uploads lie beside the pickers: `picker/photo/` and `upload/`.
   * @param {string} path
   * @param {Record<string, string>} body
   * @param {AbortSignal} [signal]
   */
  #ask(path, body, signal) {
    return this.#host.ask(`../../upload/${path}`, { body, signal });
  }

  /**
   * Send a file by script, which shows how far it is. Only where TwentyThree lets pages of other sites do so.
   * @param {Upload} upload
   * @param {Beginning & {error?: string} | null} beginning
   * @param {AbortSignal} signal
   * @returns {Promise<Outcome>}
   */
  #sendByScript(upload, beginning, signal) {
    if (!beginning || signal.aborted) {
      return Promise.resolve({ end: "gone" });
    }
    if (beginning.error) {
      return Promise.resolve({ end: "broken", reason: beginning.error });
    }
    const origin = new URL(beginning.url).origin;
    if (closedOrigins.has(origin)) {
      return Promise.resolve({ end: "blocked" });
    }
    return new Promise((resolve) => {
      const request = new XMLHttpRequest();
      let hasBegun = false;
      request.upload.onprogress = (event) => {
        hasBegun ||= event.loaded > 0;
        const share = event.loaded / event.total;
        upload.progress(share);
        const percent = new Intl.NumberFormat(document.documentElement.lang.replaceAll("_", "-") || undefined, { style: "percent" }).format(share);
        upload.say(share < 1 ? this.dataset.percent?.replace("%(percent)s", percent) : this.dataset.waiting);
      };
      request.onload = () => {
        // A line of text, of which nothing but "OK" is documented.
        const isTaken = request.status < 400 && /^\s*ok\b/i.test(request.responseText);
        resolve({ end: "sent", reason: isTaken ? undefined : request.responseText.trim().slice(0, 300) || String(request.status) });
      };
      request.onerror = () => {
        hasBegun || closedOrigins.add(origin);
        resolve({ end: hasBegun ? "broken" : "blocked" });
      };
      request.onabort = () => resolve({ end: "gone" });
      signal.addEventListener("abort", () => request.abort());
      request.open("POST", beginning.url);
      const body = new FormData();
      Object.entries(beginning.fields).forEach(([name, value]) => body.append(name, value));
      body.append("file", upload.file);
      request.send(body);
    });
  }

  /**
   * Send a file by a form into a frame, as any page may; nobody knows how far it is.
   * @param {Upload} upload
   * @param {Beginning & {error?: string} | null} beginning
   * @param {AbortSignal} signal
   * @returns {Promise<Outcome>}
   */
  #sendByForm(upload, beginning, signal) {
    if (!beginning || signal.aborted) {
      return Promise.resolve({ end: "gone" });
    }
    if (beginning.error) {
      return Promise.resolve({ end: "broken", reason: beginning.error });
    }
    upload.progress(undefined);
    upload.say(this.dataset.sending);
    const frame = document.createElement("iframe");
    frame.name = `twentythree-upload-${crypto.getRandomValues(new Uint32Array(1))[0]}`;
    frame.hidden = true;
    frame.title = upload.title;
    const form = document.createElement("form");
    Object.assign(form, { method: "post", enctype: "multipart/form-data", action: beginning.url, target: frame.name, hidden: true });
    for (const [name, value] of Object.entries(beginning.fields)) {
      form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
    }
    const file = Object.assign(document.createElement("input"), { type: "file", name: "file" });
    const files = new DataTransfer();
    files.items.add(upload.file);
    file.files = files.files;
    form.append(file);
    this.append(frame, form);
    /** @type {Promise<Outcome>} */
    const outcome = new Promise((resolve) => {
      frame.addEventListener("load", () => {
        const returned = frame.contentDocument;
        if (returned?.URL !== "about:blank") {
          const error = returned?.documentElement.getAttribute("data-error");
          // Where TwentyThree did not send the browser back, or the line is dead, there is nothing to be read.
          resolve({ end: "sent", reason: returned ? error || undefined : this.dataset.broken });
        }
      });
      signal.addEventListener("abort", () => resolve({ end: "gone" }));
      form.submit();
    });
    return outcome.finally(() => {
      frame.remove();
      form.remove();
    });
  }

  /**
   * Ask this site, which asks TwentyThree, until the video is there; and on, in the background, until it is ready.
   * @param {Upload} upload
   * @param {Beginning} beginning
   * @param {Outcome} outcome
   * @param {boolean} isOnly
   */
  async #follow(upload, beginning, outcome, isOnly) {
    const end = Date.now() + (outcome.reason ? REFUSED_MS : ARRIVAL_MS);
    let pause = FIRST_PAUSE_MS;
    for (;;) {
      const said = await this.#ask("status/", { token: beginning.token });
      if (said.results?.length) {
        this.#onArrival(upload, said.results[0], isOnly);
        said.state === "encoding" && this.#watch(upload, beginning);
        return;
      }
      if (Date.now() > end) {
        const refused = outcome.reason === this.dataset.broken ? outcome.reason : this.dataset.refused?.replace("%(reason)s", outcome.reason ?? "");
        this.#fail(upload, said.error ?? (outcome.reason ? refused : this.dataset.absent));
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, pause));
      pause = Math.min(pause * 1.5, LAST_PAUSE_MS);
    }
  }

  /** @param {Upload} upload @param {Item} item @param {boolean} isOnly */
  #onArrival(upload, item, isOnly) {
    const hadFocus = upload.row.contains(document.activeElement) || document.activeElement === document.body;
    upload.show(item);
    upload.say(item.reason);
    this.#announce(item.badges.some((badge) => badge.code === "encoding") ? "encoding" : "ready", upload);
    this.#update();
    if (isOnly && item.is_choosable && this.checkVisibility()) {
      this.#use(upload, item);
    } else if (hadFocus && this.checkVisibility()) {
      const button = upload.row.querySelector('[data-action="use"]');
      button instanceof HTMLElement && button.focus();
    }
  }

  /** Until it is ready, have this site ask now and then; what shows it notices by itself. @param {Upload} upload @param {Beginning} beginning */
  async #watch(upload, beginning) {
    let pause = FIRST_PAUSE_MS;
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, pause));
      pause = Math.min(pause * 1.5, LAST_PAUSE_MS);
      if (!this.isConnected) {
        return;
      }
      const said = document.hidden ? {} : await this.#ask("status/", { token: beginning.token });
      if (said.state === "ready") {
        upload.show(said.results[0]);
        upload.row.isConnected && this.#announce("ready", upload);
        return;
      }
    }
  }
}

/** @param {number} bytes */
function formatSize(bytes) {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte"];
  const step = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(bytes, 1)) / 3));
  const format = { style: /** @type {"unit"} */ ("unit"), unit: units[step] ?? "byte", maximumFractionDigits: 1 };
  return new Intl.NumberFormat(document.documentElement.lang.replaceAll("_", "-") || undefined, format).format(bytes / 1000 ** step);
}

if (!customElements.get("twentythree-upload")) {
  customElements.define("twentythree-upload", TwentyThreeUpload);
}
