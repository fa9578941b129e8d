// The planning rooms by the keyboard alone: from a file to a cohort, and from a cohort to a run, a shortlist and a request for
// worklists. Tab, Shift+Tab, Enter, Space and arrows; the focus is to be seen wherever it is, is never caught, and is where
// somebody would look for it after a mistake. Usage: node keyboard.mjs CHROMIUM FOLDER DEMONSTRATION
import { become, end, faults, focusSeen, launch, listen, tabbed } from "./checks.mjs";

const [executablePath, , at] = process.argv.slice(2);
const browser = await launch(executablePath);
const page = await (await browser.newContext({ viewport: { width: 1280, height: 900 } })).newPage();
let name = "";
listen(page, () => name);
await become(page, at, "Analyst");
await page.waitForURL(`${at}/`);

const press = (key) => page.keyboard.press(key);
const tab = (selector, key) => tabbed(page, selector, name, key);
const says = async (words, patience = 60_000) => {
  await page.waitForSelector(`text=${words}`, { timeout: patience }).catch(() => faults.push(`${name}: “${words}” is not said`));
};
/// What has the focus, told apart from everything else of the page.
const holder = () => page.evaluate(() => {
  const it = document.activeElement;
  return !it || it === document.body ? "" : String([...document.querySelectorAll("*")].indexOf(it));
});

/// Goes to something and presses it; a page comes.
async function opens(selector, key = "Enter") {
  await tab(selector);
  await Promise.all([page.waitForNavigation({ timeout: 60_000 }), press(key)]);
  await page.waitForLoadState("load");
}

/// Goes to a room by the menu, of which a part may be folded away.
async function enters(path) {
  const link = `header a[href='${path}']`;
  if (!(await page.locator(link).first().isVisible())) await chooses("#toggle-menu", "Enter");
  await opens(link);
}

/// Goes to a field and types; what stood there is selected by arriving.
async function types(selector, words) {
  await tab(selector);
  await press("Control+A");
  await page.keyboard.type(words);
}

/// Goes to a list and down it by arrows, from its first line to the one that is wanted.
async function picks(selector, wanted) {
  await tab(selector);
  await press("Home");
  const chosen = () => page.locator(selector).evaluate((list) => list.selectedOptions[0]?.text ?? "");
  for (let left = await page.locator(`${selector} option`).count(); left > 0 && !wanted(await chosen()); left -= 1) await press("ArrowDown");
  if (!wanted(await chosen())) faults.push(`${name}: arrows end at “${await chosen()}” of ${selector}`);
}

async function chooses(selector, key = "Space") {
  await tab(selector);
  await press(key);
}

/// Once round the page: everything is to be seen where it has the focus, nothing keeps it, and the way back is the way there.
async function round(called) {
  name = called;
  // From the first step on, wherever they are.
  await page.evaluate(() => document.querySelector(".nhsuk-skip-link").focus());
  const way = [await holder()];
  const known = new Set();
  for (let step = 0; step < 400; step += 1) {
    await press("Tab");
    const now = await holder();
    if (now === "" || now === way[0]) break;
    if (known.has(now)) return faults.push(`${called}: the focus goes in a circle at ${await where()}`);
    if (!(await focusSeen(page))) faults.push(`${called}: the focus is not to be seen on ${await where()}`);
    if (await hidden()) faults.push(`${called}: something stands before ${await where()}`);
    way.push(now);
    known.add(now);
  }
  if (way.length < 5) faults.push(`${called}: only ${way.length} steps by Tab`);
  if (way.length >= 400) faults.push(`${called}: no end by Tab`);
  // Back by as many steps as there are, or ten.
  await page.evaluate((at) => document.querySelectorAll("*")[at].focus(), way.at(-1));
  for (const before of way.slice(0, -1).reverse().slice(0, 10)) {
    await press("Shift+Tab");
    if ((await holder()) !== before) return faults.push(`${called}: Shift+Tab leads to ${await where()}`);
  }
}
const where = () => page.evaluate(() => document.activeElement?.outerHTML.slice(0, 120));
/// Whether what has the focus is behind something else, or out of sight.
const hidden = () => page.evaluate(() => {
  const it = document.activeElement;
  const [box] = it.getClientRects();
  if (!box || it.classList.contains("nhsuk-skip-link")) return false;
  const [x, y] = [Math.min(Math.max(box.left + box.width / 2, 0), innerWidth - 1), box.top + Math.min(box.height / 2, 10)];
  const there = document.elementFromPoint(x, y);
  return !there || !(it.contains(there) || there.contains(it) || there.tagName === "LABEL" && there.control === it);
});

