// Texts: sentences with gaps, numbers and times in the language of the page, addresses, and names of files.

const ADDRESS = /^\s*(?:(?:https?:)?\/\/|<|&lt;|[\w.-]+(?:\.[a-z]{2,}|:\d+)\/\S*$)/i;
const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte"];

/**
 * Fill the gaps of a translated sentence, which look like `%(title)s`.
 * @param {string | undefined} sentence
 * @param {Record<string, string>} values
 */
export function fillIn(sentence, values) {
  // By a function: in a text, `$&` would stand for the gap itself.
  return sentence?.replace(/%\((\w+)\)s/g, (gap, name) => values[name] ?? gap) ?? "";
}

/**
 * The language of a page as scripts name it. Some sites write it as Django names locales: "en_US".
 * @param {string} lang
 * @returns {string | undefined} undefined: the language of the browser
 */
export function toLanguage(lang) {
  return lang.replaceAll("_", "-") || undefined;
}

/** @param {number} bytes @param {string | undefined} language */
export function formatSize(bytes, language) {
  const step = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(bytes, 1)) / 3));
  /** @type {Intl.NumberFormatOptions} */
  const options = { style: "unit", unit: UNITS[step] ?? "byte", maximumFractionDigits: 1 };
  return new Intl.NumberFormat(language, options).format(bytes / 1000 ** step);
}

/** @param {number} share between 0 and 1 @param {string | undefined} language */
export function formatPercent(share, language) {
  return new Intl.NumberFormat(language, { style: "percent" }).format(share);
}

/**
 * A time of the day, to the second where it is less than a minute away.
 * @param {number} moment
 * @param {number} now
 * @param {string | undefined} language
 */
export function formatTime(moment, now, language) {
  return new Intl.DateTimeFormat(language, { timeStyle: moment - now < 60_000 ? "medium" : "short" }).format(moment);
}

/** Whether a text is an address or a piece of HTML rather than words to search for. @param {string} text */
export function isAddress(text) {
  return ADDRESS.test(text);
}

/** The title to propose for a file. @param {string} name */
export function getTitle(name) {
  return name.replace(/\.[^.]{1,5}$/, "").replaceAll("_", " ");
}

/**
 * Whether a file may be sent: a video, a sound or a picture only where `accept` names it. Of other files the browser
 * knows no type, but TwentyThree may.
 * @param {string} type of the file, such as "video/mp4"
 * @param {string} accept such as "video/*,audio/*"
 */
export function isAccepted(type, accept) {
  const accepted = accept.split(",").map((kind) => kind.trim().replace("*", ""));
  return !/^(video|audio|image)\//.test(type) || accepted.some((kind) => type.startsWith(kind));
}

// Other modules take these from here. An import names a file, and static files are renamed when they are collected.
globalThis.djangoTwentyThree = {
  ...globalThis.djangoTwentyThree,
  fillIn,
  formatPercent,
  formatSize,
  formatTime,
  getTitle,
  isAccepted,
  isAddress,
  toLanguage,
};
