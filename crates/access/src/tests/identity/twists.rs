//! The things that can be wrong, each with its name, made systematically.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openidconnect::PrivateSigningKey as _;
use openidconnect::core::{CoreHmacKey, CoreJwsSigningAlgorithm};
use serde_json::{Value, json};

use super::double::{CLIENT, Keys, Signing, Twist, signed};
use crate::tests::NOW;

type Named = (String, Twist);
type Change = fn(&str) -> String;

/// Twists of what comes back from a sign-in there.
pub(super) fn all(issuer: &str) -> Vec<Named> {
    let mut all = Vec::new();
    all.extend(claims(issuer));
    all.extend(doubled());
    all.extend(headers());
    all.extend(signatures());
    all.extend(tokens());
    all.extend(answers());
    all.extend(ways(issuer));
    all.extend(cookies());
    all
}

fn claim(name: &'static str, value: Value) -> Named {
    let why = format!("{name}: {value}");
    (why, Twist::Claims(Box::new(move |claims| _ = claims.insert(name.to_owned(), value.clone()))))
}

fn claims(issuer: &str) -> Vec<Named> {
    let mut all = Vec::new();
    let odd = || {
        [Value::Null, json!(true), json!(7), json!(""), json!({}), json!([]), json!([[]]), json!({"a": "b"})]
    };
    for name in ["iss", "sub", "aud", "exp", "iat", "nonce"] {
        let gone = Twist::Claims(Box::new(move |claims| _ = claims.remove(name)));
        all.push((format!("{name}: missing"), gone));
        all.extend(odd().into_iter().map(|value| claim(name, value)));
    }
    // What is right but for a letter.
    for name in ["iss", "aud", "nonce"] {
        let changes: [(&str, Change); 7] = [
            ("capitals", |text| text.to_uppercase()),
            ("a blank before", |text| format!(" {text}")),
            ("a blank behind", |text| format!("{text} ")),
            ("a stroke behind", |text| format!("{text}/")),
            ("one letter fewer", |text| text[..text.len() - 1].to_owned()),
            ("twice", |text| format!("{text}{text}")),
            ("a list in a text", |text| format!("[\"{text}\"]")),
        ];
        for (how, change) in changes {
            let twist = Twist::Claims(Box::new(move |claims| {
                let other = change(claims[name].as_str().expect("a text"));
                claims.insert(name.to_owned(), json!(other));
            }));
            all.push((format!("{name}: {how}"), twist));
        }
    }
    all.extend(
        ["https://accounts.example.org", "http://127.0.0.1:1"].map(|other| claim("iss", json!(other))),
    );
    all.push(claim("iss", json!([issuer])));
    all.extend(["u-2", "U-1", "ann@example.org"].map(|other| {
        let (why, twist) = claim("sub", json!(other));
        (why.replace("sub:", "sub: another:"), twist)
    }));
    all.extend(
        [json!("ü"), json!("a\nb"), json!("a\u{0}"), json!("x".repeat(256))].map(|odd| claim("sub", odd)),
    );
    let mixed = [
        json!("another"),
        json!(["another"]),
        json!([CLIENT, "another"]),
        json!(["another", CLIENT]),
        json!([CLIENT, CLIENT]),
        json!([CLIENT, 7]),
        json!([CLIENT, null]),
        json!({ "0": CLIENT }),
    ];
    all.extend(mixed.map(|value| claim("aud", value)));
    all.extend([json!("another"), json!(""), json!(7), json!([CLIENT])].map(|value| claim("azp", value)));
    let now = NOW.get();
    let text = json!((now + 300).to_string());
    for ends in
        [json!(now - 60), json!(now - 3_600), json!(0), json!(-1), json!(1e300), json!(now), text.clone()]
    {
        all.push(claim("exp", ends));
    }
    for made in [json!(now + 120), json!(now + 86_400), json!(now - 700), json!(0), json!(-1), text] {
        all.push(claim("iat", made));
    }
    for begins in [json!(now + 120), json!(now + 86_400), json!("soon"), json!(true), json!(-1), json!({})] {
        all.push(claim("nbf", begins));
    }
    for at in [json!(now + 120), json!("just now"), json!(-1), json!([now])] {
        all.push(claim("auth_time", at));
    }
    all.extend([json!("mfa"), json!({ "mfa": true }), json!([7])].map(|value| claim("amr", value)));
    all.extend([json!(7), json!(["urn:two"])].map(|value| claim("acr", value)));
    all
}

