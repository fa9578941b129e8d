// The rooms of those who keep the directory, in a browser: every page in its states, axe clean at all widths.
// Usage: node directory.mjs CHROMIUM FOLDER DEMONSTRATION
import { join } from "node:path";
import { become, end, faults, launch, listen, looked, pictured, tabbed } from "./checks.mjs";

const [executablePath, folder, at] = process.argv.slice(2);
const browser = await launch(executablePath);
let name = "";

async function visitor(role) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  listen(page, () => name);
  if (role) await become(page, at, role);
  return page;
}

async function look(page, called) {
  name = called;
  await looked(page, join(folder, `site-${called}`), called);
}

async function open(page, called, path) {
  name = called;
  await page.goto(path.startsWith("http") ? path : at + path);
  await look(page, called);
}

const list = `No,Name,Organisation,Postcode,Day,Times,Cost,Topics
1,Knee club,Saltby Leisure,,Tuesday,10:30-11:30,£3.50,Exercise
2,Pain café,Hartwell Surgery,,Friday,2 o'clock,free,Pain
3,,Hartwell Surgery,,Friday,14:00-15:00,free,Pain
`;

// By the keyboard alone: an entry is still correct, it is full, and a change of it is sent.
{
  const page = await visitor("Service manager");
  name = "directory-by-keyboard";
  const tabTo = (selector) => tabbed(page, selector, name);
  const presses = async (selector) => {
    await tabTo(selector);
    await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
    await page.waitForLoadState("networkidle");
  };
  const says = async (words) => {
    const text = await page.locator("main").innerText();
    if (!text.includes(words)) faults.push(`${name}: “${words}” is not said`);
  };
  await page.goto(`${at}/directory`);
  await presses("main form[action$='/still-correct'] button");
  await page.waitForURL(/done=checked/);
  await presses("main .nhsuk-card h2 a");
  await presses("main button[name='room'][value='full']");
  await says("Full at the moment");
  await page.goto(`${at}/directory`);
  await presses("main .nhsuk-card a[href$='/change']");
  await tabTo("#description");
  await page.keyboard.press("End");
  await page.keyboard.type(" Bring water.");
  await tabTo("#note");
  await page.keyboard.type("Sent without a mouse.");
  await presses("main form button[type=submit]");
  await says("waits for approval");
  await page.context().close();
}

// 1. Whoever keeps an entry: change its times, with a mistake first; say that it is full; look whether it is right.
let public_page = "";
{
  const page = await visitor("Service manager");
  await open(page, "directory-own", "/directory");
  await page.setViewportSize({ width: 390, height: 1100 });
  await pictured(page, { path: join(folder, "site-directory-own-top.png") });
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.locator("main .nhsuk-card", { has: page.locator(".nhsuk-tag", { hasText: /^Public$/ }) }).first().locator("h2 a").click();
  await look(page, "directory-entry");
  public_page = page.url().replace("/directory/edit/", "/find/services/").split("?")[0];
  const entry = page.url().split("?")[0];
  await open(page, "directory-change", `${entry}/change`);
  await page.fill("#name", "");
  await page.locator("input[name='times-from-1']").fill("2");
  await page.click("main form button[type=submit]");
  await page.waitForSelector(".nhsuk-error-summary");
  await look(page, "directory-change-mistakes");
  await page.fill("#name", "Gentle exercise on a chair");
  await page.locator("select[name='times-day-1']").selectOption({ index: 2 });
  await page.locator("input[name='times-from-1']").fill("10:30");
  await page.locator("input[name='times-until-1']").fill("11:30");
  await page.fill("#note", "We moved to a quieter hour.");
  await page.click("main form button[type=submit]");
  await page.waitForSelector("text=waits for approval");
  await look(page, "directory-proposed");
  for (const [called, path] of [["directory-check", `${entry}/check`], ["directory-room", `${entry}/room`],
    ["directory-due-own", "/directory/due"], ["directory-sent", "/directory/queue"]]) await open(page, called, path);
  await page.context().close();
}

