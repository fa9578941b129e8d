//! What a browser is asked to have a passkey sign, and whether it answered that. What was asked is kept here and not in the
//! page, sealed, and forgotten with the first answer, right or wrong: no answer is good twice.

use ground::database::{Act, Change};
use ground::files::digest_bytes;
use time::Duration;
use vocabulary::{Account, Actor, Id};
use web::{Field, FieldKind, Form, House, Problem, Site, Visit};
use webauthn_rs::prelude::{
    DiscoverableAuthentication, Passkey, PasskeyAuthentication, PasskeyRegistration, PublicKeyCredential,
    RegisterPublicKeyCredential, Url, Uuid, Webauthn, WebauthnBuilder, WebauthnError,
};

use super::store::{self, Kept};
use crate::guess::{self, Target};
use crate::moment;

/// What a passkey is to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Who somebody is who comes to the door.
    SignIn,
    /// That it is still the same person.
    Confirm,
}

impl Kind {
    const fn word(self) -> &'static str {
        match self {
            Self::SignIn => "sign-in",
            Self::Confirm => "confirm",
        }
    }
}

/// The word for a new passkey.
const ADD: &str = "add";
/// Whoever is asked has so long to answer.
const SPAN: Duration = Duration::minutes(5);
/// More than anybody has devices.
const MOST: usize = 20;

/// A passkey has shown whose it is. What follows from it is written with it, in the same change.
pub(crate) struct Shown {
    pub(crate) change: Change,
    pub(crate) account: Id<Account>,
}

/// Whether browsers take passkeys at this site's address: it needs a name, and HTTPS unless it is at home.
pub(crate) fn possible(site: &Site) -> bool {
    builder(site).is_some()
}

fn builder(site: &Site) -> Option<Webauthn> {
    let origin = Url::parse(&site.address).ok()?;
    let name = origin.domain()?;
    let builder = WebauthnBuilder::new(name, &origin).ok()?;
    (site.is_secure() || name == "localhost").then(|| builder.rp_name(&site.name).build().ok())?
}

fn relying(visit: &Visit) -> Result<Webauthn, Problem> {
    builder(&visit.house.site).ok_or(Problem::Conflict(
        "This site has no name of its own, and passkeys need one. Sign in another way.",
    ))
}

/// Asks for a passkey: for any, where nobody knows yet who comes, or for one of this account's. Gives the fields of the form
/// that brings the answer.
pub(crate) async fn ask(visit: &Visit, account: Option<Id<Account>>) -> Result<[Field; 2], Problem> {
    let relying = relying(visit)?;
    let Some(account) = account else {
        let (asked, state) = relying.start_discoverable_authentication().map_err(Problem::broken)?;
        let (asked, state) = (serde_json::to_string(&asked.public_key), serde_json::to_string(&state));
        return begin(visit, Kind::SignIn.word(), asked, state).await;
    };
    let passkeys = passkeys(visit, account).await?;
    if passkeys.is_empty() {
        return Err(Problem::Conflict("You have no passkey. Go back and enter a code."));
    }
    let (asked, state) = relying.start_passkey_authentication(&passkeys).map_err(Problem::broken)?;
    let (asked, state) = (serde_json::to_string(&asked.public_key), serde_json::to_string(&state));
    begin(visit, Kind::Confirm.word(), asked, state).await
}

/// Asks for a new passkey, which the device will show by this address and name.
pub(crate) async fn ask_new(
    visit: &Visit,
    account: Id<Account>,
    email: &str,
    name: &str,
) -> Result<[Field; 2], Problem> {
    let relying = relying(visit)?;
    let known = passkeys(visit, account).await?;
    if known.len() >= MOST {
        return Err(Problem::Conflict("You have 20 passkeys. Remove one that you no longer use first."));
    }
    let known = known.iter().map(|passkey| passkey.cred_id().clone()).collect();
    let (asked, state) = relying
        .start_passkey_registration(uuid(account)?, email, name, Some(known))
        .map_err(Problem::broken)?;
    let mut asked = serde_json::to_value(&asked.public_key).map_err(Problem::broken)?;
    // One that the device keeps together with whose it is: it signs in without an address being typed.
    asked["authenticatorSelection"]["residentKey"] = "required".into();
    asked["authenticatorSelection"]["requireResidentKey"] = true.into();
    begin(visit, ADD, Ok(asked.to_string()), serde_json::to_string(&state)).await
}

