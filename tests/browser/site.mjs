// Opens the pages of the site in a browser and holds them to what they promise: axe clean, no scrolling sideways down to
// 320 pixels (400 % zoom of 1280), nothing that the policy of the page forbids, usable by keyboard alone and without a
// script. Usage: node site.mjs CHROMIUM FOLDER DEMONSTRATION FIRST_LINK
// DEMONSTRATION is the address of one, FIRST_LINK the link to begin with of a Meres that nobody has set up.
import { createHmac } from "node:crypto";
import { join } from "node:path";
import { become, end, faults, launch, listen, looked, pictured, tabbed } from "./checks.mjs";

const [executablePath, folder, at, firstLink] = process.argv.slice(2);
const browser = await launch(executablePath);
let name = "";

async function visitor(options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  listen(page, () => name);
  return page;
}

// One state of a page, at all widths.
async function look(page, called) {
  name = called;
  await looked(page, join(folder, `site-${called}`), called);
}

const be = (page, role) => become(page, at, role);

async function pages(page, list) {
  for (const [called, path] of list) {
    name = called;
    await page.goto(at + path);
    await look(page, called);
  }
}

function code(secret) {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...secret].map((c) => letters.indexOf(c).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const mac = createHmac("sha1", key).update(step).digest();
  const from = mac[19] & 15;
  return String((mac.readUInt32BE(from) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

const tabTo = (page, selector) => tabbed(page, selector, name);

// The page of components: every part by itself, in both states of the form.
async function components() {
  const page = await visitor();
  name = "components";
  await page.goto(`${at}/demo/components`);
  await look(page, "components");
  await page.click("main form button[type=submit]");
  await page.waitForSelector(".nhsuk-error-summary");
  await look(page, "components-mistakes");
  await pictured(page.locator("main form").first(), { path: join(folder, "part-form-mistakes.png") });
  for (const [day, field] of [["27", "#first"], ["March", "#first-month"], ["2026", "#first-year"]]) await page.fill(field, day);
  await page.fill("#name", "Knee school");
  await page.fill("#postcode", "ng31 7aa");
  await page.getByLabel("Monday").check();
  await pictured(page.locator("main form").first(), { path: join(folder, "part-form.png") });
  await page.click("main form button[type=submit]");
  await page.waitForSelector("text=Everything was filled in");
  for (const [part, selector] of [["table", "main .meres-scroll:has(.meres-sort)"], ["chart", "#charts figure:first-child"],
    ["map", "#charts figure:last-child"], ["progress", ".meres-progress"], ["summary", ".nhsuk-summary-list"]]) {
    await pictured(page.locator(selector).first(), { path: join(folder, `part-${part}.png`) });
  }
  await page.locator("figure summary").first().click();
  if (!(await page.locator("figure table").first().isVisible())) faults.push("components: the chart's table does not open");
  await page.getByRole("button", { name: "Am I making it worse?" }).click();
  if (!(await page.locator("#worried").isVisible())) faults.push("components: the dialog does not open");
  await pictured(page, { path: join(folder, "part-dialog.png") });
  await page.keyboard.press("Escape");
  if (await page.locator("#worried").isVisible()) faults.push("components: Escape does not close the dialog");
  await page.waitForFunction(() => document.querySelector(".meres-progress progress")?.value === 3);
  await page.context().close();
}

// 1. By keyboard alone: from the link to begin with to the start page.
{
  const page = await visitor();
  name = "first";
  await page.goto(firstLink);
  await look(page, "first");
  for (const [field, words] of [["organisation", "Saltby Programme"], ["name", "Ann Admin"],
    ["email", "ann@example.org"], ["password", "short"]]) {
    await tabTo(page, `#${field}`);
    await page.keyboard.type(words);
  }
  await page.keyboard.press("Enter");
  await page.waitForSelector(".nhsuk-error-summary");
  const focused = await page.evaluate(() => document.activeElement?.classList.contains("nhsuk-error-summary"));
  if (!focused) faults.push("first: the list of mistakes does not take the focus");
  await look(page, "first-mistake");
  if ((await page.inputValue("#organisation")) !== "Saltby Programme") faults.push("first: what was typed is lost");
  await page.reload();
  await page.goto(firstLink);
  for (const [field, words] of [["organisation", "Saltby Programme"], ["name", "Ann Admin"],
    ["email", "ann@example.org"], ["password", "three plain words"]]) {
    await tabTo(page, `#${field}`);
    await page.keyboard.type(words);
  }
  await page.keyboard.press("Enter");
  // Whoever would rather have an app than a passkey (passkeys.mjs).
  await page.waitForSelector("text=Use an authenticator app instead");
  await tabTo(page, "main a[href^='/sign-in/set-up']");
  await page.keyboard.press("Enter");
  await page.waitForSelector(".meres-qr svg");
  await look(page, "app");
  const secret = (await page.locator(".meres-secret").innerText()).replaceAll(" ", "");
  await tabTo(page, "#code");
  await page.keyboard.type(code(secret));
  await page.keyboard.press("Enter");
  await page.waitForSelector(".meres-codes");
  await look(page, "codes");
  await tabTo(page, "a.nhsuk-button");
  await page.keyboard.press("Enter");
  await page.waitForSelector("text=Welcome, Ann Admin");
  const cookies = await page.context().cookies();
  if (!cookies.some((cookie) => cookie.name === "__Host-meres" && cookie.httpOnly && cookie.secure)) {
    faults.push("first: the session's cookie is not as it should be");
  }
  await page.context().close();
}

// 2. Without a script.
{
  const page = await visitor({ javaScriptEnabled: false });
  name = "no-script";
  await page.goto(`${at}/sign-in`);
  await page.fill("#email", "nobody@example.org");
  await page.fill("#password", "three plain words");
  await page.click("main button[type=submit]");
  if (!(await page.content()).includes("do not belong together")) faults.push("no-script: signing in says nothing");
  await be(page, "Programme manager");
  await page.goto(`${at}/organisations?sort=0&down=1`);
  if (!(await page.content()).includes("8 organisations")) faults.push("no-script: the list does not come");
  await page.context().close();
}

// 3. Every page, in every state.
{
  const stranger = await visitor();
  await pages(stranger, [["sign-in", "/sign-in"], ["help", "/sign-in/help"], ["about", "/about"],
    ["accessibility", "/accessibility"], ["not-found", "/nowhere"], ["demo", "/demo"]]);
  await stranger.goto(`${at}/sign-in`);
  await stranger.click("main button[type=submit]");
  await look(stranger, "sign-in-mistakes");
  await stranger.context().close();
  await components();

  const volunteer = await visitor();
  await be(volunteer, "Volunteer");
  await look(volunteer, "home-volunteer");
  await pages(volunteer, [["forbidden", "/accounts"]]);
  await volunteer.context().close();

  const sam = await visitor();
  await be(sam, "System administrator");
  await look(sam, "home-administrator");
  await pages(sam, [["organisations", "/organisations"], ["organisation-new", "/organisations/new"], ["people", "/accounts"],
    ["invite", "/accounts/invite"], ["me", "/me"], ["me-name", "/me/name"], ["me-password", "/me/password"],
    ["me-codes", "/me/codes"], ["me-app", "/me/app"], ["audit", "/audit"], ["audit-export", "/audit/export"],
    ["set-up", "/admin"], ["jobs-none", "/admin/jobs"], ["confirm", "/confirm"], ["directory-all", "/directory"],
    ["directory-queue", "/directory/queue"], ["directory-due", "/directory/due"], ["directory-watching", "/directory/watching"],
    ["directory-organisations", "/directory/organisations"]]);
  await sam.goto(`${at}/organisations`);
  await sam.getByRole("link", { name: "Saltby Leisure Trust" }).click();
  await look(sam, "organisation");
  await sam.getByRole("link", { name: "Close it" }).click();
  await look(sam, "organisation-close");
  await sam.goto(`${at}/accounts`);
  await sam.getByRole("link", { name: "Lina Hussain" }).click();
  await look(sam, "person");
  const person = sam.url();
  for (const [called, path] of [["role", "/roles/new"], ["renew", "/renew"], ["disable", "/disable"]]) {
    await sam.goto(person + path);
    await look(sam, called);
  }
  await sam.goto(`${at}/accounts/invite`);
  await sam.click("main button[type=submit]");
  await look(sam, "invite-mistakes");
  await sam.fill("#name", "Bartholomew Featherstonehaugh-Cholmondeley of Llanfairpwllgwyngyllgogerych");
  await sam.fill("#email", "bartholomew.featherstonehaugh-cholmondeley@a-very-long-organisation-name.example.org");
  await sam.selectOption("#organisation", { label: "Fenmarch Voices" });
  await sam.getByLabel("Lived-experience partner").check();
  await sam.getByLabel("Show it to me").check();
  await sam.click("main button[type=submit]");
  await look(sam, "invited");
  // Invited by letter: how far the job is comes by itself, without a press on anything.
  await sam.goto(`${at}/accounts/invite`);
  await sam.fill("#name", "Nora Nowak");
  await sam.fill("#email", "nora@example.org");
  await sam.selectOption("#organisation", { label: "Fenmarch Voices" });
  await sam.getByLabel("Volunteer").check();
  await sam.click("main button[type=submit]");
  await sam.waitForSelector("text=on its way to them by e-mail");
  await look(sam, "invited-by-letter");
  await sam.goto(`${at}/admin/jobs`);
  await look(sam, "jobs");
  await sam.locator("main table a").last().click();
  await sam.waitForSelector("text=Done");
  await look(sam, "job");
  await sam.goto(`${at}/accounts`);
  await look(sam, "people-long");
  await sam.fill("#search-field", "fenmarch");
  await sam.keyboard.press("Enter");
  await sam.waitForSelector("text=for “fenmarch”");
  await look(sam, "search");
  await sam.goto(`${at}/audit`);
  await sam.getByRole("button", { name: "Verify the log" }).click();
  await look(sam, "audit-verified");
  // The menu folds on a phone, and opens.
  await sam.setViewportSize({ width: 390, height: 800 });
  await sam.goto(`${at}/`);
  if (await sam.locator("#toggle-menu").isVisible()) await sam.locator("#toggle-menu").click();
  await pictured(sam, { path: join(folder, "site-menu-390.png") });
  // Signed out, the page behind shows nothing.
  name = "back";
  await sam.setViewportSize({ width: 1280, height: 900 });
  await sam.goto(`${at}/accounts`);
  if (!(await sam.content()).includes("Lina Hussain")) faults.push("back: the list does not come");
  await sam.getByRole("button", { name: "Sign out", exact: true }).click();
  await sam.waitForURL(`${at}/`);
  await sam.evaluate(() => { setTimeout(() => history.back(), 0); });
  await sam.waitForURL(/\/sign-in\?next=/);
  if ((await sam.content()).includes("Lina Hussain")) faults.push("back: the page is still to be read after signing out");
  await sam.context().close();

  const contrast = await visitor({ forcedColors: "active", colorScheme: "dark" });
  await be(contrast, "System administrator");
  await pictured(contrast, { path: join(folder, "site-home-contrast.png"), fullPage: true });
  await contrast.context().close();
}
await browser.close();
end();