/// A name that is there twice: one reader takes the first, another the last.
fn doubled() -> Vec<Named> {
    let mut all = Vec::new();
    for name in ["iss", "sub", "aud", "exp", "iat", "nonce", "azp", "auth_time", "amr", "acr"] {
        for (how, first) in [("wrong first", true), ("wrong last", false)] {
            let twist = Twist::ClaimsText(Box::new(move |text| twice(text, name, "\"wrong\"", first)));
            all.push((format!("{name}: twice, {how}"), twist));
        }
        let twist = Twist::ClaimsText(Box::new(move |text| {
            let claims: Value = serde_json::from_str(text).expect("claims");
            twice(text, name, &claims[name].to_string(), false);
        }));
        all.push((format!("{name}: twice the same"), twist));
    }
    for name in ["alg", "kid", "typ"] {
        for (how, first) in [("wrong first", true), ("wrong last", false)] {
            let twist = Twist::HeaderText(Box::new(move |text| twice(text, name, "\"none\"", first)));
            all.push((format!("header {name}: twice, {how}"), twist));
        }
    }
    all
}

fn twice(text: &mut String, name: &str, value: &str, first: bool) {
    let inside = text[1..text.len() - 1].to_owned();
    let other = format!("\"{name}\":{value}");
    *text = if first { format!("{{{other},{inside}}}") } else { format!("{{{inside},{other}}}") };
}

fn headers() -> Vec<Named> {
    let mut all = Vec::new();
    let algorithms = [
        "none", "None", "NONE", "", "HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "PS384",
        "PS512", "ES256", "ES384", "ES512", "ES256K", "eddsa", "EdDSA ", "RSA-OAEP", "dir",
    ];
    let mut head = |name: &'static str, value: Value| {
        let why = format!("header {name}: {value}");
        all.push((
            why,
            Twist::Header(Box::new(move |header| _ = header.insert(name.to_owned(), value.clone()))),
        ));
    };
    for algorithm in algorithms {
        head("alg", json!(algorithm));
    }
    for odd in [Value::Null, json!(7), json!(["EdDSA"]), json!({})] {
        head("alg", odd);
    }
    for name in
        [json!("unheard of"), json!(""), json!("second"), json!("OWN"), json!(7), json!(["own"]), Value::Null]
    {
        head("kid", name);
    }
    for kind in [json!("at+jwt"), json!("logout+jwt"), json!("dpop+jwt"), json!(7)] {
        head("typ", kind);
    }
    head("crit", json!(["exp"]));
    head("crit", json!([]));
    head("cty", json!("JWT"));
    head("enc", json!("A128GCM"));
    head("zip", json!("DEF"));
    head("b64", json!(false));
    for name in ["alg", "kid"] {
        all.push((
            format!("header {name}: missing"),
            Twist::Header(Box::new(move |header| _ = header.remove(name))),
        ));
    }
    all
}

fn signatures() -> Vec<Named> {
    let mut all: Vec<Named> = Vec::new();
    let mut sign = |why: &str, twist: Signing| {
        all.push((format!("signature: {why}"), Twist::Signature(twist)));
    };
    sign("none", Box::new(|_, _| Vec::new()));
    sign("noughts", Box::new(|_, _| vec![0; 64]));
    sign("of a stranger's key with its name", Box::new(|keys, text| signed(&keys.strange, text)));
    sign("of its other key", Box::new(|keys, text| signed(&keys.second, text)));
    sign("of another text", Box::new(|keys, text| signed(&keys.own, &format!("{text}x"))));
    sign("of no text", Box::new(|keys, _| signed(&keys.own, "")));
    sign("one byte fewer", Box::new(|keys, text| signed(&keys.own, text)[..63].to_vec()));
    sign("one byte more", Box::new(|keys, text| [signed(&keys.own, text), vec![0]].concat()));
    for at in (0..64).step_by(7) {
        let flipped = move |keys: &Keys, text: &str| {
            let mut signature = signed(&keys.own, text);
            signature[at] ^= 1;
            signature
        };
        sign(&format!("one bit of byte {at}"), Box::new(flipped));
    }
    all.extend(forged());
    all
}

