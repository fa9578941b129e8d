// A large file goes in pieces, so that a line that breaks costs a piece: each is on the server's disk before the next is sent, and
// whoever comes back with the same file goes on where it stopped. Without this, a file of up to 64 MB goes whole.
const WHOLE = 32 * 1024 * 1024;
const PIECE = 8 * 1024 * 1024;
const TRIES = 6;

class Refused extends Error {}
const REFUSALS = { 409: "Too many files of yours are on their way already.", 413: "This file is too large." };

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

// Asks until it works: a line that breaks for half a minute breaks nothing. Nothing comes back where it is not there (any more).
async function asked(address, how) {
  for (let nth = 1; ; nth++) {
    try {
      const answer = await fetch(address, how());
      if (answer.ok) return await answer.json();
      if (answer.status === 404) return null;
      if (answer.status < 500) throw new Refused(answer.status);
    } catch (error) {
      if (error instanceof Refused) throw error;
      // The line broke.
    }
    if (nth === TRIES) throw new Error("the line");
    await pause(500 * 2 ** nth);
  }
}

async function sent(address, token, [field, file], tell) {
  const known = `meres-piece ${field} ${file.name} ${file.size} ${file.lastModified}`;
  let id = localStorage.getItem(known);
  let there = id && (await asked(`${address}/${id}`, () => ({})));
  if (!there) {
    const body = () => new URLSearchParams({ form_token: token, name: file.name, size: String(file.size) });
    there = await asked(address, () => ({ method: "POST", body: body() }));
    if (!there) throw new Refused(404);
    id = there.id;
    localStorage.setItem(known, id);
  }
  let have = there.have;
  while (have < file.size) {
    tell(have);
    const how = () => {
      const body = new FormData();
      body.set("form_token", token);
      body.set("at", String(have));
      body.set("piece", file.slice(have, have + PIECE), "piece");
      return { method: "POST", body };
    };
    const answer = await asked(`${address}/${id}`, how);
    if (!answer) throw new Refused(404);
    have = answer.have;
  }
  // It stays known: where the form comes back with a mistake, the same file is there already.
  return id;
}

export function pieces() {
  const inputs = [...document.querySelectorAll("input[data-pieces]")];
  for (const form of new Set(inputs.map((input) => input.form))) {
    const own = inputs.filter((input) => input.form === form);
    form.addEventListener("submit", async (event) => {
      const chosen = own.flatMap((input) => [...input.files].map((file) => [input, file]));
      const files = chosen.map(([, file]) => file);
      const all = files.reduce((sum, file) => sum + file.size, 0);
      if (all <= WHOLE) return;
      event.preventDefault();
      const bar = document.createElement("progress");
      const words = document.createElement("p");
      words.setAttribute("role", "status");
      bar.max = all;
      bar.setAttribute("aria-label", "How much is sent");
      const button = form.querySelector("button[type=submit]");
      button.disabled = true;
      button.after(words, bar);
      try {
        let before = 0;
        for (const [input, file] of chosen) {
          const tell = (have) => {
            bar.value = before + have;
            words.textContent = `Sending ${file.name}: ${Math.floor((100 * (before + have)) / all)} of 100`;
          };
          const field = document.createElement("input");
          field.type = "hidden";
          field.name = `${input.name}-piece`;
          field.value = await sent(input.dataset.pieces, form.elements.form_token.value, [input.name, file], tell);
          form.append(field);
          before += file.size;
        }
        for (const input of own) input.value = "";
        form.submit();
      } catch (error) {
        const refused = error instanceof Refused;
        words.textContent = refused
          ? `Meres does not take it. ${REFUSALS[error.message] ?? "Load this page again, and sign in if you are asked to."}`
          : "The line broke. Press the button again: it goes on where it stopped.";
        bar.remove();
        for (const field of form.querySelectorAll("input[name$=-piece]")) field.remove();
        button.disabled = false;
      }
    });
  }
}
