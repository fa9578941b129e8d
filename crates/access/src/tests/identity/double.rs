//! A provider that answers rightly, until it is told to twist one thing.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use openidconnect::core::{CoreEdDsaPrivateSigningKey, CoreJwsSigningAlgorithm};
use openidconnect::{JsonWebKeyId, PkceCodeChallenge, PkceCodeVerifier, PrivateSigningKey as _};
use serde_json::{Map, Value, json};
use web::{IdentityProvider, SecondFactor};

use super::super::NOW;

pub(super) const CLIENT: &str = "meres-at-home";
const JSON: &str = "application/json";
const SECRET: &str = "a secret: of 100 % & more";

pub(super) type Claims = Map<String, Value>;
type Twisting<T> = Box<dyn Fn(&mut T) + Send + Sync>;
pub(super) type Signing = Box<dyn Fn(&Keys, &str) -> Vec<u8> + Send + Sync>;

/// One thing that is not as it should be.
pub(super) enum Twist {
    Header(Twisting<Claims>),
    Claims(Twisting<Claims>),
    /// The text of the header, or of the claims, before it is signed.
    HeaderText(Twisting<String>),
    ClaimsText(Twisting<String>),
    /// The signature, with what it is of.
    Signature(Signing),
    Token(Twisting<String>),
    /// What the token endpoint answers.
    Answer(Twisting<Value>),
    Reply(u16, String),
    About(Twisting<Value>),
    KeySet(Twisting<Value>),
    /// What is answered at a path instead of a document.
    Document(&'static str, u16, String),
    /// The address by which somebody comes back.
    Question(Twisting<Vec<(String, String)>>),
    /// The cookie that waited.
    Cookie(Twisting<String>),
    /// What the provider remembers of the way there.
    Granted(Twisting<Granted>),
    /// So many seconds pass before they come back.
    Late(i64),
}

/// The keys of a double.
pub(super) struct Keys {
    pub(super) own: CoreEdDsaPrivateSigningKey,
    pub(super) second: CoreEdDsaPrivateSigningKey,
    pub(super) strange: CoreEdDsaPrivateSigningKey,
}

/// What stands behind a code.
#[derive(Clone, Default)]
pub(super) struct Granted {
    pub(super) challenge: String,
    pub(super) redirect: String,
    pub(super) nonce: String,
    pub(super) more: Claims,
    used: bool,
}

struct Inner {
    issuer: String,
    keys: Keys,
    granted: BTreeMap<String, Granted>,
    twist: Option<Twist>,
    asked: BTreeMap<&'static str, usize>,
}

/// A provider on loopback, for as long as the test runs.
#[derive(Clone)]
pub(super) struct Double {
    pub(super) issuer: String,
    inner: Arc<Mutex<Inner>>,
}

/// An Ed25519 key of this seed, by the smallest PKCS#8 that holds it.
pub(super) fn key(seed: u8, name: &str) -> CoreEdDsaPrivateSigningKey {
    let mut der = vec![0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];
    der.extend([seed; 32]);
    let pem = format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", STANDARD.encode(der));
    CoreEdDsaPrivateSigningKey::from_ed25519_pem(&pem, Some(JsonWebKeyId::new(name.to_owned())))
        .expect("a key")
}

fn public(key: &CoreEdDsaPrivateSigningKey) -> Value {
    serde_json::to_value(key.as_verification_key()).expect("a key as JSON")
}

pub(super) fn signed(key: &CoreEdDsaPrivateSigningKey, text: &str) -> Vec<u8> {
    key.sign(&CoreJwsSigningAlgorithm::EdDsa, text.as_bytes()).expect("signed")
}

impl Double {
    pub(super) async fn new(seed: u8) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let issuer = format!("http://127.0.0.1:{}", listener.local_addr().expect("an address").port());
        let keys =
            Keys { own: key(seed, "own"), second: key(seed + 1, "second"), strange: key(seed + 2, "own") };
        let inner = Inner {
            issuer: issuer.clone(),
            keys,
            granted: BTreeMap::new(),
            twist: None,
            asked: BTreeMap::new(),
        };
        let inner = Arc::new(Mutex::new(inner));
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(about))
            .route("/keys", get(key_set))
            .route("/token", post(token))
            .with_state(Arc::clone(&inner));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { issuer, inner }
    }

    /// How Meres knows it.
    pub(super) fn configured(&self, word: &str, second_factor: SecondFactor) -> IdentityProvider {
        IdentityProvider {
            word: word.to_owned(),
            name: format!("The {word}"),
            issuer: self.issuer.clone(),
            client_id: CLIENT.to_owned(),
            client_secret: SECRET.to_owned(),
            second_factor,
            second_factor_acr: vec!["urn:two".to_owned()],
            published: tokio::sync::Mutex::default(),
        }
    }

    /// From now on it twists this, or nothing.
    pub(super) fn twist(&self, twist: Option<Twist>) {
        self.inner.lock().expect("free").twist = twist;
    }

    /// How often this was asked for.
    pub(super) fn asked(&self, what: &str) -> usize {
        self.inner.lock().expect("free").asked.get(what).copied().unwrap_or(0)
    }

    /// Other keys, of other names, from now on.
    pub(super) fn rotate(&self, seed: u8) {
        let keys =
            Keys { own: key(seed, "next"), second: key(seed + 1, "after"), strange: key(seed + 2, "next") };
        self.inner.lock().expect("free").keys = keys;
    }

    /// Somebody signs in there: the question with which they are sent back.
    pub(super) fn signs_in(&self, address: &str, more: Value) -> Vec<(String, String)> {
        let (_, question) = address.split_once('?').expect("a question");
        let asked: BTreeMap<String, String> = form_urlencoded::parse(question.as_bytes())
            .map(|(k, v)| (k.into_owned(), v.into_owned()))
            .collect();
        assert!(address.starts_with(&format!("{}/authorize?", self.issuer)), "{address}");
        assert_eq!((asked["response_type"].as_str(), asked["client_id"].as_str()), ("code", CLIENT));
        assert_eq!((asked["scope"].as_str(), asked["code_challenge_method"].as_str()), ("openid", "S256"));
        let Value::Object(more) = more else { panic!("claims are an object") };
        let mut inner = self.inner.lock().expect("free");
        let mut granted = Granted {
            challenge: asked["code_challenge"].clone(),
            redirect: asked["redirect_uri"].clone(),
            nonce: asked["nonce"].clone(),
            more,
            used: false,
        };
        if let Some(Twist::Granted(twist)) = &inner.twist {
            twist(&mut granted);
        }
        let code = format!("code-{}", inner.granted.len());
        inner.granted.insert(code.clone(), granted);
        let mut back = vec![
            ("code".to_owned(), code),
            ("state".to_owned(), asked["state"].clone()),
            ("iss".to_owned(), self.issuer.clone()),
        ];
        if let Some(Twist::Question(twist)) = &inner.twist {
            twist(&mut back);
        }
        back
    }

    /// What a twist of the cookie or of time makes of it on the way back.
    pub(super) fn on_the_way(&self, cookie: &mut String) -> i64 {
        match &self.inner.lock().expect("free").twist {
            Some(Twist::Cookie(twist)) => twist(cookie),
            Some(Twist::Late(seconds)) => return *seconds,
            _ => {}
        }
        0
    }
}