async fn begin(
    visit: &Visit,
    kind: &'static str,
    asked: serde_json::Result<String>,
    state: serde_json::Result<String>,
) -> Result<[Field; 2], Problem> {
    let (house, options) = (&visit.house, asked.map_err(Problem::broken)?);
    guess::count(visit, Target::Passkey, None).await?;
    let mut change = house.database.change(&actor(visit)).await?;
    store::sweep(&mut change, &moment::ago(house, SPAN)).await?;
    let id = change.new_id::<Shown>().to_string();
    let state = house.vault.seal(&place(&id), state.map_err(Problem::broken)?.as_bytes())?;
    store::begin(&mut change, &id, kind, &asker(visit), &state).await?;
    let act = Act { action: "passkey.ask", object: String::new(), purpose: None, detail: kind.to_owned() };
    change.commit(act).await?;
    let address = house.site.address.clone();
    let field = FieldKind::Passkey { new: kind == ADD, options, address };
    Ok([Field::new(field, "passkey", ""), Field::hidden("ceremony", id)])
}

/// Whose passkey somebody says that they have; nothing is proved yet.
pub(crate) async fn claimed(visit: &Visit, typed: &Form) -> Result<Option<Id<Account>>, Problem> {
    let Some(answer) = answer(typed) else { return Ok(None) };
    let found =
        store::find(&mut visit.house.database.read().await?, &number(answer.get_credential_id())).await?;
    Ok(found.map(|found| found.account))
}

/// Takes what a passkey answered. A wrong answer is written down and ends what was asked; then there is nothing.
pub(crate) async fn shown(
    mut change: Change,
    visit: &Visit,
    kind: Kind,
    account: Option<Id<Account>>,
    typed: &Form,
) -> Result<Option<Shown>, Problem> {
    let Some(state) = take(&mut change, visit, kind.word(), typed).await? else { return Ok(None) };
    let why = match proved(&mut change, visit, kind, &state, typed).await? {
        Ok(found) if Some(found) == account => return Ok(Some(Shown { change, account: found })),
        Ok(_) => "of somebody else",
        Err(why) => why,
    };
    drop(change);
    refused(visit, kind.word(), account, why, typed).await
}

/// Whose passkey it is, or what is wrong with the answer.
async fn proved(
    change: &mut Change,
    visit: &Visit,
    kind: Kind,
    state: &[u8],
    typed: &Form,
) -> Result<Result<Id<Account>, &'static str>, Problem> {
    let (house, relying) = (&visit.house, relying(visit)?);
    let Some(answer) = answer(typed) else { return Ok(Err("not an answer")) };
    let Some(mut found) = store::find(change, &number(answer.get_credential_id())).await? else {
        return Ok(Err("not known, removed, or its account disabled"));
    };
    let mut passkey = opened(house, &found)?;
    let result = match kind {
        Kind::SignIn => {
            let owner = relying.identify_discoverable_authentication(&answer).map(|(owner, _)| owner);
            if owner.ok() != Some(uuid(found.account)?) {
                return Ok(Err("without its owner, or with another"));
            }
            let state: DiscoverableAuthentication = serde_json::from_slice(state).map_err(Problem::broken)?;
            relying.finish_discoverable_authentication_v2(&answer, state, &passkey)
        }
        Kind::Confirm => {
            let state: PasskeyAuthentication = serde_json::from_slice(state).map_err(Problem::broken)?;
            relying.finish_passkey_authentication(&answer, &state)
        }
    };
    let result = match result {
        Ok(result) => result,
        Err(error) => return Ok(Err(why(&error))),
    };
    passkey.update_credential(&result);
    found.credential = sealed(house, &found, &passkey)?;
    if !store::used(change, &found, i64::from(result.counter())).await? {
        return Ok(Err(COPIED));
    }
    Ok(Ok(found.account))
}

/// Takes a new passkey. A wrong answer is written down and ends what was asked; then there is nothing.
pub(crate) async fn added(
    mut change: Change,
    visit: &Visit,
    account: Id<Account>,
    name: &str,
    typed: &Form,
) -> Result<Option<Shown>, Problem> {
    let Some(state) = take(&mut change, visit, ADD, typed).await? else { return Ok(None) };
    let why = match made(visit, &state, typed)? {
        Ok(passkey) => {
            let id = change.new_id::<Shown>().to_string();
            let mut kept = Kept { id, account, credential: String::new() };
            kept.credential = sealed(&visit.house, &kept, &passkey)?;
            if store::add(&mut change, &kept, name, &number(passkey.cred_id())).await? {
                return Ok(Some(Shown { change, account }));
            }
            "in use already"
        }
        Err(why) => why,
    };
    drop(change);
    refused(visit, ADD, Some(account), why, typed).await
}

