// The control page works without this; with it, deleting asks first and the traffic refreshes itself.
for (const form of document.querySelectorAll("form[data-ask]")) {
  form.addEventListener("submit", (event) => {
    if (!confirm(form.dataset.ask)) event.preventDefault();
  });
}

const traffic = document.querySelector("[data-refresh]");
if (traffic) {
  setInterval(async () => {
    if (document.hidden || traffic.contains(document.activeElement)) return;
    const page = new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html");
    traffic.replaceChildren(...page.querySelector("[data-refresh]").childNodes);
  }, 2000);
}
