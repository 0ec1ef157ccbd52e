// <twentythree-upload>: the files to upload, one after the other, and what became of them.

/** @typedef {import("./item.js").Item} Item */
/** @typedef {import("./dialog.js").TwentyThreeDialog} TwentyThreeDialog */
/** @typedef {import("./upload_metadata.js").UploadMetadata} UploadMetadata */
/** @typedef {import("./upload_row.js").UploadRow} UploadRow */
/** @typedef {import("./upload_sending.js").Beginning} Beginning */
/** @typedef {import("./upload_sending.js").Outcome} Outcome */

const shared = globalThis.djangoTwentyThree;

/** Between two questions whether a file has arrived. */
const PAUSES_MS = { first: 1_500, last: 30_000 };
/** How long to look for what has been sent, and for what TwentyThree seems to have refused. */
const ARRIVAL_MS = 120_000;
const REFUSED_MS = 5_000;

export class TwentyThreeUpload extends HTMLElement {
  /** @type {UploadRow[]} */ #rows = [];
  /** @type {UploadMetadata | undefined} */ #metadata;
  #isRunning = false;
  #warn = (/** @type {BeforeUnloadEvent} */ event) => event.preventDefault();

  connectedCallback() {
    const fieldset = /** @type {HTMLFieldSetElement} */ (this.querySelector("fieldset"));
    this.#metadata ??= new shared.UploadMetadata(fieldset, this.dataset.remove);
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#start();
    });
    this.#fileField.addEventListener("change", () => {
      this.#add([...(this.#fileField.files ?? [])]);
      this.#fileField.value = ""; // so that the same file can be chosen once more
    });
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

  get #fileField() {
    return /** @type {HTMLInputElement} */ (this.querySelector('input[type="file"]'));
  }

  get #host() {
    return /** @type {TwentyThreeDialog} */ (this.closest("twentythree-dialog"));
  }

  /** @param {string} name */
  #part(name) {
    return /** @type {HTMLElement} */ (this.#form.querySelector(`:scope > [data-part="${name}"]`));
  }

  /** @param {DragEvent} event */
  #onDrag(event) {
    event.preventDefault(); // else the browser would leave the page to show the file
    const isOver =
      event.type !== "drop" && event.relatedTarget !== null ? event.type !== "dragleave" : event.type === "dragover";
    this.#part("drop").toggleAttribute("data-over", isOver);
    if (event.type === "drop") {
      this.#add([...(event.dataTransfer?.files ?? [])]);
    }
  }

  /** @param {File[]} files */
  #add(files) {
    const fits = (/** @type {File} */ file) => shared.isAccepted(file.type, this.getAttribute("accept") ?? "");
    const unfit = files.filter((file) => !fits(file)).map((file) => file.name);
    this.#complain(unfit.length ? shared.fillIn(this.dataset.unfit, { name: unfit.join(", ") }) : "");
    const template = /** @type {HTMLTemplateElement} */ (this.querySelector("template"));
    const added = files.filter(fits).map((file) => {
      const element = /** @type {HTMLElement} */ (document.importNode(template.content, true).firstElementChild);
      this.#part("queue").append(element);
      return new shared.UploadRow(file, element);
    });
    this.#rows.push(...added);
    this.#update();
    added[0]?.titleField.focus();
  }

  #update() {
    this.#part("queue").hidden = !this.#rows.length;
    const isWaiting = this.#rows.some((row) => row.state === "new");
    this.#part("metadata").hidden = !isWaiting;
    this.#part("start").hidden = !isWaiting;
  }

  /** @param {string | undefined} sentence */
  #complain(sentence) {
    const place = this.#part("problem");
    place.hidden = !sentence;
    place.textContent = sentence ?? "";
  }

  /** @param {"began" | "taken" | "encoding" | "ready" | "failed"} what @param {UploadRow} row */
  #announce(what, row) {
    this.#part("said").textContent = shared.fillIn(this.dataset[what], { title: row.title });
  }

  /** @param {MouseEvent} event */
  #onClick(event) {
    const button = event.target instanceof Element ? event.target.closest("[data-action]") : null;
    const row = this.#rows.find((each) => each.element.contains(button));
    switch (button?.getAttribute("data-action")) {
      case "remove":
        if (row) {
          this.#remove(row);
        }
        return this.#fileField.focus();
      case "cancel":
        row?.cancel();
        if (row?.state === "waiting") {
          this.#renew(row);
          row.titleField.focus();
        }
        return;
      case "again":
        if (row) {
          this.#renew(row);
        }
        return this.#start();
      case "use":
        if (row?.item) {
          this.#use(row, row.item);
        }
    }
  }

  /** @param {UploadRow} row */
  #remove(row) {
    row.element.remove();
    this.#rows = this.#rows.filter((each) => each !== row);
    this.#update();
  }

  /** Back to the beginning. @param {UploadRow} row */
  #renew(row) {
    row.state = "new";
    row.say("");
    this.#update();
  }

  /** @param {UploadRow} row @param {Item} item */
  #use(row, item) {
    if (item.is_choosable) {
      this.#remove(row);
    }
    this.dispatchEvent(new CustomEvent("twentythree-choose", { bubbles: true, detail: item }));
  }

  /** Send all that are new, one after the other. */
  async #start() {
    const added = this.#rows.filter((row) => row.state === "new");
    const isOnly = this.#rows.length === 1;
    const problem = this.#metadata?.problem;
    this.#complain(problem);
    if (problem) {
      return this.#metadata?.focus();
    }
    const untitled = added.find((row) => !row.title);
    if (untitled) {
      return untitled.titleField.focus();
    }
    for (const row of added) {
      row.state = "waiting";
    }
    this.#update();
    added[0]?.focusButton("cancel"); // the button that had the focus is gone
    if (this.#isRunning) {
      return;
    }
    this.#isRunning = true;
    addEventListener("beforeunload", this.#warn);
    for (let next = this.#findWaiting(); next; next = this.#findWaiting()) {
      await this.#send(next, isOnly);
    }
    removeEventListener("beforeunload", this.#warn);
    this.#isRunning = false;
  }

  #findWaiting() {
    return this.#rows.find((row) => row.state === "waiting");
  }

  /** @param {UploadRow} row @param {boolean} isOnly whether it is to be chosen when it is there */
  async #send(row, isOnly) {
    row.state = "sending";
    row.progress(undefined);
    row.say(this.dataset.preparing);
    this.#announce("began", row);
    const { beginning, outcome } = await this.#transfer(row);
    if (outcome.end === "gone") {
      this.#renew(row);
      row.say(this.dataset.cancelled);
      if (this.checkVisibility()) {
        row.titleField.focus();
      }
    } else if (outcome.end === "broken" || !beginning) {
      this.#fail(row, outcome.reason ?? this.dataset.broken);
    } else {
      row.state = "taken";
      row.say(this.dataset.waiting);
      this.#announce("taken", row);
      await this.#follow(row, beginning, outcome, isOnly);
    }
  }

  /**
   * Send a file by script, and by form where scripts may not.
   * @param {UploadRow} row
   * @returns {Promise<{beginning?: Beginning, outcome: Outcome}>}
   */
  async #transfer(row) {
    const { signal } = row; // once cancelled, the row has another
    const byScript = await this.#attempt(row, signal, false, (beginning) =>
      shared.sendByScript(beginning, row.file, signal, (share) => this.#showProgress(row, share)),
    );
    if (byScript.outcome.end !== "blocked") {
      return byScript;
    }
    return this.#attempt(row, signal, true, (beginning) => {
      row.progress(undefined);
      row.say(this.dataset.sending);
      return shared.sendByForm(beginning, row.file, signal, this, row.title);
    });
  }

  /**
   * Ask this site for a ticket, and send the file with it.
   * @param {UploadRow} row
   * @param {AbortSignal} signal
   * @param {boolean} returns whether the answer to the upload is a page of this site
   * @param {(beginning: Beginning) => Promise<Outcome>} send
   * @returns {Promise<{beginning?: Beginning, outcome: Outcome}>}
   */
  async #attempt(row, signal, returns, send) {
    const body = { ...this.#metadata?.values, title: row.title, returns: returns ? "1" : "" };
    const said = await this.#ask("", body, signal);
    if (!said || signal.aborted) {
      return { outcome: { end: "gone" } };
    }
    if (said.error) {
      return { outcome: { end: "broken", reason: said.error } };
    }
    return { beginning: said, outcome: await send(said) };
  }

  /** @param {UploadRow} row @param {number} share of the file that is over there */
  #showProgress(row, share) {
    const percent = shared.formatPercent(share, shared.toLanguage(document.documentElement.lang));
    row.progress(share);
    row.say(share < 1 ? shared.fillIn(this.dataset.percent, { percent }) : this.dataset.waiting);
  }

  /** @param {UploadRow} row @param {string | undefined} reason */
  #fail(row, reason) {
    row.state = "failed";
    row.say(reason);
    this.#announce("failed", row);
    this.#update();
    if (this.checkVisibility() && !this.contains(document.activeElement)) {
      row.titleField.focus();
    }
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
   * Ask this site, which asks TwentyThree, until the video is there; and on, in the background, until it is ready.
   * @param {UploadRow} row
   * @param {Beginning} beginning
   * @param {Outcome} outcome
   * @param {boolean} isOnly
   */
  async #follow(row, beginning, outcome, isOnly) {
    const deadline = Date.now() + (outcome.reason || outcome.isSilent ? REFUSED_MS : ARRIVAL_MS);
    const ask = () => this.#ask("status/", { token: beginning.token });
    const said = await shared.askUntil(ask, (answer) => Boolean(answer.results?.length), { ...PAUSES_MS, deadline });
    if (!said.results?.length) {
      this.#fail(row, said.error ?? this.#explain(outcome));
      return;
    }
    this.#onArrival(row, said.results[0], isOnly);
    if (said.state === "encoding") {
      this.#watch(row, beginning);
    }
  }

  /** Why a file that was sent did not arrive. @param {Outcome} outcome */
  #explain(outcome) {
    if (outcome.isSilent) {
      return this.dataset.broken;
    }
    return outcome.reason ? shared.fillIn(this.dataset.refused, { reason: outcome.reason }) : this.dataset.absent;
  }

  /** @param {UploadRow} row @param {Item} item @param {boolean} isOnly */
  #onArrival(row, item, isOnly) {
    const hadFocus = row.element.contains(document.activeElement) || document.activeElement === document.body;
    row.show(item);
    row.say(item.reason);
    this.#announce(item.badges.some((badge) => badge.code === "encoding") ? "encoding" : "ready", row);
    this.#update();
    if (isOnly && item.is_choosable && this.checkVisibility()) {
      this.#use(row, item);
    } else if (hadFocus && this.checkVisibility()) {
      row.focusButton("use");
    }
  }

  /**
   * Have this site ask now and then until the video is ready; what shows it notices by itself.
   * @param {UploadRow} row
   * @param {Beginning} beginning
   */
  async #watch(row, beginning) {
    const ask = async () => {
      if (!this.isConnected) {
        return { state: "left" };
      }
      return document.hidden ? {} : this.#ask("status/", { token: beginning.token });
    };
    const isOver = (/** @type {{state?: string, results?: any}} */ answer) =>
      answer.state === "ready" || answer.state === "left";
    const said = await shared.askUntil(ask, isOver, { ...PAUSES_MS, startsWithPause: true });
    if (said.state === "ready") {
      row.show(said.results[0]);
      if (row.element.isConnected) {
        this.#announce("ready", row);
      }
    }
  }
}

if (!customElements.get("twentythree-upload")) {
  customElements.define("twentythree-upload", TwentyThreeUpload);
}
