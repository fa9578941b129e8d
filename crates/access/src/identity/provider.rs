//! What is said to a provider and what comes back: its documents, the address to go to, and the code that is exchanged for
//! a token. Everything that comes back is bounded in time and size, follows no redirect, and is believed only as far as
//! it can be checked.

use std::time::Duration;

use ground::fetch::{FetchLimits, Fetcher, Reach, Url};
use openidconnect::core::{
    CoreAuthPrompt, CoreAuthenticationFlow, CoreClient, CoreClientAuthMethod, CoreIdToken,
    CoreIdTokenVerifier, CoreJsonWebKeySet, CoreJwsSigningAlgorithm, CoreProviderMetadata,
};
use openidconnect::{
    AuthType, AuthorizationCode, ClaimsVerificationError, ClientId, ClientSecret, CsrfToken, HttpRequest,
    HttpResponse, Nonce, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, TokenResponse as _,
};
use serde::Deserialize;
use time::OffsetDateTime;
use web::{House, IdentityProvider, Published, SecondFactor};

use super::flow::{Aim, Flow};
use super::token::{self, Expected, SKEW};

/// What a provider has proved of whoever comes back.
#[derive(Debug)]
pub(crate) struct Proof {
    /// Who they are there.
    pub(crate) subject: String,
    /// A second factor was shown there, and theirs counts here.
    pub(crate) own_factor: bool,
    /// They showed anew that it is them, since this way was begun.
    pub(crate) anew: bool,
}

/// Why somebody cannot come in so. What is in it goes to the log: it holds nothing of a person.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Fault {
    #[error("the provider does not answer: {0}")]
    Away(String),
    #[error("what the provider sent does not hold: {0}")]
    Refused(String),
}

/// Documents and keys are read again after this …
const FRESH: time::Duration = time::Duration::hours(1);
/// … and a provider that did not answer is asked again after this.
const PAUSE: time::Duration = time::Duration::seconds(10);
const MOST_BYTES: usize = 512 << 10;
const PATIENCE: Duration = Duration::from_secs(3);
/// For the exchange of a code, which is tried once.
const LONG_PATIENCE: Duration = Duration::from_secs(8);

const LIMITS: FetchLimits = FetchLimits {
    connect: PATIENCE,
    page: PATIENCE,
    most_bytes: MOST_BYTES,
    redirects: 0,
    pause: Duration::from_millis(200),
    reach: Reach::Anywhere,
};

/// What is read of a discovery document beside what the library reads.
#[derive(Deserialize)]
struct More {
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

/// A provider with its documents, as the library takes them.
struct Known {
    metadata: CoreProviderMetadata,
    /// It always says in its answer who answers (RFC 9207).
    says_who: bool,
}

/// Where to go to sign in there.
pub(crate) async fn address(
    house: &House,
    provider: &IdentityProvider,
    flow: &Flow,
) -> Result<String, Fault> {
    let known = known(house, provider, false).await?;
    let client = client(house, provider, known.metadata)?;
    let key = PkceCodeVerifier::new(flow.proof_key(house));
    let (state, nonce) = (CsrfToken::new(flow.state(house)), Nonce::new(flow.nonce(house)));
    let mut request = client
        .authorize_url(CoreAuthenticationFlow::AuthorizationCode, || state, || nonce)
        .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&key));
    // On a machine that several people use, the provider may know the one before: whoever links an account or confirms
    // that it is them says who they are.
    if flow.aim != Aim::SignIn {
        request = request.add_prompt(CoreAuthPrompt::Login);
    }
    if matches!(flow.aim, Aim::Confirm { .. }) {
        request = request.set_max_age(Duration::ZERO);
    }
    Ok(request.url().0.into())
}

