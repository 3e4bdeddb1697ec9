// The campaign form's live part: the mail and the numbers follow what is typed. Without this file the review page shows them.
const form = document.querySelector("form[data-live]");

/** Send the form as it stands and put the fresh parts in place. Only the newest answer counts. */
let asked = 0;
async function look() {
  const mine = ++asked;
  const live = document.getElementById("live");
  live?.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(form.dataset.live, { method: "POST", body: new URLSearchParams(new FormData(form)), credentials: "same-origin" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("live");
    if (mine === asked && fresh) document.getElementById("live").replaceWith(fresh);
  } finally {
    document.getElementById("live")?.removeAttribute("aria-busy");
  }
}

if (form) {
  let wait;
  const soon = () => { clearTimeout(wait); wait = setTimeout(look, 450); };
  form.addEventListener("input", soon);
  form.addEventListener("change", soon);
  const reminder = form.querySelector("[name=has_reminder]");
  const channel = form.querySelector("[name=channel]");
  const show = () => {
    for (const box of form.querySelectorAll("[data-reminder]")) box.hidden = !reminder.checked;
    const withSubject = JSON.parse(channel.dataset.subjects)[channel.value];
    for (const box of form.querySelectorAll("[data-subject]")) box.hidden = !withSubject;
    for (const box of form.querySelectorAll("[data-short]")) box.hidden = withSubject;
  };
  // Texts that nobody has touched become those of the other channel.
  let before = channel.value;
  const reword = () => {
    const usual = JSON.parse(channel.dataset.usual);
    for (const [name, text] of Object.entries(usual[channel.value])) {
      const field = form.elements[name];
      if (field.value.replaceAll("\r\n", "\n") === usual[before][name]) field.value = text;
    }
    before = channel.value;
  };
  channel.addEventListener("change", reword);
  form.addEventListener("change", show);
  show();
}
