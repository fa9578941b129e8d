//! Second factors: an app that shows a code of six digits (TOTP, RFC 6238), and codes on paper for the day on which the
//! phone is gone. Each works once. A passkey is another (its own module).

mod store;

use ground::database::{Change, Session};
use ground::vault::random;
use totp_rs::{Builder, Secret, Totp};
use vocabulary::{Account, Id};
use web::{House, Html, Problem};

use crate::{moment, passkey};

/// A fresh app-to-be: shown to its owner once, so that they can take it into their app.
#[derive(Debug)]
pub(crate) struct Fresh {
    /// For those who type it: 32 letters and digits in groups of four.
    pub(crate) secret: String,
    /// For those who point a camera at it.
    pub(crate) qr: Html,
}

/// Codes on paper that somebody gets at once.
const PAPER_CODES: usize = 10;

/// Whether the account has a second factor.
pub(crate) async fn is_set_up(session: &mut Session, account: Id<Account>) -> Result<bool, Problem> {
    Ok(has_app(session, account).await? || passkey::is_there(session, account).await?)
}

/// Whether the account has an app that showed a right code once.
pub(crate) async fn has_app(session: &mut Session, account: Id<Account>) -> Result<bool, Problem> {
    Ok(!store::counting(session, account).await?.is_empty())
}

/// How many codes on paper are left.
pub(crate) async fn paper_left(session: &mut Session, account: Id<Account>) -> Result<i64, Problem> {
    Ok(store::paper_left(session, account).await?)
}

/// An app-to-be. It is made of the sign-in that asks, so that looking at it changes nothing, and looking again shows the
/// same.
pub(crate) async fn offer(
    session: &mut Session,
    house: &House,
    (account, sign_in): (Id<Account>, Id<()>),
    name: &str,
) -> Result<Fresh, Problem> {
    shown(house, secret(session, house, account, sign_in).await?, name)
}

/// Takes the first code of an app that was offered: from now on it counts, and any other of this account no longer does.
pub(crate) async fn confirm(
    change: &mut Change,
    house: &House,
    (account, sign_in): (Id<Account>, Id<()>),
    code: &str,
) -> Result<bool, Problem> {
    let secret = secret(change, house, account, sign_in).await?;
    let Some(step) = step_of(&totp(secret, "", None)?, house, code) else { return Ok(false) };
    let id = change.new_id::<Fresh>().to_string();
    let sealed = house.vault.seal(&place(&id), &secret)?;
    store::remove(change, account).await?;
    store::add(change, &id, account, &sealed, step).await?;
    Ok(true)
}

/// Takes a code of the account's app. The same code never works twice, however many come at once.
pub(crate) async fn take_code(
    change: &mut Change,
    house: &House,
    account: Id<Account>,
    code: &str,
) -> Result<bool, Problem> {
    for (id, sealed) in store::counting(change, account).await? {
        let totp = totp(opened(house, &id, &sealed)?, "", None)?;
        if let Some(step) = step_of(&totp, house, code)
            && store::take_step(change, &id, step).await?
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Takes a code from paper.
pub(crate) async fn take_paper(
    change: &mut Change,
    house: &House,
    account: Id<Account>,
    code: &str,
) -> Result<bool, Problem> {
    let hash = paper_hash(house, account, code);
    Ok(store::take_paper(change, account, &hash).await?)
}

/// New codes on paper; those from before no longer work.
pub(crate) async fn new_paper(
    change: &mut Change,
    house: &House,
    account: Id<Account>,
) -> Result<Vec<String>, Problem> {
    store::remove_paper(change, account).await?;
    let mut codes = Vec::with_capacity(PAPER_CODES);
    for _ in 0..PAPER_CODES {
        let code = paper_code(random()?);
        store::add_paper(change, account, &paper_hash(house, account, &code)).await?;
        codes.push(code);
    }
    Ok(codes)
}

/// All factors of an account are gone: it must set up new ones.
pub(crate) async fn remove_all(change: &mut Change, account: Id<Account>) -> Result<(), Problem> {
    store::remove(change, account).await?;
    passkey::remove_all(change, account).await?;
    Ok(store::remove_paper(change, account).await?)
}

/// Another one for each sign-in, and another once that one counts.
async fn secret(
    session: &mut Session,
    house: &House,
    account: Id<Account>,
    sign_in: Id<()>,
) -> Result<[u8; 20], Problem> {
    let present = store::counting(session, account).await?;
    let present = present.first().map_or("", |(id, _)| id.as_str());
    let bytes = house.vault.derived(&["authenticator", &account.to_string(), &sign_in.to_string(), present]);
    Ok(std::array::from_fn(|at| bytes[at]))
}

fn place(id: &str) -> String {
    format!("authenticator.secret.{id}")
}

fn opened(house: &House, id: &str, sealed: &str) -> Result<[u8; 20], Problem> {
    let secret = house.vault.open(&place(id), sealed)?;
    secret.try_into().map_err(|_| Problem::broken("an authenticator's secret of another length"))
}

fn totp(secret: [u8; 20], name: &str, issuer: Option<&str>) -> Result<Totp, Problem> {
    let secret = Secret::from(secret.to_vec());
    // A colon parts issuer and name in the address that an app reads.
    let clean = |text: &str| text.replace(':', " ");
    let name = if name.is_empty() { "Meres".to_owned() } else { clean(name) };
    let builder = Builder::new().with_secret(secret).with_account_name(name);
    builder.with_issuer(issuer.map(clean)).build().map_err(Problem::broken)
}

/// The half minute whose code this is: now, the one before or the one after, since clocks differ.
fn step_of(totp: &Totp, house: &House, code: &str) -> Option<i64> {
    let digits: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    i64::try_from(totp.check(&digits, moment::seconds(house))?).ok()
}

fn shown(house: &House, secret: [u8; 20], name: &str) -> Result<Fresh, Problem> {
    let totp = totp(secret, name, Some(&house.site.name))?;
    let address = totp.to_url().map_err(Problem::broken)?;
    let qr = Html::qr_code(&address, "QR code for your authenticator app")?;
    let letters = totp.secret().to_base32();
    let letters: Vec<&str> =
        (0..letters.len()).step_by(4).filter_map(|at| letters.get(at..letters.len().min(at + 4))).collect();
    Ok(Fresh { secret: letters.join(" "), qr })
}

/// Letters and digits that are not taken for one another, 50 bits, as `xxxxx-xxxxx`.
fn paper_code(bytes: [u8; 10]) -> String {
    const SIGNS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz023456789";
    let mut code: String = bytes.iter().map(|byte| char::from(SIGNS[usize::from(byte % 32)])).collect();
    code.insert(5, '-');
    code
}

/// However it was typed: capitals, blanks and hyphens say nothing.
fn paper_hash(house: &House, account: Id<Account>, code: &str) -> String {
    let code: String = code.chars().filter(char::is_ascii_alphanumeric).collect();
    house.vault.hash(&["recovery code", &account.to_string(), &code.to_ascii_lowercase()])
}
