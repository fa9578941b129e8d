// A form that answers while it is filled in: what was typed so far is sent a moment after it was typed, and the answer stands
// beside the form. Without this, a button does the same.
const PAUSE = 600;

function element(name, text, classes) {
  const made = document.createElement(name);
  if (classes) made.className = classes;
  made.textContent = text;
  return made;
}

function table({ head, rows }) {
  const made = element("table", "", "nhsuk-table");
  const top = made.appendChild(element("thead", "", "nhsuk-table__head")).appendChild(element("tr", ""));
  head.forEach((words, at) => {
    top.append(element("th", words, at ? "meres-number" : ""));
    top.lastChild.scope = "col";
  });
  const body = made.appendChild(element("tbody", "", "nhsuk-table__body"));
  for (const [name, ...figures] of rows) {
    const line = body.appendChild(element("tr", "", "nhsuk-table__row"));
    line.append(element("th", name, "nhsuk-table__header"));
    line.lastChild.scope = "row";
    line.append(...figures.map((figure) => element("td", figure, "nhsuk-table__cell meres-number")));
  }
  return made;
}

export function live() {
  for (const form of document.querySelectorAll("form[data-live]")) {
    const place = document.getElementById("live");
    const sentence = element("p", "", "meres-live__sentence");
    sentence.setAttribute("role", "status");
    let [waiting, asked] = [0, 0];
    const ask = async () => {
      const mine = ++asked;
      sentence.textContent = "Counting …";
      if (!sentence.isConnected) place.replaceChildren(sentence);
      const typed = new URLSearchParams(new FormData(form));
      typed.set("live", "yes");
      try {
        const answer = await fetch(form.dataset.live, { method: "POST", body: typed });
        if (!answer.ok) throw new Error(String(answer.status));
        const found = await answer.json();
        // Somebody typed on: what is true by now is on its way.
        if (mine !== asked) return;
        sentence.textContent = found.sentence;
        place.replaceChildren(sentence, ...(found.rows.length ? [table(found)] : []));
      } catch {
        if (mine === asked) sentence.textContent = "It cannot be counted just now. “See how many” says why.";
      }
    };
    const soon = () => {
      clearTimeout(waiting);
      waiting = setTimeout(ask, PAUSE);
    };
    form.addEventListener("input", soon);
    form.addEventListener("change", soon);
  }
}
