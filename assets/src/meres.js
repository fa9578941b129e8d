// Every page works without this, but for passkeys, which a browser gives to a script alone. It adds what the NHS design
// system adds: focus on an error summary, the menu that folds on a phone, a password that can be shown, a button that takes
// one press for one.
import { live } from "./live.js";
import { passkeys } from "./passkeys.js";
import { pieces } from "./pieces.js";
import { Button, ErrorSummary, Header, NotificationBanner, PasswordInput, SkipLink, createAll } from "nhsuk-frontend";

document.body.classList.add("js-enabled", "nhsuk-frontend-supported");
for (const component of [Button, ErrorSummary, Header, NotificationBanner, PasswordInput, SkipLink]) {
  createAll(component);
}

// How far something is that takes a while: heard as events, each in an answer of its own, until the one that ends it.
for (const shown of document.querySelectorAll("[data-progress]")) {
  const [sentence, bar] = [shown.querySelector("[role=status]"), shown.querySelector("progress")];
  const events = new EventSource(shown.dataset.progress);
  events.addEventListener("progress", ({ data }) => {
    const [, done, total, words] = /^(\d+) (\d*)\/(.*)$/.exec(data);
    if (total) {
      bar.max = Math.max(Number(total), 1);
      bar.value = Number(done);
    }
    if (sentence.textContent !== words) sentence.textContent = words;
  });
  events.addEventListener("end", () => {
    events.close();
    location.reload();
  });
  // Whoever was signed out meanwhile hears nothing more: they get the link again.
  const refresh = shown.querySelector(".meres-progress__refresh");
  refresh.hidden = true;
  events.addEventListener("error", () => (refresh.hidden = events.readyState !== EventSource.CLOSED));
}
passkeys();
live();
pieces();