/// The passkey that a device has made, or what is wrong with it.
fn made(visit: &Visit, state: &[u8], typed: &Form) -> Result<Result<Passkey, &'static str>, Problem> {
    let state: PasskeyRegistration = serde_json::from_slice(state).map_err(Problem::broken)?;
    let Ok(answer) = serde_json::from_str::<RegisterPublicKeyCredential>(typed.exact("passkey")) else {
        return Ok(Err("not an answer"));
    };
    Ok(relying(visit)?.finish_passkey_registration(&answer, &state).map_err(|error| why(&error)))
}

const COPIED: &str = "its counter went back: there may be a copy of it";

/// For the audit log, without a value of anybody's.
const fn why(error: &WebauthnError) -> &'static str {
    match error {
        WebauthnError::CredentialPossibleCompromise => COPIED,
        WebauthnError::MismatchedChallenge => "signs something else than was asked",
        WebauthnError::InvalidRPOrigin | WebauthnError::InvalidRPIDHash => "made for another site",
        WebauthnError::UserNotVerified => "without a fingerprint, a face or a PIN",
        _ => "not rightly signed",
    }
}

/// Not in the name of whoever has the passkey that was named: it was not shown that it is them.
async fn refused(
    visit: &Visit,
    kind: &'static str,
    account: Option<Id<Account>>,
    why: &str,
    typed: &Form,
) -> Result<Option<Shown>, Problem> {
    let mut change = visit.house.database.change(&actor(visit)).await?;
    if take(&mut change, visit, kind, typed).await?.is_some() {
        let object = account.map_or(String::new(), |account| format!("account:{account}"));
        change
            .commit(Act { action: "passkey.refuse", object, purpose: None, detail: why.to_owned() })
            .await?;
    }
    Ok(None)
}

/// Whose session it is, even by half.
fn actor(visit: &Visit) -> Actor {
    visit.account.map_or(Actor::Anonymous, Actor::Account)
}

/// What was asked of whoever answers, if it was them, lately and not answered yet. Whoever answers what nobody asked leaves
/// no line: otherwise strangers could fill the log.
async fn take(
    change: &mut Change,
    visit: &Visit,
    kind: &str,
    typed: &Form,
) -> Result<Option<Vec<u8>>, Problem> {
    let (id, before) = (typed.text("ceremony"), moment::ago(&visit.house, SPAN));
    let state = store::take(change, id, kind, &asker(visit), &before).await?;
    Ok(state.map(|state| visit.house.vault.open(&place(id), &state)).transpose()?)
}

/// The session, or the stranger at the door: whoever has this form's token.
fn asker(visit: &Visit) -> String {
    visit.house.vault.hash(&["ceremony", &visit.form_token])
}

fn place(id: &str) -> String {
    format!("ceremony.state.{id}")
}

fn answer(typed: &Form) -> Option<PublicKeyCredential> {
    serde_json::from_str(typed.exact("passkey")).ok()
}

fn number(credential: &[u8]) -> String {
    digest_bytes(credential)
}

fn uuid(account: Id<Account>) -> Result<Uuid, Problem> {
    Uuid::parse_str(&account.to_string()).map_err(Problem::broken)
}

async fn passkeys(visit: &Visit, account: Id<Account>) -> Result<Vec<Passkey>, Problem> {
    let kept = store::kept(&mut visit.house.database.read().await?, account).await?;
    kept.iter().map(|kept| opened(&visit.house, kept)).collect()
}

/// Sealed although it is no secret: nobody who can write into the database makes a key of theirs somebody else's.
fn sealed(house: &House, kept: &Kept, passkey: &Passkey) -> Result<String, Problem> {
    let json = serde_json::to_vec(passkey).map_err(Problem::broken)?;
    Ok(house.vault.seal(&kept.place(), &json)?)
}

fn opened(house: &House, kept: &Kept) -> Result<Passkey, Problem> {
    let json = house.vault.open(&kept.place(), &kept.credential)?;
    serde_json::from_slice(&json).map_err(Problem::broken)
}

impl Kept {
    fn place(&self) -> String {
        format!("passkey.credential.{}.{}", self.id, self.account)
    }
}
