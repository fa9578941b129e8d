// Every page works without this, but for passkeys, which a browser gives to a script alone. It adds what the NHS design
// system adds: focus on an error summary, the menu that folds on a phone, a password that can be shown, a button that takes
// one press for one.
import { passkeys } from "./passkeys.js";
import { Button, ErrorSummary, Header, NotificationBanner, PasswordInput, SkipLink, createAll } from "nhsuk-frontend";

document.body.classList.add("js-enabled", "nhsuk-frontend-supported");
for (const component of [Button, ErrorSummary, Header, NotificationBanner, PasswordInput, SkipLink]) {
  createAll(component);
}
passkeys();
