// @ts-check
// Loaded with `defer` and not as a module: modules from another host, as static files often are, need CORS.
{
  /**
   * A picture with a link to the player, which becomes a button that puts the player in its own place.
   *
   * Without this script the link leads to the player, so that the video can be seen all the same.
   */
  class TwentyThreeClick extends HTMLElement {
    connectedCallback() {
      // It no longer leads away.
      this.querySelector("a")?.setAttribute("role", "button");
      this.addEventListener("click", this.#onClick);
      this.addEventListener("keydown", this.#onKeydown);
    }

    disconnectedCallback() {
      this.removeEventListener("click", this.#onClick);
      this.removeEventListener("keydown", this.#onKeydown);
    }

    /** @param {MouseEvent} event */
    #onClick = (event) => {
      const wantsNewTab = event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
      if (!wantsNewTab) {
        this.#play(event);
      }
    };

    /** @param {KeyboardEvent} event */
    #onKeydown = (event) => {
      // Enter is a click already; buttons answer to the space bar too. A key of an input method is neither.
      if (event.key === " " && !event.isComposing) {
        this.#play(event);
      }
    };

    /** @param {Event} event */
    #play(event) {
      const template = this.querySelector("template");
      const frame = template?.content.firstElementChild?.cloneNode(true);
      if (frame instanceof HTMLElement) {
        event.preventDefault();
        this.replaceWith(frame);
        frame.focus();
      }
    }
  }

  if (!customElements.get("twentythree-click")) {
    customElements.define("twentythree-click", TwentyThreeClick);
  }
}