/// Exchanges the code that somebody brought back, and checks what it gives. `issuer` is who says to have answered.
pub(crate) async fn proof(
    house: &House,
    provider: &IdentityProvider,
    flow: &Flow,
    (code, issuer): (&str, Option<&str>),
) -> Result<Proof, Fault> {
    let first = known(house, provider, false).await?;
    if issuer.map_or(first.says_who, |issuer| issuer != provider.issuer) {
        return Err(Fault::Refused("another issuer answers".to_owned()));
    }
    let client = client(house, provider, first.metadata)?;
    let asked = client
        .exchange_code(AuthorizationCode::new(code.to_owned()))
        .map_err(|_| Fault::Refused("it has no token endpoint".to_owned()))?
        .set_pkce_verifier(PkceCodeVerifier::new(flow.proof_key(house)));
    // The error may hold what the provider sent, and that may hold a person's: its kind is enough.
    let answer = asked.request_async(&sent).await.map_err(|error| match error {
        openidconnect::RequestTokenError::Request(error) => Fault::Away(error.to_string()),
        openidconnect::RequestTokenError::ServerResponse(_) => {
            Fault::Refused("the code is refused".to_owned())
        }
        _ => Fault::Refused("the answer to the code cannot be read".to_owned()),
    })?;
    let token = answer.id_token().ok_or_else(|| Fault::Refused("there is no identity token".to_owned()))?;
    let nonce = Nonce::new(flow.nonce(house));
    let mut checked = rightly_signed(house, &client.id_token_verifier(), token, &nonce);
    if matches!(checked, Err(ClaimsVerificationError::SignatureVerification(_))) {
        // It may have changed its keys since they were read.
        let again = self::client(house, provider, known(house, provider, true).await?.metadata)?;
        checked = rightly_signed(house, &again.id_token_verifier(), token, &nonce);
    }
    checked.map_err(|error| Fault::Refused(kind(&error).to_owned()))?;
    let now = (house.clock)().unix_timestamp();
    let expected =
        Expected { issuer: &provider.issuer, client: &provider.client_id, nonce: &flow.nonce(house), now };
    let said = token::check(&token.to_string(), &expected).map_err(|why| Fault::Refused(why.to_owned()))?;
    let shown = said.methods.iter().any(|method| method == "mfa")
        || said.class.is_some_and(|class| provider.second_factor_acr.contains(&class));
    Ok(Proof {
        subject: said.subject,
        own_factor: provider.second_factor == SecondFactor::Theirs && shown,
        anew: said.signed_in_at.is_some_and(|at| at >= flow.began - SKEW),
    })
}

type Client = openidconnect::core::CoreClient<
    openidconnect::EndpointSet,
    openidconnect::EndpointNotSet,
    openidconnect::EndpointNotSet,
    openidconnect::EndpointNotSet,
    openidconnect::EndpointMaybeSet,
    openidconnect::EndpointMaybeSet,
>;

fn client(
    house: &House,
    provider: &IdentityProvider,
    metadata: CoreProviderMetadata,
) -> Result<Client, Fault> {
    let back = format!("{}/sign-in/with/{}/back", house.site.address, provider.word);
    let back =
        RedirectUrl::new(back).map_err(|_| Fault::Refused("the address of this Meres is none".to_owned()))?;
    // Where it takes the secret in the header, and that goes without saying, it goes there.
    let methods = metadata.token_endpoint_auth_methods_supported();
    let in_header = methods.is_none_or(|all| {
        all.contains(&CoreClientAuthMethod::ClientSecretBasic)
            || !all.contains(&CoreClientAuthMethod::ClientSecretPost)
    });
    let secret = ClientSecret::new(provider.client_secret.clone());
    let client =
        CoreClient::from_provider_metadata(metadata, ClientId::new(provider.client_id.clone()), Some(secret));
    let way = if in_header { AuthType::BasicAuth } else { AuthType::RequestBody };
    Ok(client.set_redirect_uri(back).set_auth_type(way))
}

/// Signature, issuer, audience, authorised party, end and nonce, as the library checks them.
fn rightly_signed(
    house: &House,
    verifier: &CoreIdTokenVerifier<'_>,
    token: &CoreIdToken,
    nonce: &Nonce,
) -> Result<(), ClaimsVerificationError> {
    let now = (house.clock)().unix_timestamp() - SKEW;
    let verifier = verifier
        .clone()
        .set_allowed_algs([
            CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
            CoreJwsSigningAlgorithm::RsaSsaPssSha256,
            CoreJwsSigningAlgorithm::EcdsaP256Sha256,
            CoreJwsSigningAlgorithm::EdDsa,
        ])
        .set_time_fn(move || chrono::DateTime::from_timestamp(now, 0).unwrap_or_default());
    token.claims(&verifier, nonce).map(drop)
}

/// The library's own words hold values of the token.
const fn kind(error: &ClaimsVerificationError) -> &'static str {
    match error {
        ClaimsVerificationError::Expired(_) => "it has expired",
        ClaimsVerificationError::InvalidAudience(_) => "it is for somebody else",
        ClaimsVerificationError::InvalidIssuer(_) => "it is of another issuer",
        ClaimsVerificationError::InvalidNonce(_) => "it is of another sign-in",
        ClaimsVerificationError::SignatureVerification(_) => "it is not rightly signed",
        _ => "it does not hold",
    }
}

