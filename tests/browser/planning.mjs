// The planning rooms in a browser: every page in its states, axe clean at all widths.
// Usage: node planning.mjs CHROMIUM FOLDER DEMONSTRATION
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { become, end, faults, launch, listen, looked } from "./checks.mjs";

const [executablePath, folder, at] = process.argv.slice(2);
const browser = await launch(executablePath);
let name = "";
const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
const page = await context.newPage();
listen(page, () => name);
await become(page, at, "Analyst");

async function look(called) {
  name = called;
  await looked(page, join(folder, `site-${called}`), called);
}

async function open(called, path) {
  name = called;
  await page.goto(path.startsWith("http") ? path : at + path);
  await look(called);
}

// 1. Populations: the one of the demonstration, one that cannot be used, and deleting.
await open("populations", "/population");
await open("population-new", "/population/new");
await page.click("main form button[type=submit]");
await page.waitForSelector(".nhsuk-error-summary");
await look("population-new-mistakes");
await page.setInputFiles("#files", { name: "county.csv", mimeType: "text/csv", buffer: Buffer.from("pid,birth_year\na,b\n") });
await page.fill("#name", "A county with mistakes");
await page.fill("#purpose", "To see what is said of it");
for (const [field, words] of [["#until", "31"], ["#until-month", "3"], ["#until-year", "2030"]]) await page.fill(field, words);
await page.click("main form button[type=submit]");
await page.waitForSelector("text=Which column is what?");
await look("population-columns");
await page.getByRole("button", { name: "Read it and keep it" }).click();
await page.waitForSelector("text=It was not kept");
await look("population-refused");
// A large one goes in pieces; a line that breaks in the middle costs a piece, and nothing is pressed again.
await page.goto(`${at}/population/new`);
const large = join(tmpdir(), `meres-large-${process.pid}.csv`);
writeFileSync(large, "person,dob\n" + "p,1950-01-01\n".repeat(3_000_000));
let sent = 0;
await page.route("**/population/pieces/*", (route) =>
  route.request().method() === "POST" && ++sent === 2 ? route.abort() : route.continue());
await page.setInputFiles("#files", large);
await page.fill("#name", "A large county");
await page.fill("#purpose", "To see it come in pieces");
for (const [field, words] of [["#until", "31"], ["#until-month", "3"], ["#until-year", "2030"]]) await page.fill(field, words);
await page.click("main form button[type=submit]");
await page.waitForSelector("text=Which column is what?", { timeout: 60_000 });
if (sent < 6) faults.push(`population-pieces: ${sent} pieces, of which one broke`);
await page.unroute("**/population/pieces/*");
// The browser says that it broke, as it should.
faults.splice(0, faults.length, ...faults.filter((fault) => !fault.includes("ERR_FAILED")));
rmSync(large);
await page.getByRole("button", { name: "Throw it away" }).click();
await page.goto(`${at}/population`);
await page.locator("main table a").first().click();
await look("population");
await page.getByRole("button", { name: "Delete it" }).click();
await look("population-delete");

// 2. A cohort, described without code, and its next version.
await open("cohorts", "/cohorts");
await open("cohort-new", "/cohorts/new");
await page.click("main form button[type=submit]");
await page.waitForSelector(".nhsuk-error-summary");
await look("cohort-new-mistakes");
// It is counted while it is described, and without a press on anything.
await page.goto(`${at}/cohorts/new`);
await page.selectOption("#population", { index: 1 });
await page.fill("#name", "Knee and hip pain");
await page.fill("#people", "adults with knee or hip pain");
await page.fill("#from", "18");
await page.getByLabel("Osteoarthritis").first().check();
await page.getByLabel("Only people whose place is known").uncheck();
await page.waitForSelector(".meres-live__sentence:has-text('people in')", { timeout: 30_000 });
await look("cohort-counted");
await page.click("main form button[type=submit]");
await page.waitForSelector("text=It is kept");
await look("cohort");
const cohort = page.url().split("?")[0];
await page.getByRole("button", { name: "Count them" }).click();
await page.waitForSelector("text=Who is in it, and who is left out");
await look("cohort-whom");
await open("cohort-change", `${cohort}/change`);
await page.fill("#text", "format = 1\nname = 3\n");
await page.fill("#note", "Older people only");
await page.click("main form button[type=submit]");
await page.waitForSelector(".nhsuk-error-summary");
await look("cohort-change-mistakes");
const text = await (await page.request.get(`${cohort}/toml`)).text();
await page.fill("#text", text.replace("from = 18", "from = 50"));
await page.click("main form button[type=submit]");
await page.waitForSelector("text=What is different");
await look("cohort-version");

