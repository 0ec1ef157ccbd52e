// <twentythree-session>: asks this site; where that wants a login, it says so, waits for it, and asks once more.

/**
 * @typedef {{body?: Record<string, string>, signal?: AbortSignal, isQuiet?: boolean}} Question
 * `body`: what to post; `isQuiet`: an answer that wants a login is one like others.
 */
/** @typedef {{said: any, wantsLogin?: boolean, isForgery?: boolean} | null} Reply null when aborted */

const { canRetryHelp, fillIn, formatTime, readRetryAfter, toLanguage } = globalThis.djangoTwentyThree;

const TOKEN = "[name=csrfmiddlewaretoken]";
/** Our answers are pieces of a page; a whole one comes from whoever stands before them, such as a login. */
const WHOLE_PAGE = /^\s*<(!doctype|html)/i;

/**
 * Stands where it can be seen: in each picker and in each dialog. Django changes the secret of its forms with a login,
 * so that every form of this page gets a new token before anything goes on.
 */
export class TwentyThreeSession extends HTMLElement {
  /** @type {Promise<void> | undefined} */ #login;
  #end = () => {};
  #isLooking = false;
  /** @type {Element | null} */ #left = null;

  connectedCallback() {
    const link = /** @type {HTMLAnchorElement} */ (this.querySelector("a"));
    // The page says by which door people log in here.
    link.search = String(new URLSearchParams({ from: location.pathname }));
    this.querySelector("button")?.addEventListener("click", () => this.#look(true));
  }

  disconnectedCallback() {
    removeEventListener("focus", this.#onReturn);
    document.removeEventListener("visibilitychange", this.#onReturn);
  }

  /**
   * @param {string} address
   * @param {Question} question
   * @returns {Promise<any>} what the site says: JSON, or `html`; where it does not, `error`, a sentence, and `canRetry`,
   *   whether to ask again may help; null when aborted
   */
  async ask(address, { body, signal, isQuiet } = {}) {
    for (let hasToken = false; ; ) {
      let reply = await this.#send(address, body, signal);
      if (reply?.isForgery && !hasToken) {
        hasToken = true; // The login was elsewhere, and the token is from before.
        const refusal = await this.#renew();
        if (!refusal?.wantsLogin) {
          continue;
        }
        reply = refusal; // The token went with the session.
      }
      if (reply?.wantsLogin && !isQuiet) {
        await Promise.race([
          this.wait(reply.said.error),
          new Promise((resolve) => signal?.addEventListener("abort", resolve)),
        ]);
        if (signal?.aborted) {
          return null;
        }
      } else {
        return reply?.said ?? null;
      }
    }
  }

  /** Wait until the editor has logged in. @param {string | undefined} sentence what the site says */
  wait(sentence) {
    this.#login ??= new Promise((resolve) => {
      this.#end = resolve;
      this.#left = document.activeElement;
      this.#part("sentence").textContent = sentence || this.dataset.sentence || "";
      this.#part("answer").textContent = "";
      this.hidden = false;
      addEventListener("focus", this.#onReturn);
      document.addEventListener("visibilitychange", this.#onReturn);
    });
    return this.#login;
  }

  #onReturn = () => {
    if (!document.hidden) {
      this.#look(false);
    }
  };

  /** Go on if the editor has logged in. @param {boolean} isAsked whether to say so if not */
  async #look(isAsked) {
    if (!this.#login || this.#isLooking) {
      return;
    }
    this.#isLooking = true;
    const reply = await this.#renew();
    this.#isLooking = false;
    if (reply) {
      if (isAsked) {
        this.#part("answer").textContent = (!reply.wantsLogin && reply.said.error) || this.dataset.not || "";
      }
      return;
    }
    const hadFocus = this.contains(document.activeElement);
    this.disconnectedCallback();
    this.hidden = true;
    this.#login = undefined;
    if (hadFocus && this.#left instanceof HTMLElement) {
      this.#left.focus();
    }
    this.#end();
  }

  /** Take a new token for every form of this page. @returns {Promise<Reply>} why there is none, null if there is */
  async #renew() {
    const reply = await this.#send(this.getAttribute("renew") ?? "");
    const template = document.createElement("template");
    template.innerHTML = (!reply?.wantsLogin && reply?.said.html) || "";
    const found = /** @type {HTMLInputElement | null} */ (template.content.querySelector(TOKEN));
    if (!found) {
      return reply;
    }
    for (const each of /** @type {NodeListOf<HTMLInputElement>} */ (document.querySelectorAll(TOKEN))) {
      each.value = found.value;
    }
    return null;
  }

  /**
   * @param {string} address
   * @param {Record<string, string>} [body]
   * @param {AbortSignal} [signal]
   * @returns {Promise<Reply>}
   */
  async #send(address, body, signal) {
    const offline = { error: this.dataset.offline, canRetry: true };
    const tokens = /** @type {HTMLInputElement[]} */ ([...document.querySelectorAll(TOKEN)]);
    const token = tokens.find((each) => each.closest("twentythree-dialog")) ?? tokens[0];
    try {
      const response = await fetch(address, {
        headers: { Accept: "application/json, text/html" },
        method: body ? "POST" : "GET",
        // Not in a header, whose name is a setting of the project.
        body: body && new URLSearchParams({ ...body, ...(token && { [token.name]: token.value }) }),
        redirect: "manual", // Whoever is led elsewhere is led to log in, maybe on another host.
        signal,
      });
      const isJSON = response.headers.get("Content-Type")?.startsWith("application/json");
      const said = isJSON ? await response.json() : { html: await response.text() };
      const isPage = !isJSON && WHOLE_PAGE.test(said.html);
      if (response.type === "opaqueredirect" || response.status === 401 || (response.ok && isPage)) {
        return { said: { error: said.error || this.dataset.sentence, canRetry: false }, wantsLogin: true };
      }
      if (response.ok) {
        return { said: said.error ? { canRetry: true, ...said } : said };
      }
      const error = [said.error ?? this.dataset.offline, this.#sayWhen(response)].filter(Boolean).join(" ");
      return {
        said: { error, canRetry: canRetryHelp(response.status, said.error, Boolean(body)) },
        isForgery: response.status === 403 && !isJSON,
      };
    } catch {
      return signal?.aborted ? null : { said: offline };
    }
  }

  /** @param {Response} response */
  #sayWhen(response) {
    const now = Date.now();
    const moment = readRetryAfter(response.headers.get("Retry-After"), now);
    const language = toLanguage(document.documentElement.lang);
    return moment === undefined ? "" : fillIn(this.dataset.when, { time: formatTime(moment, now, language) });
  }

  /** @param {string} name */
  #part(name) {
    return /** @type {HTMLElement} */ (this.querySelector(`[data-part="${name}"]`));
  }
}

if (!customElements.get("twentythree-session")) {
  customElements.define("twentythree-session", TwentyThreeSession);
}