/// Whole tokens that somebody makes who does not have the key.
fn forged() -> Vec<Named> {
    fn again(token: &str, change: impl Fn(&mut Value)) -> String {
        let mut parts = token.split('.');
        let (head, claims) = (parts.next().expect("a header"), parts.next().expect("claims"));
        let head = URL_SAFE_NO_PAD.decode(head).expect("a header");
        let mut head: Value = serde_json::from_slice(&head).expect("a header");
        change(&mut head);
        format!("{}.{claims}", URL_SAFE_NO_PAD.encode(head.to_string()))
    }
    let mut all: Vec<Named> = Vec::new();
    for word in ["none", "None", "nOnE", ""] {
        let twist =
            move |token: &mut String| *token = format!("{}.", again(token, |head| head["alg"] = json!(word)));
        all.push((format!("forged: unsigned, {word:?}"), Twist::Token(Box::new(twist))));
    }
    // A signature by a shared secret, with what everybody may know of the key as the secret.
    let own = super::double::key(1, "own");
    let public = serde_json::to_value(own.as_verification_key()).expect("a key");
    let letters = public["x"].as_str().expect("its x").to_owned();
    let raw = URL_SAFE_NO_PAD.decode(&letters).expect("its bytes");
    let secrets: [(&str, Vec<u8>); 5] = [
        ("bytes of the public key", raw),
        ("letters of the public key", letters.into_bytes()),
        ("the public key as JSON", public.to_string().into_bytes()),
        ("nothing", Vec::new()),
        ("the name of the client", CLIENT.as_bytes().to_vec()),
    ];
    let algorithms = [
        ("HS256", CoreJwsSigningAlgorithm::HmacSha256),
        ("HS384", CoreJwsSigningAlgorithm::HmacSha384),
        ("HS512", CoreJwsSigningAlgorithm::HmacSha512),
    ];
    for (word, algorithm) in algorithms {
        for (which, secret) in secrets.clone() {
            let algorithm = algorithm.clone();
            let twist = move |token: &mut String| {
                let text = again(token, |head| head["alg"] = json!(word));
                let signature =
                    CoreHmacKey::new(secret.clone()).sign(&algorithm, text.as_bytes()).expect("signed");
                *token = format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature));
            };
            all.push((format!("forged: {word} with {which}"), Twist::Token(Box::new(twist))));
        }
    }
    // A stranger's key, which the header itself brings along.
    for (name, value) in
        [("jwk", None), ("jku", Some("https://evil.example/keys")), ("x5u", Some("https://evil.example/x"))]
    {
        let twist = move |token: &mut String| {
            let stranger = super::double::key(99, "own");
            let public = serde_json::to_value(stranger.as_verification_key()).expect("a key");
            let text = again(token, |head| head[name] = value.map_or(public.clone(), |value| json!(value)));
            *token = format!("{text}.{}", URL_SAFE_NO_PAD.encode(signed(&stranger, &text)));
        };
        all.push((format!("forged: {name} in the header"), Twist::Token(Box::new(twist))));
    }
    all
}

fn tokens() -> Vec<Named> {
    let changes: [(&str, Change); 14] = [
        ("nothing", |_| String::new()),
        ("one part", |token| token.split('.').next().unwrap_or("").to_owned()),
        ("two parts", |token| token.rsplit_once('.').map_or("", |(text, _)| text).to_owned()),
        ("four parts", |token| format!("{token}.x")),
        ("five parts", |token| format!("{token}.x.y")),
        ("a dot before", |token| format!(".{token}")),
        ("a blank before", |token| format!(" {token}")),
        ("a line behind", |token| format!("{token}\n")),
        ("filled up", |token| format!("{token}==")),
        ("parts exchanged", |token| token.split('.').rev().collect::<Vec<_>>().join(".")),
        ("no header", |token| token.split_once('.').map_or("", |(_, rest)| rest).to_owned()),
        ("other claims", |token| {
            let parts: Vec<&str> = token.split('.').collect();
            let claims = URL_SAFE_NO_PAD.decode(parts[1]).expect("claims");
            let claims =
                String::from_utf8(claims).expect("a text").replace("u-1", "u-9").replace("u-2", "u-8");
            [parts[0], &URL_SAFE_NO_PAD.encode(claims), parts[2]].join(".")
        }),
        ("as JSON", |token| json!({ "payload": token }).to_string()),
        ("a thousand dots", |_| ".".repeat(1_000)),
    ];
    let mut all: Vec<Named> = Vec::new();
    for (why, change) in changes {
        all.push((format!("token: {why}"), Twist::Token(Box::new(move |token| *token = change(token)))));
    }
    let texts: [(&str, Change); 6] = [
        ("a list", |text| format!("[{text}]")),
        ("something behind", |text| format!("{text}{text}")),
        ("a mark before", |text| format!("\u{feff}{text}")),
        ("not closed", |text| text[..text.len() - 1].to_owned()),
        ("nothing", |_| String::new()),
        ("deep", |_| "[".repeat(20_000)),
    ];
    for (why, change) in texts {
        all.push((format!("claims: {why}"), Twist::ClaimsText(Box::new(move |text| *text = change(text)))));
    }
    all
}

