// The pages on the way by an employer's account, with a real provider behind them (provider.mjs): what everybody sees who
// comes by one, and what is said when it does not go well. Usage: node employer.mjs CHROMIUM FOLDER DEMONSTRATION
// The demonstration knows a provider `rs256` that answers, and `away`, which does not.
import { join } from "node:path";
import { end, faults, launch, listen, looked } from "./checks.mjs";

const [executablePath, folder, at] = process.argv.slice(2);
const browser = await launch(executablePath);
let name = "";

async function look(page, called) {
  name = called;
  await looked(page, join(folder, `employer-${called}`), called);
}

// Somebody, as the provider is to know them, and what they show there.
async function visitor(who = "nobody", shown = "pwd mfa") {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  listen(page, () => name);
  // For the provider alone: anybody else is sent the headers that a browser sends.
  await page.route(/^http:\/\/127\.0\.0\.1:/, (route) =>
    route.continue({ headers: { ...route.request().headers(), "x-sign-in-as": who, "x-shown": shown } }));
  return page;
}

const press = (page, words) => page.getByRole("button", { name: words, exact: true }).click();

async function expect(page, called, words) {
  name = called;
  try {
    await page.getByText(words).first().waitFor({ timeout: 10_000 });
  } catch {
    faults.push(`${called}: expected “${words}” at ${page.url()}, and there is: ${(await page.locator("body").innerText()).slice(0, 400)}`);
  }
}

async function be(page, role) {
  await page.goto(`${at}/demo`);
  await page.locator(".nhsuk-card", { hasText: role }).first().getByRole("button").click();
}

async function invited(who) {
  const page = await visitor();
  await be(page, "System administrator");
  await page.goto(`${at}/accounts/invite`);
  await page.fill("#name", who);
  await page.fill("#email", `${who.toLowerCase().replaceAll(" ", ".")}@example.org`);
  await page.selectOption("#organisation", { label: "Fenmarch Voices" });
  await page.getByLabel("Volunteer").check();
  await page.getByLabel("Show it to me").check();
  await press(page, "Invite them");
  await expect(page, "invite", "/link/");
  const link = /http:\/\/localhost:\d+\/link\/[0-9a-f]+/.exec(await page.locator("main").innerText())[0];
  await page.context().close();
  return link;
}

// 1. The door, and the page between us and the provider.
{
  const page = await visitor();
  await page.goto(`${at}/sign-in`);
  await look(page, "sign-in");
  // The provider keeps silent, so that the page stays.
  await page.route(/^http:\/\/127\.0\.0\.1:\d+\/auth/, (route) => route.fulfill({ status: 204 }));
  await press(page, "Sign in with Employer rs256");
  await expect(page, "leaving", "On to Employer rs256");
  await look(page, "leaving");
  await page.goto(`${at}/sign-in`);
  await press(page, "Sign in with Employer away");
  await expect(page, "away", "Employer away does not answer");
  await look(page, "away");
  await page.goto(`${at}/sign-in/with/rs256/back`);
  await expect(page, "stale", "Begin again");
  await look(page, "stale");
  await page.context().close();
}

// 2. Somebody whom nobody invited.
{
  const page = await visitor("eve");
  await page.goto(`${at}/sign-in`);
  await press(page, "Sign in with Employer rs256");
  await expect(page, "stranger", "Nobody signs in here with that account");
  await look(page, "stranger");
  await page.context().close();
}

// 3. Whoever was invited joins by it, finds it on their page, confirms by it.
{
  const link = await invited("Bo Ek");
  const page = await visitor("subject-of-bo");
  await page.goto(link);
  await look(page, "join");
  await page.fill("#name", "");
  await press(page, "Use my Employer rs256 account");
  await expect(page, "join-mistake", "Enter your name");
  await look(page, "join-mistake");
  await page.fill("#name", "Bo Ek");
  await press(page, "Use my Employer rs256 account");
  await expect(page, "joined", "Welcome, Bo Ek");
  await page.goto(`${at}/me`);
  await expect(page, "me", "Employer rs256");
  await look(page, "me");
  await page.goto(`${at}/confirm?next=%2Fme%2Fapp`);
  await look(page, "confirm");
  await page.context().close();
}

// 4. Without the second factor that they showed before.
{
  const page = await visitor("subject-of-bo", "pwd");
  await page.goto(`${at}/sign-in`);
  await press(page, "Sign in with Employer rs256");
  await expect(page, "without-factor", "did not ask for your second factor");
  await look(page, "without-factor");
  await page.context().close();
}

// 5. Somebody else's: it is in use.
{
  const link = await invited("Cy Lo");
  const page = await visitor("subject-of-bo");
  await page.goto(link);
  await press(page, "Use my Employer rs256 account");
  await expect(page, "taken", "That account is in use");
  await look(page, "taken");
  await page.context().close();
}

// 6. Somebody adds one on their own page; their last way in cannot be taken off.
{
  const page = await visitor("subject-of-sam");
  await be(page, "System administrator");
  await page.goto(`${at}/me/identities/with/rs256`);
  await look(page, "add");
  await page.locator("main form button[type=submit]").first().click();
  await expect(page, "added", "Accounts elsewhere that sign you in here");
  await look(page, "added");
  // In the demonstration nobody has another way.
  await page.locator("main a[href*='/identities/'][href$='/remove']").first().click();
  await expect(page, "only-way", "It is your only way to sign in here");
  await look(page, "only-way");
  await page.context().close();
}

await browser.close();
end();