/// Sends the form as it stands, is told what is wrong, and goes from the first line of that to its field.
async function mistakes(called, field) {
  name = called;
  await opens("main form button[type=submit]:not([name])");
  await page.waitForSelector(".nhsuk-error-summary");
  const summary = await page.evaluate(() => document.activeElement?.classList.contains("nhsuk-error-summary"));
  if (!summary) faults.push(`${called}: the list of mistakes does not take the focus: ${await where()}`);
  await tab(`.nhsuk-error-summary a[href="#${field}"]`);
  await press("Enter");
  const there = page.waitForFunction((field) => document.activeElement?.id === field, field, { timeout: 10_000 });
  if (!(await there.then(() => true, () => false))) faults.push(`${called}: the line of the mistake leads to ${await where()}`);
}

// 1. A file becomes a population, and a cohort is described on it.
name = "menu";
await enters("/population");
await round("populations");
await opens("main a[href='/population/new']");
await round("population-new");
await mistakes("population-new-mistakes", "files");
const rows = Array.from({ length: 300 }, (_, row) => `p${row},19${30 + (row % 50)}\n`).join("");
const [chooser] = await Promise.all([page.waitForEvent("filechooser"), press("Enter")]);
await chooser.setFiles({ name: "people.csv", mimeType: "text/csv", buffer: Buffer.from(`pid,birth_year\n${rows}`) });
await types("#name", "By keyboard");
await types("#purpose", "To see that nobody needs a mouse");
const year = String(new Date().getFullYear() + 1);
for (const [field, words] of [["#until", "28"], ["#until-month", "2"], ["#until-year", year]]) await types(field, words);
await opens("main form button[type=submit]:not([name])");
await says("Which column is what?");
await round("population-columns");
await opens("main form button[name=read]");
await says("It is kept");
await round("population-kept");
name = "cohort-new";
await enters("/cohorts");
await opens("main a[href='/cohorts/new']");
await round("cohort-new");
await mistakes("cohort-new-mistakes", "name");
await page.keyboard.type("Over fifty");
await types("#people", "people of fifty and older");
await types("#from", "50");
await picks("#population", (text) => text === "By keyboard");
await opens("main form button[type=submit]:not([name])");
await says("It is kept");
await round("cohort");

// 2. The cohort is matched with the county of the demonstration; whom to invite; worklists are asked for.
name = "match-new";
await opens("main a[href^='/match-runs/new?cohort=']");
await round("match-new");
// Of the two populations, the one with places.
await picks("#population", (text) => text !== "" && !text.startsWith("By keyboard"));
await tab("#venue");
await page.keyboard.type("nowhere");
await mistakes("match-new-mistakes", "venue");
await press("Control+A");
await press("Delete");
await opens("main form button[type=submit]:not([name])");
await says("Read the report");
await round("match-run");
name = "match-hub";
await opens("main a[href$='/hub']");
await opens("main form button[type=submit]:not([name])");
await page.waitForSelector("#answer");
await round("match-hub");
name = "worklist-new";
await page.goBack();
await page.goBack();
await opens("main a[href^='/worklists/new?run=']");
await round("worklist-new");
await mistakes("worklist-new-mistakes", "purpose");
await page.keyboard.type("Asked for by keyboard");
const until = new Date(Date.now() + 30 * 24 * 3_600_000);
for (const [field, words] of [["#until", until.getDate()], ["#until-month", until.getMonth() + 1], ["#until-year", until.getFullYear()]]) {
  await types(field, String(words));
}
await opens("main form button[type=submit]:not([name])");
await says("Waits for a decision");
await round("worklist-asked");

// 3. What opens beside the page is the next step from its button, and closed it leaves the focus where it was.
name = "dialog";
await page.goto(`${at}/demo/components`);
await tab("button[popovertarget='worried']");
const opener = await holder();
await press("Enter");
await press("Tab");
const inside = await page.evaluate(() => document.querySelector("#worried").contains(document.activeElement));
if (!inside) faults.push(`dialog: the next step leads to ${await where()}`);
if (!(await focusSeen(page))) faults.push(`dialog: the focus is not to be seen on ${await where()}`);
await press("Escape");
if (await page.locator("#worried").isVisible()) faults.push("dialog: Escape does not close it");
if ((await holder()) !== opener) faults.push(`dialog: closed, the focus is on ${await where()}`);
await browser.close();
end();