type Shared = State<Arc<Mutex<Inner>>>;

fn document(inner: &Inner, path: &str, right: &Value) -> Response {
    match &inner.twist {
        Some(Twist::Document(at, status, body)) if *at == path => {
            let status = StatusCode::from_u16(*status).expect("a status");
            (status, [(header::LOCATION, "/elsewhere")], body.clone()).into_response()
        }
        _ => right.to_string().into_response(),
    }
}

async fn about(State(inner): Shared) -> Response {
    let mut inner = inner.lock().expect("free");
    *inner.asked.entry("about").or_default() += 1;
    let issuer = &inner.issuer;
    let mut about = json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "jwks_uri": format!("{issuer}/keys"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["EdDSA"],
        "authorization_response_iss_parameter_supported": true,
    });
    if let Some(Twist::About(twist)) = &inner.twist {
        twist(&mut about);
    }
    document(&inner, "about", &about)
}

async fn key_set(State(inner): Shared) -> Response {
    let mut inner = inner.lock().expect("free");
    *inner.asked.entry("keys").or_default() += 1;
    let mut keys = json!({ "keys": [public(&inner.keys.own), public(&inner.keys.second)] });
    if let Some(Twist::KeySet(twist)) = &inner.twist {
        twist(&mut keys);
    }
    document(&inner, "keys", &keys)
}

