//! A device that keeps passkeys, as far as a server sees it: makes key pairs, signs with them, and can be told to lie.

use std::sync::Arc;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use ring::digest::{SHA256, digest};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};
use serde_json::{Value, json};
use testbed::Seen;

/// One passkey and where it lies.
#[derive(Clone)]
pub(super) struct Device {
    key: Arc<EcdsaKeyPair>,
    chance: SystemRandom,
    pub(super) id: Vec<u8>,
    /// Whose it is, as the site said.
    pub(super) owner: Vec<u8>,
    pub(super) counter: u32,
    /// Those whose passkeys are on several devices do not count.
    pub(super) counts: bool,
    pub(super) origin: String,
    /// Whether it looks at finger, face or PIN.
    pub(super) verifies: bool,
    /// It signs for another site.
    pub(super) site: String,
}

/// What a page asks the browser, and the number of that.
pub(super) struct Asked {
    pub(super) options: Value,
    pub(super) ceremony: String,
}

impl Asked {
    pub(super) fn of(seen: &Seen) -> Self {
        let options = seen.between("data-options=\"", "\"").expect("options").replace("&#34;", "\"");
        let options = serde_json::from_str(&options).expect("JSON");
        let ceremony = seen.between("name=\"ceremony\" value=\"", "\"").expect("a ceremony").to_owned();
        Self { options, ceremony }
    }
}

impl Device {
    pub(super) fn new() -> Self {
        let chance = SystemRandom::new();
        let key = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &chance).expect("a key");
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, key.as_ref(), &chance);
        Self {
            key: Arc::new(key.expect("a key")),
            id: ground::vault::random::<32>().expect("chance").to_vec(),
            chance,
            owner: Vec::new(),
            counter: 0,
            counts: true,
            origin: "http://localhost:8080".to_owned(),
            verifies: true,
            site: "localhost".to_owned(),
        }
    }

    /// What a new passkey is sent as.
    pub(super) fn makes(&mut self, asked: &Asked) -> String {
        assert_eq!(asked.options["authenticatorSelection"]["residentKey"], "required");
        assert_eq!(asked.options["authenticatorSelection"]["userVerification"], "required");
        let owner = asked.options["user"]["id"].as_str().expect("an owner");
        self.owner = BASE64.decode(owner).expect("base64url");
        // CBOR by hand: {"fmt": "none", "attStmt": {}, "authData": bytes}
        let data = self.data(true);
        let length = u16::try_from(data.len()).expect("short").to_be_bytes();
        let mut object = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x59".to_vec();
        object.extend(length.into_iter().chain(data));
        self.sent(&json!({
            "attestationObject": BASE64.encode(object),
            "clientDataJSON": BASE64.encode(self.client("webauthn.create", asked)),
        }))
    }

    /// What it answers.
    pub(super) fn signs(&mut self, asked: &Asked) -> String {
        assert_eq!(asked.options["userVerification"], "required");
        self.counter += u32::from(self.counts);
        let (data, client) = (self.data(false), self.client("webauthn.get", asked));
        let signed = [&data[..], digest(&SHA256, &client).as_ref()].concat();
        let signature = self.key.sign(&self.chance, &signed).expect("signed");
        self.sent(&json!({
            "authenticatorData": BASE64.encode(data),
            "clientDataJSON": BASE64.encode(client),
            "signature": BASE64.encode(signature.as_ref()),
            "userHandle": BASE64.encode(&self.owner),
        }))
    }

    fn sent(&self, response: &Value) -> String {
        let id = BASE64.encode(&self.id);
        json!({ "id": id, "rawId": id, "type": "public-key", "response": response }).to_string()
    }

    fn client(&self, kind: &str, asked: &Asked) -> Vec<u8> {
        let challenge = &asked.options["challenge"];
        json!({ "type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": false })
            .to_string()
            .into_bytes()
    }

    /// For whom, that somebody was there (and who), the counter; of a new one its name and its public half.
    fn data(&self, new: bool) -> Vec<u8> {
        let flags = 0x01 | if self.verifies { 0x04 } else { 0 } | if new { 0x40 } else { 0 };
        let mut data = digest(&SHA256, self.site.as_bytes()).as_ref().to_vec();
        data.push(flags);
        data.extend(self.counter.to_be_bytes());
        if new {
            data.extend([0; 16]);
            data.extend(u16::try_from(self.id.len()).expect("short").to_be_bytes());
            data.extend(&self.id);
            // CBOR: {1: 2, 3: -7, -1: 1, -2: x, -3: y}, a point of P-256.
            let point = self.key.public_key().as_ref();
            data.extend(b"\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20");
            data.extend(&point[1..33]);
            data.extend(b"\x22\x58\x20");
            data.extend(&point[33..]);
        }
        data
    }
}
