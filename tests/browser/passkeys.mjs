// Passkeys in a browser that has an authenticator made of software: whoever begins with one needs nothing else. Usage:
// node passkeys.mjs CHROMIUM FOLDER FIRST_LINK, the link to begin with of a Meres that nobody has set up.
import { join } from "node:path";
import { end, faults, launch, listen, looked, pictured } from "./checks.mjs";

const [executablePath, folder, firstLink] = process.argv.slice(2);
const at = new URL(firstLink).origin;
const browser = await launch(executablePath);
let name = "";

async function look(page, called) {
  name = called;
  await looked(page, join(folder, `passkey-${called}`), called);
}

// A browser with a phone or a stick beside it, which keeps passkeys.
async function visitor(options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  listen(page, () => name);
  const cdp = await context.newCDPSession(page);
  await cdp.send("WebAuthn.enable");
  const device = {
    async add(transport = "internal") {
      const settings = { protocol: "ctap2", transport, hasResidentKey: true, hasUserVerification: true, isUserVerified: true };
      const made = await cdp.send("WebAuthn.addVirtualAuthenticator",
        { options: { ...settings, automaticPresenceSimulation: true } });
      this.authenticatorId = made.authenticatorId;
    },
    tell: (what, more = {}) => cdp.send(`WebAuthn.${what}`, { authenticatorId: device.authenticatorId, ...more }),
    // Puts it away; gives what it keeps.
    async away() {
      const { credentials } = await this.tell("getCredentials");
      await this.tell("removeVirtualAuthenticator");
      return credentials;
    },
  };
  await device.add();
  return { page, device };
}

const press = (page, words) => page.getByRole("button", { name: words, exact: true }).click();
const said = (page) => page.locator("[data-passkey] [role=alert]").innerText();

async function expect(page, called, words) {
  name = called;
  try {
    await page.getByText(words).first().waitFor({ timeout: 10_000 });
  } catch {
    faults.push(`${called}: expected “${words}”, and there is: ${(await page.locator("main").innerText()).slice(0, 400)}`);
  }
}

// Tells a browser that has an own way of reading what is asked from one that has not.
const old = () => {
  delete PublicKeyCredential.parseRequestOptionsFromJSON;
  delete PublicKeyCredential.parseCreationOptionsFromJSON;
};

const { page, device } = await visitor();

// 1. Joining: cancelled once, then done.
await page.goto(firstLink);
for (const [field, words] of [["organisation", "Saltby Programme"], ["name", "Ann Admin"],
  ["email", "ann@example.org"], ["password", "three plain words"]]) {
  await page.fill(`#${field}`, words);
}
await press(page, "Continue");
await expect(page, "new", "Use an authenticator app instead");
await look(page, "new");
await page.fill("#name", "");
await press(page, "Set up a passkey");
await look(page, "new-mistake");
await page.fill("#name", "My laptop");
await device.tell("setAutomaticPresenceSimulation", { enabled: false });
await press(page, "Set up a passkey");
await expect(page, "asking", "Your browser asks where to keep the passkey");
await look(page, "asking");
await page.goto(`${at}/sign-in/set-up/passkey`);
await page.fill("#name", "My laptop");
await device.tell("setAutomaticPresenceSimulation", { enabled: true });
await device.tell("setUserVerified", { isUserVerified: false });
await press(page, "Set up a passkey");
await expect(page, "cancelled", "No passkey was made");
await look(page, "cancelled");
await device.tell("setUserVerified", { isUserVerified: true });
await press(page, "Set up a passkey");
await expect(page, "codes", "Keep your recovery codes");
await page.click("main a.nhsuk-button");
await expect(page, "home", "Welcome, Ann Admin");

// 2. Signing in with nothing else.
await press(page, "Sign out");
await page.goto(`${at}/sign-in?next=%2Fme`);
await look(page, "sign-in");
await device.tell("setUserVerified", { isUserVerified: false });
await press(page, "Sign in with a passkey");
await expect(page, "sign-in-cancelled", "No passkey was used");
await look(page, "sign-in-cancelled");
await device.tell("setUserVerified", { isUserVerified: true });
await press(page, "Use my passkey");
await expect(page, "me-first", "last used");
if (!page.url().endsWith("/me")) faults.push(`sign-in: leads to ${page.url()}`);

// 3. Before a dangerous act.
const token = async () =>
  (await page.context().cookies()).find((cookie) => cookie.name === "__Host-meres")?.value;
const before = await token();
await page.goto(`${at}/confirm?next=%2Faccounts%2Finvite`);
await look(page, "confirm");
await press(page, "Use my passkey");
await expect(page, "confirmed", "Invite somebody");
if ((await token()) === before) faults.push("confirm: the session goes on under the old token");
await page.goto(`${at}/confirm/code`);
await look(page, "confirm-code");

// 4. A second one, from a stick, in a browser of some years ago; the first is removed.
await page.addInitScript(old);
await page.goto(`${at}/me/passkeys/new`);
await look(page, "another");
await press(page, "Set up a passkey");
await expect(page, "twice", "This device has a passkey for your account already");
const laptop = await device.away();
await device.add("usb");
await page.goto(`${at}/me/passkeys/new`);
await page.fill("#name", "The key on my key ring");
await press(page, "Set up a passkey");
await expect(page, "second", "Your passkey was set up");
await page.goto(`${at}/me`);
await look(page, "me");
await page.getByRole("link", { name: "Rename the passkey The key on my key ring" }).click();
await look(page, "rename");
await page.fill("#name", "The green key on my key ring");
await press(page, "Rename it");
await page.getByRole("link", { name: "Remove the passkey My laptop" }).click();
await look(page, "remove");
await press(page, "Remove the passkey");
await expect(page, "removed", "Your passkey was removed");
await page.getByRole("link", { name: "Remove the passkey The green key" }).click();
await press(page, "Remove the passkey");
await expect(page, "last", "It is your only one");
await look(page, "last");

// 5. The other one signs in, also as the second factor; the one that was removed does not.
await press(page, "Sign out");
await page.goto(`${at}/sign-in`);
await page.fill("#email", "ann@example.org");
await page.fill("#password", "three plain words");
await press(page, "Continue");
await expect(page, "second-factor", "Use your passkey");
await look(page, "second-factor");
await press(page, "Use my passkey");
await expect(page, "home-again", "Welcome, Ann Admin");
await press(page, "Sign out");
await device.away();
await device.add();
await device.tell("addCredential", { credential: laptop[0] });
await page.goto(`${at}/sign-in`);
await press(page, "Sign in with a passkey");
await expect(page, "not-taken", "That passkey was not taken");
await look(page, "not-taken");

// 6. By the address without a name no browser takes one.
await page.goto(`${at.replace("localhost", "127.0.0.1")}/sign-in`);
await press(page, "Sign in with a passkey");
await expect(page, "address", `Open ${at} and try again there`);
if (!(await said(page)).includes(at)) faults.push("address: the message is not beside the button");
await page.context().close();

// 7. Without a script it is said what to do instead.
const plain = await browser.newContext({ javaScriptEnabled: false });
const still = await plain.newPage();
await still.goto(`${at}/sign-in`);
await press(still, "Sign in with a passkey");
if (!(await still.locator("main").innerText()).includes("Passkeys need JavaScript")) faults.push("no-script: it is not said");
await pictured(still, { path: join(folder, "passkey-no-script-1280.png"), fullPage: true });
await press(still, "Use my passkey");
await expect(still, "no-script-sent", "Your browser sent no passkey");
await plain.close();

await browser.close();
end();
