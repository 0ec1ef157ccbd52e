// Sends a file from the browser straight to TwentyThree: by script, and by form where scripts may not.

/** @typedef {{url: string, fields: Record<string, string>, token: string}} Beginning where to send a file, and with what */
/**
 * How a sending ended, as far as the browser can tell. `sent`: TwentyThree may still have refused it, which `reason`
 * says then, and with `isSilent` nothing came back; `blocked`: a script may not send there; `broken`: the connection
 * broke off; `gone`: cancelled.
 * @typedef {{end: "sent" | "blocked" | "broken" | "gone", reason?: string, isSilent?: boolean}} Outcome
 */

/** Origins to which scripts may not send, so that a form has to. @type {Set<string>} */
const closedOrigins = new Set();

/**
 * Send a file by script, which shows how far it is. Only where TwentyThree lets pages of other sites do so.
 * @param {Beginning} beginning
 * @param {File} file
 * @param {AbortSignal} signal
 * @param {(share: number) => void} onProgress
 * @returns {Promise<Outcome>}
 */
export function sendByScript(beginning, file, signal, onProgress) {
  const { origin } = new URL(beginning.url);
  if (closedOrigins.has(origin)) {
    return Promise.resolve({ end: "blocked" });
  }
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    let hasBegun = false;
    request.upload.onprogress = (event) => {
      hasBegun ||= event.loaded > 0;
      onProgress(event.loaded / event.total);
    };
    request.onload = () => resolve({ end: "sent", reason: readRefusal(request.status, request.responseText) });
    request.onerror = () => {
      if (!hasBegun) {
        closedOrigins.add(origin);
      }
      resolve({ end: hasBegun ? "broken" : "blocked" });
    };
    request.onabort = () => resolve({ end: "gone" });
    signal.addEventListener("abort", () => request.abort());
    request.open("POST", beginning.url);
    const body = new FormData();
    for (const [name, value] of Object.entries(beginning.fields)) {
      body.append(name, value);
    }
    body.append("file", file);
    request.send(body);
  });
}

/**
 * What TwentyThree says against a file, in a line of text of which nothing but "OK" is documented.
 * @param {number} status
 * @param {string} text
 * @returns {string | undefined} undefined: it took the file
 */
export function readRefusal(status, text) {
  const isTaken = status < 400 && /^\s*ok\b/i.test(text);
  return isTaken ? undefined : text.trim().slice(0, 300) || String(status);
}

/**
 * Send a file by a form into a frame, as any page may; nobody knows how far it is.
 * @param {Beginning} beginning
 * @param {File} file
 * @param {AbortSignal} signal
 * @param {HTMLElement} place where form and frame stand meanwhile
 * @param {string} title of the frame
 * @returns {Promise<Outcome>}
 */
export async function sendByForm(beginning, file, signal, place, title) {
  const frame = document.createElement("iframe");
  frame.name = `twentythree-upload-${crypto.getRandomValues(new Uint32Array(1))[0]}`;
  frame.hidden = true;
  frame.title = title;
  const form = makeForm(beginning, file, frame.name);
  place.append(frame, form);
  /** @type {Promise<Outcome>} */
  const outcome = new Promise((resolve) => {
    frame.addEventListener("load", () => {
      const returned = frame.contentDocument;
      if (returned?.URL !== "about:blank") {
        const error = returned?.documentElement.getAttribute("data-error");
        // Where TwentyThree did not send the browser back, or the line is dead, there is nothing to be read.
        resolve({ end: "sent", reason: error || undefined, isSilent: !returned });
      }
    });
    signal.addEventListener("abort", () => resolve({ end: "gone" }));
    form.submit();
  });
  try {
    const known = await outcome;
    if (known.isSilent) {
      // By script nothing came back either: that was the line, not TwentyThree's policy.
      closedOrigins.delete(new URL(beginning.url).origin);
    }
    return known;
  } finally {
    frame.remove();
    form.remove();
  }
}

/** @param {Beginning} beginning @param {File} file @param {string} target */
function makeForm(beginning, file, target) {
  const form = document.createElement("form");
  Object.assign(form, { method: "post", enctype: "multipart/form-data", action: beginning.url, target, hidden: true });
  for (const [name, value] of Object.entries(beginning.fields)) {
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  }
  const field = Object.assign(document.createElement("input"), { type: "file", name: "file" });
  const files = new DataTransfer();
  files.items.add(file);
  field.files = files.files;
  form.append(field);
  return form;
}

// Other modules take these from here. An import names a file, and static files are renamed when they are collected.
globalThis.djangoTwentyThree = { ...globalThis.djangoTwentyThree, readRefusal, sendByForm, sendByScript };