/// The documents of a provider: those that are kept, or fresh ones.
async fn known(house: &House, provider: &IdentityProvider, new_keys: bool) -> Result<Known, Fault> {
    // One asks, the others wait for what it hears: a crowd at the door is one question.
    let mut kept = provider.published.lock().await;
    let now = (house.clock)();
    let since = |at: Option<OffsetDateTime>| at.map(|at| (now - at).abs());
    let fresh = since(kept.read_at).is_some_and(|age| age < FRESH);
    // Keys that were read a moment ago are not read again, whoever asks how often.
    let too_soon = since(kept.read_at).is_some_and(|age| age < PAUSE);
    if !fresh || (new_keys && !too_soon) {
        if since(kept.failed_at).is_some_and(|age| age < PAUSE) {
            return Err(Fault::Away("it did not a moment ago".to_owned()));
        }
        match read(provider).await {
            Ok((about, keys)) => {
                *kept = Published { about, keys, read_at: Some(now), failed_at: None };
            }
            Err(fault) => {
                // Not when it was asked: waiting for it took a while.
                kept.failed_at = Some((house.clock)());
                return Err(fault);
            }
        }
    }
    let (metadata, says_who) = described(provider, &kept.about)?;
    let keys: CoreJsonWebKeySet = understood(&kept.keys, "its keys")?;
    Ok(Known { metadata: metadata.set_jwks(keys), says_who })
}

/// Reads both documents, and whether they can be understood.
async fn read(provider: &IdentityProvider) -> Result<(String, String), Fault> {
    let about = format!("{}/.well-known/openid-configuration", provider.issuer.trim_end_matches('/'));
    let about = document(provider, &about).await?;
    let (metadata, _) = described(provider, &about)?;
    let keys = document(provider, metadata.jwks_uri().as_str()).await?;
    let _: CoreJsonWebKeySet = understood(&keys, "its keys")?;
    Ok((about, keys))
}

async fn document(provider: &IdentityProvider, address: &str) -> Result<String, Fault> {
    let address = endpoint(provider, address)?;
    let fetcher = Fetcher::new(&address, LIMITS).map_err(|error| Fault::Away(error.to_string()))?;
    let page = fetcher.get(&address).await.map_err(|error| Fault::Away(error.to_string()))?;
    String::from_utf8(page).map_err(|_| Fault::Refused("a document of it is no text".to_owned()))
}

fn described(provider: &IdentityProvider, about: &str) -> Result<(CoreProviderMetadata, bool), Fault> {
    let metadata: CoreProviderMetadata = understood(about, "what it says of itself")?;
    let more: More = understood(about, "what it says of itself")?;
    if metadata.issuer().as_str() != provider.issuer {
        return Err(Fault::Refused("it calls itself otherwise than in the configuration".to_owned()));
    }
    endpoint(provider, metadata.authorization_endpoint().as_str())?;
    let token =
        metadata.token_endpoint().ok_or_else(|| Fault::Refused("it has no token endpoint".to_owned()))?;
    endpoint(provider, token.as_str())?;
    Ok((metadata, more.authorization_response_iss_parameter_supported))
}

fn understood<T: serde::de::DeserializeOwned>(text: &str, what: &str) -> Result<T, Fault> {
    serde_json::from_str(text).map_err(|_| Fault::Refused(format!("{what} cannot be understood")))
}

/// An address that a provider names: by HTTPS, but for one on this machine.
fn endpoint(provider: &IdentityProvider, address: &str) -> Result<Url, Fault> {
    let refused = || Fault::Refused("it names an address without HTTPS".to_owned());
    let address = ground::fetch::address(address).map_err(|_| refused())?;
    let at_home =
        || provider.is_at_home() && matches!(address.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
    if address.scheme() == "https" || at_home() { Ok(address) } else { Err(refused()) }
}

/// Why a code could not be exchanged.
#[derive(Debug, thiserror::Error)]
enum Unanswered {
    #[error("no whole answer in time")]
    Late,
    #[error("it cannot be reached")]
    Unreached,
    #[error("the answer is too large")]
    Large,
    #[error("the answer leads elsewhere")]
    Elsewhere,
}

/// Sends a request of the library's.
async fn sent(request: HttpRequest) -> Result<HttpResponse, Unanswered> {
    tokio::time::timeout(LONG_PATIENCE, answered(request)).await.unwrap_or(Err(Unanswered::Late))
}

async fn answered(request: HttpRequest) -> Result<HttpResponse, Unanswered> {
    let client = reqwest::Client::builder()
        .connect_timeout(PATIENCE)
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .map_err(|_| Unanswered::Unreached)?;
    let request = reqwest::Request::try_from(request).map_err(|_| Unanswered::Unreached)?;
    let mut answer = client.execute(request).await.map_err(|_| Unanswered::Unreached)?;
    if answer.status().is_redirection() {
        return Err(Unanswered::Elsewhere);
    }
    let (status, headers) = (answer.status(), answer.headers().clone());
    let mut body = Vec::new();
    while let Some(bytes) = answer.chunk().await.map_err(|_| Unanswered::Unreached)? {
        if body.len() + bytes.len() > MOST_BYTES {
            return Err(Unanswered::Large);
        }
        body.extend_from_slice(&bytes);
    }
    let mut response = HttpResponse::new(body);
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    Ok(response)
}