// 2. Somebody who read the public page says that it is wrong.
{
  const page = await visitor();
  await open(page, "directory-wrong", `${public_page}/wrong`);
  await page.click("main form button[type=submit]");
  await page.waitForSelector(".nhsuk-error-summary");
  await look(page, "directory-wrong-mistakes");
  await page.fill("#words", "I went on Tuesday and the door was shut.");
  await page.click("main form button[type=submit]");
  await page.waitForSelector("text=Thank you");
  await look(page, "directory-wrong-said");
  await page.context().close();
}

// 3. Whoever decides: the queue, a change side by side, a message, and everything beside it.
{
  const page = await visitor("Programme manager");
  await open(page, "directory-waiting", "/directory/queue");
  await page.getByRole("link", { name: "Gentle exercise on a chair" }).first().click();
  await look(page, "directory-proposal");
  await page.locator("form[action$='/refuse'] button").click();
  await page.waitForSelector(".nhsuk-error-summary");
  await look(page, "directory-refuse-mistakes");
  await page.locator("form[action$='/approve'] button").click();
  await page.waitForSelector("text=The change is public now");
  await open(page, "directory-history", public_page.replace("/find/services/", "/directory/edit/"));
  if (!(await page.locator("main").innerText()).includes("Sergei Moss")) faults.push("directory-history: nobody changed it");
  await page.goto(`${at}/directory/queue`);
  await page.locator("main table tr", { hasText: "A message" }).first().getByRole("link").click();
  await look(page, "directory-message");
  await page.goto(`${at}/directory/organisations`);
  await page.locator("main table a").first().click();
  await look(page, "directory-organisation");
  const organisation = page.url().split("?")[0];
  for (const [called, path] of [["directory-new", "/new"], ["directory-organisation-change", "/change"],
    ["directory-put-back", "/back"]]) await open(page, called, organisation + path);
  await page.context().close();
}

// 4. Whoever imports: a list with mistakes, what would change, where it comes from, what is the same, what terms mean.
{
  const page = await visitor("Analyst");
  await open(page, "import-new", "/directory/imports/new");
  await page.click("main form button[type=submit]");
  await page.waitForSelector(".nhsuk-error-summary");
  await look(page, "import-new-mistakes");
  await page.fill("#source", "Team list");
  await page.setInputFiles("#files", { name: "team.csv", mimeType: "text/csv", buffer: Buffer.from(list) });
  await page.selectOption("#mapping", "plain-list.toml");
  await page.click("main form button[type=submit]");
  await page.waitForSelector("text=What would change");
  await look(page, "import-dry-run");
  await page.getByRole("button", { name: "Take it over" }).click();
  await page.waitForSelector("text=It was taken over");
  await look(page, "import-taken");
  await open(page, "import-sources", "/directory/imports");
  const source = await page.locator("form[action$='/retire'], a[href$='/retire']").first().getAttribute("href");
  for (const [called, path] of [["import-schedule", source.replace("/retire", "/schedule")], ["import-retire", source],
    ["import-duplicates", "/directory/duplicates"], ["import-terms", "/directory/terms"],
    ["import-validator", "/directory/validator"]]) await open(page, called, path);
  // Two that are one become one, and two again.
  await page.goto(`${at}/directory/duplicates`);
  await pictured(page, { path: join(folder, "site-import-duplicates-top.png") });
  await page.locator("form[action='/directory/duplicates/merge'] button").first().click();
  await page.waitForSelector("text=They are one from now on");
  await look(page, "import-merged");
  await page.locator("form[action='/directory/duplicates/unmerge'] button").first().click();
  await page.waitForSelector("text=stands for itself again");
  await look(page, "import-unmerged");
  // What is wrong with a feed: our own, which is at home.
  await page.goto(`${at}/directory/validator`);
  await page.fill("#address", `${at}/oruk/v3`);
  await page.click("main form button[type=submit]");
  await page.waitForSelector("text=As Open Referral UK asks", { timeout: 120_000 });
  await look(page, "import-validator-found");
  await page.goto(`${at}/directory/terms`);
  if ((await page.locator("main h1").count()) !== 1) faults.push("import-terms: no page");
  await page.context().close();
}
await browser.close();
end();