fn answers() -> Vec<Named> {
    let mut all: Vec<Named> = Vec::new();
    for name in ["id_token", "access_token", "token_type"] {
        for (why, value) in
            [("missing", None), ("null", Some(Value::Null)), ("7", Some(json!(7))), ("list", Some(json!([])))]
        {
            let twist = move |answer: &mut Value| {
                let answer = answer.as_object_mut().expect("an object");
                answer.remove(name);
                answer.extend(value.clone().map(|value| (name.to_owned(), value)));
            };
            all.push((format!("answer {name}: {why}"), Twist::Answer(Box::new(twist))));
        }
    }
    for status in [301, 302, 307, 308, 400, 401, 403, 404, 429, 500, 503] {
        all.push((format!("answer: status {status}"), Twist::Reply(status, "{}".to_owned())));
    }
    for (why, body) in [
        ("empty", String::new()),
        ("a page", "<html>".to_owned()),
        ("null", "null".to_owned()),
        ("an error", json!({ "error": "invalid_grant" }).to_string()),
        ("very large", format!("\"{}\"", "x".repeat(600_000))),
    ] {
        all.push((format!("answer: {why}"), Twist::Reply(200, body)));
    }
    all
}

type Question = Vec<(String, String)>;

fn set(question: &mut Question, name: &str, change: impl Fn(&str) -> String) {
    if let Some((_, value)) = question.iter_mut().find(|(key, _)| key == name) {
        *value = change(value);
    }
}

fn ways(issuer: &str) -> Vec<Named> {
    let mut all: Vec<Named> = Vec::new();
    let mut way = |why: String, twist: Box<dyn Fn(&mut Question) + Send + Sync>| {
        all.push((format!("way: {why}"), Twist::Question(twist)));
    };
    for name in ["state", "code", "iss"] {
        way(format!("{name} missing"), Box::new(move |question| question.retain(|(key, _)| key != name)));
        way(format!("{name} empty"), Box::new(move |question| set(question, name, |_| String::new())));
        way(format!("{name} in capitals"), Box::new(move |question| set(question, name, str::to_uppercase)));
        way(
            format!("{name} with a blank"),
            Box::new(move |question| set(question, name, |value| format!("{value} "))),
        );
        way(
            format!("{name} shorter"),
            Box::new(move |question| set(question, name, |value| value[..value.len() - 1].to_owned())),
        );
        way(
            format!("{name} another"),
            Box::new(move |question| set(question, name, |_| "another".to_owned())),
        );
        way(
            format!("{name} twice"),
            Box::new(move |question| {
                let same = question.iter().find(|(key, _)| key == name).cloned();
                question.extend(same);
            }),
        );
        way(
            format!("{name} twice, wrong first"),
            Box::new(move |question| question.insert(0, (name.to_owned(), "x".to_owned()))),
        );
        way(
            format!("{name} twice, wrong last"),
            Box::new(move |question| question.push((name.to_owned(), "x".to_owned()))),
        );
    }
    let slashed = format!("{issuer}/");
    way("iss with a stroke".to_owned(), Box::new(move |question| set(question, "iss", |_| slashed.clone())));
    for error in ["access_denied", "login_required", "", "<script>"] {
        way(
            format!("error {error:?}"),
            Box::new(move |question| question.push(("error".to_owned(), error.to_owned()))),
        );
    }
    for seconds in [600, 3_600, 86_400, -120] {
        all.push((format!("way: {seconds} seconds later"), Twist::Late(seconds)));
    }
    for (why, twist) in [
        ("proof key of another", Twist::Granted(Box::new(|granted| granted.challenge = "x".repeat(43)))),
        ("no proof key", Twist::Granted(Box::new(|granted| granted.challenge.clear()))),
        ("code of another address", Twist::Granted(Box::new(|granted| granted.redirect.push('x')))),
        ("nonce of another", Twist::Granted(Box::new(|granted| granted.nonce = "0".repeat(64)))),
        ("no nonce", Twist::Granted(Box::new(|granted| granted.nonce = "absent".to_owned()))),
    ] {
        all.push((format!("way: {why}"), twist));
    }
    all
}

