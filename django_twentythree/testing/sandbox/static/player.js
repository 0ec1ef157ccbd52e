// The player page of the sandbox: start second, playlist, countdown.
const stage = document.querySelector(".stage");
const media = document.querySelector("video, audio");

if (media) {
  const start = Number(stage.dataset.start) || 0;
  // There is one short clip for films of every length, so a start beyond its end wraps around.
  media.addEventListener("loadedmetadata", () => {
    if (start && Number.isFinite(media.duration)) media.currentTime = start % media.duration;
  }, { once: true });
  for (const button of document.querySelectorAll(".list button")) {
    button.addEventListener("click", () => {
      document.querySelector(".list [aria-current]")?.removeAttribute("aria-current");
      button.setAttribute("aria-current", "true");
      document.querySelector(".title")?.replaceChildren(button.textContent);
      media.poster = button.dataset.poster;
      media.src = button.dataset.src;
      media.play();
    });
  }
}

const clock = document.querySelector("[data-until]");
if (clock) {
  const show = () => {
    const left = Math.max(0, Number(clock.dataset.until) - Math.floor(Date.now() / 1000));
    const [days, rest] = [Math.floor(left / 86400), left % 86400];
    const parts = [Math.floor(rest / 3600), Math.floor(rest / 60) % 60, rest % 60];
    clock.textContent = (days ? `${days} d ` : "") + parts.map((part) => String(part).padStart(2, "0")).join(":");
  };
  show();
  setInterval(show, 1000);
}

if (stage.dataset.state) {
  // As the platform's player does: look every ten seconds whether the broadcast has begun or ended.
  setInterval(async () => {
    const page = new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html");
    if (page.querySelector(".stage")?.dataset.state !== stage.dataset.state) location.reload();
  }, 10_000);
}
