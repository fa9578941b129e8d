//! Somebody who is invited comes in by their employer's account: with real OpenID Connect providers on loopback, one for
//! each algorithm of signatures. Needs Node.js and `npm ci` in tests/browser; without them it says so and passes, unless
//! `MERES_REQUIRE_BROWSER=1`.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use disclosure::Release;
use serde_json::Value;
use testbed::{Seen, Visitor};
use web::{IdentityProvider, IdentityProviderSettings, SecondFactor};

use crate::support::site::Place;

pub(crate) const CLIENT: &str = "meres";
pub(crate) const SECRET: &str = "hush:hush%20+";

/// The providers, and somebody who signs in there; they end with this.
pub(crate) struct Providers {
    program: Child,
    _input: ChildStdin,
    /// They have more to say, and end where nobody hears it.
    _output: BufReader<ChildStdout>,
    somebody: u16,
    configured: Vec<IdentityProvider>,
    /// The issuer that signs by RS256.
    pub(crate) first: String,
}

fn scripts() -> Option<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser");
    if here.join("node_modules/oidc-provider").exists() {
        return Some(here);
    }
    let message = "the journey by an employer's account needs Node.js and npm ci in tests/browser";
    assert!(std::env::var_os("MERES_REQUIRE_BROWSER").is_none_or(|v| v != "1"), "{message}");
    eprintln!("skipped: {message}");
    None
}

impl Providers {
    /// Those that send people back to this address, with `{}` for the word of the provider.
    pub(crate) fn start(here: &Path, back: &str) -> Self {
        let mut program = Command::new("node")
            .args(["provider.mjs", CLIENT, SECRET, back])
            .current_dir(here)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("node runs");
        let mut said = String::new();
        let mut output = BufReader::new(program.stdout.take().expect("its output"));
        output.read_line(&mut said).expect("a line");
        let said: Value = serde_json::from_str(&said).expect("where they are");
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("secret"), SECRET).expect("written");
        let settings: Vec<_> =
            said["providers"].as_array().expect("providers").iter().map(settings).collect();
        let somebody = said["somebody"].as_u64().and_then(|port| u16::try_from(port).ok()).expect("a port");
        let configured = IdentityProviderSettings::read_all(&settings, folder.path()).expect("configured");
        let input = program.stdin.take().expect("its input");
        let first = settings[0].issuer.clone();
        Self { _input: input, _output: output, program, somebody, configured, first }
    }

    /// Somebody signs in at the provider to which this page leads; the path by which they come back.
    fn signs_in(&self, seen: &Seen, (who, shown): (&str, &str)) -> String {
        let refresh = seen.headers.get("refresh").expect("a page that goes on").to_str().expect("a text");
        let to = refresh.strip_prefix("0;url=").expect("an address");
        let question = form_urlencoded::Serializer::new(String::new())
            .extend_pairs([("to", to), ("as", who), ("shown", shown)])
            .finish();
        let mut stream = TcpStream::connect(("127.0.0.1", self.somebody)).expect("connected");
        write!(stream, "GET /?{question} HTTP/1.0\r\n\r\n").expect("asked");
        let mut said = String::new();
        stream.read_to_string(&mut said).expect("an answer");
        let (head, body) = said.split_once("\r\n\r\n").expect("a body");
        assert!(head.contains(" 200 "), "{said}");
        body.strip_prefix("http://localhost:8080").expect("back to us").to_owned()
    }
}