async fn token(State(inner): Shared, headers: HeaderMap, body: String) -> Response {
    let mut inner = inner.lock().expect("free");
    *inner.asked.entry("token").or_default() += 1;
    if let Some(Twist::Reply(status, body)) = &inner.twist {
        let status = StatusCode::from_u16(*status).expect("a status");
        let headers = [(header::LOCATION, "/elsewhere"), (header::CONTENT_TYPE, JSON)];
        return (status, headers, body.clone()).into_response();
    }
    let sent: BTreeMap<String, String> =
        form_urlencoded::parse(body.as_bytes()).map(|(k, v)| (k.into_owned(), v.into_owned())).collect();
    let refused =
        || (StatusCode::BAD_REQUEST, json!({ "error": "invalid_grant" }).to_string()).into_response();
    let escaped = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let client = format!("Basic {}", STANDARD.encode(format!("{}:{}", escaped(CLIENT), escaped(SECRET))));
    let is_client =
        headers.get(header::AUTHORIZATION).is_some_and(|said| said.as_bytes() == client.as_bytes());
    let text = |name: &str| sent.get(name).cloned().unwrap_or_default();
    let Some(granted) = inner.granted.get_mut(&text("code")).filter(|granted| !granted.used) else {
        return refused();
    };
    granted.used = true;
    let granted = granted.clone();
    let verifier = PkceCodeVerifier::new(text("code_verifier"));
    let shown = PkceCodeChallenge::from_code_verifier_sha256(&verifier);
    if !is_client
        || text("grant_type") != "authorization_code"
        || text("redirect_uri") != granted.redirect
        || shown.as_str() != granted.challenge
    {
        return refused();
    }
    let mut answer = json!({ "access_token": "of no use", "token_type": "Bearer", "expires_in": 60, "id_token": minted(&inner, &granted) });
    if let Some(Twist::Answer(twist)) = &inner.twist {
        twist(&mut answer);
    }
    ([(header::CONTENT_TYPE, JSON)], answer.to_string()).into_response()
}

/// A token for what was granted, with the twist of the day.
fn minted(inner: &Inner, granted: &Granted) -> String {
    let now = NOW.get();
    let kid = inner.keys.own.as_verification_key();
    let kid = serde_json::to_value(kid).expect("JSON")["kid"].clone();
    let mut head = object(json!({ "alg": "EdDSA", "kid": kid, "typ": "JWT" }));
    let mut claims = object(json!({
        "iss": inner.issuer, "sub": "u-1", "aud": CLIENT, "azp": CLIENT, "iat": now, "exp": now + 300, "auth_time": now,
        "nonce": granted.nonce, "amr": ["pwd", "mfa"], "acr": "0", "email": "ann@example.org", "email_verified": true,
    }));
    claims.extend(granted.more.clone());
    claims.retain(|_, value| *value != json!("absent"));
    match &inner.twist {
        Some(Twist::Header(twist)) => twist(&mut head),
        Some(Twist::Claims(twist)) => twist(&mut claims),
        _ => {}
    }
    let (mut head, mut claims) = (Value::Object(head).to_string(), Value::Object(claims).to_string());
    match &inner.twist {
        Some(Twist::HeaderText(twist)) => twist(&mut head),
        Some(Twist::ClaimsText(twist)) => twist(&mut claims),
        _ => {}
    }
    let text = format!("{}.{}", URL_SAFE_NO_PAD.encode(head), URL_SAFE_NO_PAD.encode(claims));
    let signature = match &inner.twist {
        Some(Twist::Signature(twist)) => twist(&inner.keys, &text),
        _ => signed(&inner.keys.own, &text),
    };
    let mut token = format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature));
    if let Some(Twist::Token(twist)) = &inner.twist {
        twist(&mut token);
    }
    token
}

fn object(value: Value) -> Claims {
    let Value::Object(object) = value else { panic!("an object") };
    object
}
