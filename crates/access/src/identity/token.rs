//! What an identity token must be beside rightly signed for us: each claim once, of its type, and of now.
//!
//! The library checks signature, issuer, audience, authorised party and nonce. Here everything is checked once more on the
//! text that was signed, and with it what a library that must suit everybody leaves open.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// What must be so.
pub(super) struct Expected<'a> {
    pub(super) issuer: &'a str,
    pub(super) client: &'a str,
    pub(super) nonce: &'a str,
    /// Now, in seconds since 1970.
    pub(super) now: i64,
}

/// What a token that holds says of somebody.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) subject: String,
    pub(super) signed_in_at: Option<i64>,
    pub(super) methods: Vec<String>,
    pub(super) class: Option<String>,
}

/// Clocks differ by so many seconds.
pub(super) const SKEW: i64 = 60;
/// A token that is handed out for a code is of this moment; one from so long ago is somebody's old one.
const OLDEST: i64 = 600;
/// What no honest clock says.
const LAST: f64 = 32_503_680_000.0;
/// A subject has at most 255 letters of ASCII (OpenID Connect Core, 2).
const MOST_SUBJECT: usize = 255;

#[derive(Deserialize)]
struct Header {
    alg: String,
    #[serde(default)]
    kid: Option<String>,
    #[serde(default)]
    typ: Option<String>,
    #[serde(default)]
    crit: Option<serde_json::Value>,
    #[serde(default)]
    enc: Option<serde_json::Value>,
    #[serde(default)]
    zip: Option<serde_json::Value>,
    #[serde(default)]
    b64: Option<serde_json::Value>,
}

/// A claim that is there twice is refused by what serde makes of this.
#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: Audience,
    exp: f64,
    iat: f64,
    nonce: String,
    #[serde(default)]
    nbf: Option<f64>,
    #[serde(default)]
    azp: Option<String>,
    #[serde(default)]
    auth_time: Option<f64>,
    #[serde(default)]
    amr: Option<Vec<String>>,
    #[serde(default)]
    acr: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

/// Checks the text of a token; why it does not hold, without a value from it.
pub(super) fn check(token: &str, expected: &Expected<'_>) -> Result<Said, &'static str> {
    let mut parts = token.split('.');
    let (Some(header), Some(claims), Some(signature), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err("it is not of three parts");
    };
    let header: Header = read(header).ok_or("its header cannot be read")?;
    let claims: Claims = read(claims).ok_or("a claim is missing, twice there or of another type")?;
    let plain = header.crit.is_none() && header.enc.is_none() && header.zip.is_none() && header.b64.is_none();
    let typed = header.typ.is_none_or(|typ| typ.eq_ignore_ascii_case("JWT"));
    let signed = ["RS256", "PS256", "ES256", "EdDSA"].contains(&header.alg.as_str()) && !signature.is_empty();
    let is_us = match &claims.aud {
        Audience::One(one) => one == expected.client,
        Audience::Several(several) => several.len() == 1 && several[0] == expected.client,
    };
    let holds = [
        (
            plain && typed && header.kid.is_none_or(|kid| !kid.is_empty()),
            "its header asks for what is not done here",
        ),
        (signed, "it is not signed by an algorithm that is taken"),
        (claims.iss == expected.issuer, "it is of another issuer"),
        (is_us, "it is for somebody else"),
        (claims.azp.is_none_or(|party| party == expected.client), "it was asked for by somebody else"),
        (claims.nonce == expected.nonce, "it is of another sign-in"),
        (is_subject(&claims.sub), "its subject is not one"),
    ];
    if let Some((_, why)) = holds.into_iter().find(|(holds, _)| !holds) {
        return Err(why);
    }
    let (ends, made) = (moment(claims.exp)?, moment(claims.iat)?);
    let begins = claims.nbf.map(moment).transpose()?;
    let signed_in_at = claims.auth_time.map(moment).transpose()?;
    let now = expected.now;
    let of_now = ends > now - SKEW
        && (now - OLDEST..=now + SKEW).contains(&made)
        && ends > made
        && begins.is_none_or(|begins| begins <= now + SKEW)
        && signed_in_at.is_none_or(|at| at <= now + SKEW);
    if !of_now {
        return Err("it is not of now");
    }
    Ok(Said { subject: claims.sub, signed_in_at, methods: claims.amr.unwrap_or_default(), class: claims.acr })
}

fn read<T: DeserializeOwned>(part: &str) -> Option<T> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}

fn is_subject(subject: &str) -> bool {
    !subject.is_empty()
        && subject.len() <= MOST_SUBJECT
        && subject.chars().all(|c| c.is_ascii_graphic() || c == ' ')
}

/// Whole seconds; some providers send parts of one.
fn moment(seconds: f64) -> Result<i64, &'static str> {
    if !(0.0..LAST).contains(&seconds) {
        return Err("a time in it is none");
    }
    #[expect(
        clippy::cast_possible_truncation,
        reason = "between nought and the year 3000, and parts do not matter"
    )]
    Ok(seconds as i64)
}