impl Drop for Providers {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

fn settings(said: &Value) -> IdentityProviderSettings {
    let text = |name: &str| said[name].as_str().expect("a text").to_owned();
    IdentityProviderSettings {
        word: text("word"),
        name: format!("Employer {}", text("word")),
        issuer: text("issuer"),
        client_id: CLIENT.to_owned(),
        client_secret_file: "secret".into(),
        second_factor: SecondFactor::Theirs,
        second_factor_acr: Vec::new(),
    }
}

/// Invites somebody to the first organisation there is.
async fn link_for(administrator: &mut Visitor, name: &str, email: &str) -> String {
    let form = administrator.get("/accounts/invite").await;
    let choices = form.between("id=\"organisation\"", "</select>").expect("organisations");
    let first =
        choices.split("value=\"").nth(2).and_then(|rest| rest.split_once('"')).expect("one").0.to_owned();
    let fields = [("name", name), ("email", email), ("organisation", &first), ("role", "volunteer")];
    let seen = administrator.post("/accounts/invite", &fields).await;
    seen.between("http://localhost:8080", "<").expect("a link").to_owned()
}

#[tokio::test]
async fn an_invited_person_comes_by_their_employers_account_and_signs_in_by_it() {
    let Some(here) = scripts() else { return };
    let mut providers = Providers::start(&here, "http://localhost:8080/sign-in/with/{}/back");
    let place = Place::with(std::mem::take(&mut providers.configured), Release::default()).await;
    let mut sam = place.somebody("System administrator").await;
    for word in ["rs256", "ps256", "es256", "eddsa"] {
        let (name, who) = (format!("Bo {word}"), format!("subject-of-{word}"));
        let link = link_for(&mut sam, &name, &format!("{word}@example.org")).await;
        let mut bo = place.stranger();
        let seen = bo.get(&link).await;
        assert!(seen.body.contains(&format!("Use my Employer {word} account")), "{}", seen.body);
        let seen = bo.post(&format!("{link}/with"), &[("name", &name), ("provider", word)]).await;
        let back = providers.signs_in(&seen, (&who, "pwd mfa"));
        let seen = bo.get(&back).await;
        assert_eq!(seen.leads_to(), Some("/"), "{word}: {}", seen.body);
        assert_eq!(bo.get("/").await.heading(), format!("Welcome, {name}"));
        assert_eq!(bo.post("/sign-out", &[]).await.leads_to(), Some("/"));
        assert_ne!(bo.get("/").await.heading(), format!("Welcome, {name}"));
        // Again, on another machine, and on to where they wanted to go.
        for shown in ["pwd mfa", "pwd"] {
            let mut bo = place.stranger();
            bo.get("/sign-in?next=/me").await;
            let seen = bo.post("/sign-in/with", &[("provider", word), ("next", "/me")]).await;
            let back = providers.signs_in(&seen, (&who, shown));
            let seen = bo.get(&back).await;
            if shown == "pwd" {
                assert_eq!(seen.heading(), format!("Employer {word} did not ask for your second factor"));
                continue;
            }
            assert_eq!(seen.leads_to(), Some("/me"), "{word}: {}", seen.body);
            assert!(bo.get("/me").await.body.contains(&name));
            // The address by which they came is used up.
            assert_eq!(place.stranger().get(&back).await.status, 403);
        }
        // Step-up there: anew, and with the second factor.
        let mut bo = place.stranger();
        bo.get("/sign-in").await;
        let seen = bo.post("/sign-in/with", &[("provider", word)]).await;
        bo.get(&providers.signs_in(&seen, (&who, "mfa"))).await;
        bo.get("/confirm").await;
        let seen = bo.post("/confirm/with", &[("provider", word), ("next", "/me/app")]).await;
        let seen = bo.get(&providers.signs_in(&seen, (&who, "mfa"))).await;
        assert_eq!(seen.leads_to(), Some("/me/app"), "{word}: {}", seen.body);
        // Somebody else there is nobody here.
        let mut eve = place.stranger();
        eve.get("/sign-in").await;
        let seen = eve.post("/sign-in/with", &[("provider", word)]).await;
        let seen = eve.get(&providers.signs_in(&seen, ("eve", "mfa"))).await;
        assert_eq!((seen.status, seen.heading()), (403, "Nobody signs in here with that account"));
    }
}
