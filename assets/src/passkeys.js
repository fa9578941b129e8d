// Passkeys: a form that brings one has a field with what the browser is to be asked. The answer goes into the field, and the
// form is sent as any other. What goes wrong is said beside the button, which tries again.

// Bytes are text in what we are given and send (base64url); browsers from before 2025 leave that to the page.
const bytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

const named = (list) => list?.map((one) => ({ ...one, id: bytes(one.id) }));

function understood(options, isNew) {
  const own = isNew ? "parseCreationOptionsFromJSON" : "parseRequestOptionsFromJSON";
  if (PublicKeyCredential[own]) return PublicKeyCredential[own](options);
  return {
    ...options,
    challenge: bytes(options.challenge),
    ...(isNew
      ? { user: { ...options.user, id: bytes(options.user.id) }, excludeCredentials: named(options.excludeCredentials) }
      : { allowCredentials: named(options.allowCredentials) }),
  };
}

function written(credential) {
  const response = {};
  for (const part of ["attestationObject", "authenticatorData", "clientDataJSON", "signature", "userHandle"]) {
    if (credential.response[part]) response[part] = text(credential.response[part]);
  }
  return { id: credential.id, rawId: text(credential.rawId), type: credential.type, response };
}

function sentence(error, isNew, address) {
  if (location.origin !== address) return `Passkeys work only where this site has its name. Open ${address} and try again there.`;
  switch (error.name) {
    case "NotAllowedError":
    case "AbortError":
      return isNew
        ? "No passkey was made: it was cancelled, or took too long. Press the button to try again."
        : "No passkey was used: it was cancelled, or took too long. Press the button to try again.";
    case "InvalidStateError":
      return "This device has a passkey for your account already. You can use that one.";
    case "NotSupportedError":
    case "ConstraintError":
      return isNew
        ? "This device cannot keep a passkey. Try another one, or choose another way."
        : "This browser cannot use passkeys. Choose another way.";
    default:
      return "Your browser could not do that. Press the button to try again, or choose another way.";
  }
}

class Ceremony {
  constructor(field) {
    this.field = field;
    this.form = field.closest("form");
    this.answer = field.querySelector("input");
    this.isNew = field.dataset.passkey === "new";
    this.form.addEventListener("submit", (event) => {
      // Another button leads elsewhere.
      if (event.submitter?.hasAttribute("formaction")) return;
      event.preventDefault();
      this.ask();
    });
    // They pressed a button to come here; only after a mistake it is for them to press again.
    if (!document.querySelector(".nhsuk-error-summary")) this.ask();
  }

  async ask() {
    if (this.asking) return;
    this.asking = true;
    this.say("");
    try {
      if (!window.PublicKeyCredential) throw new DOMException("no passkeys here", "NotSupportedError");
      const publicKey = understood(JSON.parse(this.field.dataset.options), this.isNew);
      const { credentials } = navigator;
      const credential = await (this.isNew ? credentials.create({ publicKey }) : credentials.get({ publicKey }));
      this.answer.value = JSON.stringify(written(credential));
      this.form.submit();
    } catch (error) {
      this.asking = false;
      this.say(sentence(error, this.isNew, this.field.dataset.address));
    }
  }

  say(words) {
    this.field.querySelector("[role=alert]").textContent = words;
    this.field.classList.toggle("nhsuk-form-group--error", words !== "");
  }
}

export function passkeys() {
  document.querySelectorAll("[data-passkey]").forEach((field) => new Ceremony(field));
}
