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
  made.append(element("caption", "Criteria: people left out and people left", "nhsuk-u-visually-hidden"));
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

// What it is called changes nobody.
const WORDS = ["name", "people", "note"];

export function live() {
  for (const form of document.querySelectorAll("form[data-live]")) {
    const place = document.getElementById("live");
    // There from the beginning, so that what is said in it later is heard.
    const sentence = element("p", "", "meres-live__sentence");
    sentence.setAttribute("role", "status");
    const figures = element("div", "", "");
    place.replaceChildren(sentence, figures, ...place.childNodes);
    let [waiting, asking, again] = [0, false, false];
    const ask = async () => {
      // One question at a time: what is typed meanwhile is asked once it is answered.
      again = asking;
      if (asking) return;
      asking = true;
      sentence.textContent = "Counting …";
      const typed = new URLSearchParams(new FormData(form));
      typed.set("live", "yes");
      try {
        const answer = await fetch(form.dataset.live, { method: "POST", body: typed });
        if (!answer.ok) throw new Error(String(answer.status));
        const found = await answer.json();
        sentence.textContent = found.sentence;
        place.replaceChildren(sentence, figures);
        figures.replaceChildren(...(found.rows.length ? [table(found)] : []));
      } catch {
        sentence.textContent = "It cannot be counted just now. “See how many” says why.";
        place.replaceChildren(sentence, figures);
        figures.replaceChildren();
      }
      asking = false;
      if (again) ask();
    };
    const soon = ({ target }) => {
      if (WORDS.includes(target.name)) return;
      clearTimeout(waiting);
      waiting = setTimeout(ask, PAUSE);
    };
    form.addEventListener("input", soon);
    form.addEventListener("change", soon);
  }
}