// 3. Match runs: the one of the demonstration, another, and both beside each other.
await page.goto(cohort);
await page.getByRole("button", { name: "Match this cohort" }).click();
await look("match-new");
await page.fill("#venue", "nowhere");
await page.click("main form button[type=submit]");
await page.waitForSelector(".nhsuk-error-summary");
await look("match-new-mistakes");
await page.fill("#venue", "");
await page.click("main form button[type=submit]");
// It comes by itself, without a press on anything.
await page.waitForSelector("text=Read the report", { timeout: 60_000 });
await look("match-run");
const run = page.url().split("?")[0];
await open("match-try", `${run}/try`);
await page.fill("#w-strength", "9");
await page.click("main form button[type=submit]");
await page.waitForSelector("text=As it would be");
await look("match-tried");
await open("match-hub-asked", `${run}/hub`);
await page.getByRole("button", { name: "Work it out", exact: true }).click();
await page.waitForSelector("#answer");
await look("match-hub");
await open("match-runs", "/match-runs");
await page.getByRole("button", { name: "Show them" }).click();
await look("match-compare");
await open("match-rows", `${run}/rows`);
await page.getByLabel("A table (CSV)").check();
await page.fill("#purpose", "To find somebody");
const [taken] = await Promise.all([page.waitForEvent("download"), page.click("main form button[type=submit]")]);
const pid = readFileSync(await taken.path(), "utf8").split("\n")[1].split(",")[0];
await open("match-person-asked", `${run}/person`);
await page.fill("#pid", pid);
await page.fill("#purpose", "They asked why");
await page.click("main form button[type=submit]");
await page.waitForSelector("text=What was found");
await look("match-person");
await page.goto(`${run}/report`);
const styled = await page.evaluate(() => getComputedStyle(document.querySelector("header.hero")).backgroundColor);
if (styled === "rgba(0, 0, 0, 0)") faults.push("match-report: it comes without its style");

// 4. Both doors: worklists and figures that wait, decided by somebody else; the practice's side; codes.
const id = run.split("/").pop();
await open("worklist-new", `/worklists/new?run=${id}`);
await page.click("main form button[type=submit]");
await page.waitForSelector(".nhsuk-error-summary");
await look("worklist-new-mistakes");
await page.fill("#purpose", "Hub in Saltby, second wave");
// The population is deleted after a year, and its lists with it.
const until = new Date(Date.now() + 30 * 24 * 3_600_000);
await page.fill("#until", String(until.getDate()));
await page.fill("#until-month", String(until.getMonth() + 1));
await page.fill("#until-year", String(until.getFullYear()));
await page.click("main form button[type=submit]");
await page.waitForSelector("text=Waits for a decision", { timeout: 60_000 });
await look("worklist-asked");
await open("release-new", `/releases/new?run=${id}`);
await become(page, at, "Programme manager");
await open("worklists", "/worklists");
await page.getByRole("link", { name: "Invitation to the hub at Saltby" }).first().click();
await look("worklist-request");
await page.getByRole("button", { name: "Decide on it" }).click();
await page.getByLabel("Approve it").check();
await page.click("main form button[type=submit]");
await page.waitForSelector(".nhsuk-error-summary");
await look("worklist-decide-mistakes");
for (const box of await page.locator("input[type=checkbox]").all()) await box.check();
await page.getByLabel("Approve it").check();
await page.click("main form button[type=submit]");
await page.waitForSelector("text=the practices can fetch their lists");
await look("worklist-approved");
await become(page, at, "Information governance lead");
await open("releases", "/releases");
await page.locator("main table a").first().click();
await look("release");
await page.getByRole("button", { name: "Decide on it" }).click();
await look("release-decide");
for (const box of await page.locator("input[type=checkbox]").all()) await box.check();
await page.getByLabel("Release them").check();
await page.click("main form button[type=submit]");
await page.waitForSelector("text=They are released");
await become(page, at, "Programme manager");
await open("figures", "/figures");
await page.locator("main table a").first().click();
await look("figures-one");
await page.getByRole("button", { name: "Take the figures away" }).click();
await look("figures-take");
await open("why-hidden", "/figures/why-hidden");
await open("invitations", "/invitations");
await open("invitation-new", "/invitations/new");
await page.click("main form button[type=submit]");
await page.waitForSelector(".nhsuk-error-summary");
await look("invitation-new-mistakes");
await become(page, at, "Practice lead");
await open("practice", "/practice");
await page.locator("main table a").first().click();
await look("practice-list-new");
const list = page.url().split("?")[0];
await page.getByRole("button", { name: "Fetch the list" }).click();
await look("practice-fetch");
const [fetched] = await Promise.all([page.waitForEvent("download"), page.click("main form button[type=submit]")]);
if (!fetched.suggestedFilename().startsWith("worklist-Z")) faults.push(`practice-fetch: ${fetched.suggestedFilename()}`);
await open("practice-list", list);
await page.fill("#invited", "20");
await page.fill("#reached", "30");
await page.fill("#declined", "0");
await page.fill("#unsuitable", "0");
await page.click("main form button[type=submit]");
await page.waitForSelector(".nhsuk-error-message");
await look("practice-report-mistakes");
await page.fill("#reached", "12");
await page.click("main form button[type=submit]");
await page.waitForSelector("text=It is reported");
await look("practice-reported");
await open("codes-new", "/practice/codes/new");
await page.fill("#size", "12");
const [codes] = await Promise.all([page.waitForEvent("download"), page.click("main form button[type=submit]")]);
if (codes.suggestedFilename() !== "invitation-codes.csv") faults.push(`codes: ${codes.suggestedFilename()}`);
await open("codes", "/practice/codes");
await browser.close();
end();