fn cookies() -> Vec<Named> {
    let mut all: Vec<Named> = Vec::new();
    let mut cookie = |why: String, twist: Box<dyn Fn(&mut String) + Send + Sync>| {
        all.push((format!("cookie: {why}"), Twist::Cookie(twist)));
    };
    cookie("empty".to_owned(), Box::new(String::clear));
    cookie("shorter".to_owned(), Box::new(|cookie| cookie.truncate(cookie.len() - 2)));
    cookie("longer".to_owned(), Box::new(|cookie| cookie.push_str("00")));
    cookie("noughts".to_owned(), Box::new(|cookie| *cookie = "0".repeat(cookie.len())));
    cookie("very long".to_owned(), Box::new(|cookie| *cookie = "0".repeat(5_000)));
    for part in 0..8 {
        cookie(
            format!("one sign of part {part}"),
            Box::new(move |cookie| {
                let at = cookie.len() / 8 * part;
                let other = if &cookie[at..=at] == "0" { "1" } else { "0" };
                cookie.replace_range(at..=at, other);
            }),
        );
    }
    all
}

/// Twists of what the provider says of itself.
pub(super) fn documents(issuer: &str) -> Vec<Named> {
    let mut all: Vec<Named> = Vec::new();
    let addresses =
        ["http://192.0.2.1/x", "https://", "javascript:alert(1)", "ftp://127.0.0.1/", "//evil.example", ""];
    for name in ["authorization_endpoint", "token_endpoint", "jwks_uri"] {
        for address in addresses {
            let twist = move |about: &mut Value| about[name] = json!(address);
            all.push((format!("about: {name} {address:?}"), Twist::About(Box::new(twist))));
        }
        let twist = move |about: &mut Value| _ = about.as_object_mut().expect("an object").remove(name);
        all.push((format!("about: no {name}"), Twist::About(Box::new(twist))));
    }
    for other in [
        format!("{issuer}/"),
        issuer.to_uppercase(),
        "https://accounts.example.org".to_owned(),
        String::new(),
    ] {
        all.push((
            format!("about: issuer {other:?}"),
            Twist::About(Box::new(move |about| about["issuer"] = json!(other))),
        ));
    }
    for path in ["about", "keys"] {
        for (status, body) in
            [(200, ""), (200, "null"), (200, "<html>"), (200, "[]"), (302, "{}"), (404, "{}"), (500, "{}")]
        {
            all.push((format!("{path}: {status} {body:?}"), Twist::Document(path, status, body.to_owned())));
        }
        all.push((format!("{path}: very large"), Twist::Document(path, 200, " ".repeat(600_000))));
    }
    all.push(("no keys".to_owned(), Twist::KeySet(Box::new(|keys| keys["keys"] = json!([])))));
    let strange = |keys: &mut Value| {
        let public =
            serde_json::to_value(super::double::key(99, "own").as_verification_key()).expect("a key");
        keys["keys"] = json!([public]);
    };
    all.push(("keys of a stranger".to_owned(), Twist::KeySet(Box::new(strange))));
    let sealing = |keys: &mut Value| {
        for key in keys["keys"].as_array_mut().expect("keys") {
            key["use"] = json!("enc");
        }
    };
    all.push(("keys for sealing".to_owned(), Twist::KeySet(Box::new(sealing))));
    all
}
