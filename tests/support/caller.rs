//! Somebody who sends what a browser would to a program that serves, over a socket, and notices when nobody answers.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{SystemTime, UNIX_EPOCH};

use totp_rs::{Builder, Secret};

#[derive(Clone)]
pub(crate) struct Caller {
    pub(crate) host: String,
    pub(crate) cookie: String,
    /// What their forms bring back.
    pub(crate) token: String,
    /// Where a proxy would say that they come from, if one said it.
    pub(crate) forwarded: Option<String>,
}

pub(crate) struct Heard {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Caller {
    /// Nobody that the site knows.
    pub(crate) fn stranger(host: &str) -> Self {
        Self { host: host.to_owned(), cookie: String::new(), token: String::new(), forwarded: None }
    }

    /// Somebody who has been at the door: their forms can be sent.
    pub(crate) fn at_the_door(host: &str) -> Self {
        let stranger = Self::stranger(host);
        let page = stranger.ask("GET", "/demo", "").expect("a page");
        let door = cookie(&page.head, "__Host-meres-door");
        Self { cookie: door, token: token_of(&page.body), ..stranger }
    }

    /// Whoever has this role in the demonstration, by its name.
    pub(crate) fn somebody(host: &str, role: &str) -> Self {
        let door = Self::at_the_door(host);
        let page = door.ask("GET", "/demo", "").expect("a page");
        let card = between(&page.body, &format!("nhsuk-heading-s\">{role}</h2>"), "</form>");
        let account = between(&card, "name=\"account\" value=\"", "\"");
        let heard = door.ask("POST", "/demo", &format!("account={account}")).expect("an answer");
        let inside = Self { cookie: cookie(&heard.head, "__Host-meres"), ..door };
        let page = inside.ask("GET", "/me", "").expect("a page");
        Self { token: token_of(&page.body), ..inside }
    }

    /// Whoever opens the first link at this server: set up, and signed in with password and app.
    pub(crate) fn administrator(host: &str, link: &str) -> Self {
        let path = &link[link.find("/link/").expect("a link")..];
        let mut ann = Self::stranger(host);
        let page = ann.ask("GET", path, "").expect("a page");
        ann.comes(&page);
        let form =
            "organisation=Saltby+Programme&name=Ann+Admin&email=ann%40example.org&password=three+plain+words";
        let heard = ann.ask("POST", path, form).expect("an answer");
        assert_eq!(heard.status, 303, "{}", heard.body);
        ann.comes(&heard);
        let page = ann.ask("GET", "/sign-in/set-up", "").expect("a page");
        ann.comes(&page);
        let secret = between(&page.body, "class=\"meres-secret\">", "<").replace(' ', "");
        let secret = Secret::try_from_base32(&secret).expect("a secret");
        let app = Builder::new().with_secret(secret).with_account_name("x").build().expect("an app");
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs();
        let heard =
            ann.ask("POST", "/sign-in/set-up", &format!("code={}", app.generate(now))).expect("an answer");
        assert!(heard.body.contains("Keep your recovery codes"), "{}", heard.body);
        ann.comes(&heard);
        let page = ann.ask("GET", "/me", "").expect("a page");
        ann.comes(&page);
        ann
    }

    /// Takes what an answer gives a browser: the cookie that stands for them, and what their forms bring back.
    pub(crate) fn comes(&mut self, heard: &Heard) {
        for name in ["__Host-meres-door", "__Host-meres"] {
            if heard.head.contains(&format!("{name}=")) {
                self.cookie = cookie(&heard.head, name);
            }
        }
        if heard.body.contains("name=\"form_token\"") {
            self.token = token_of(&heard.body);
        }
    }

    /// Nothing where nobody answers.
    pub(crate) fn ask(&self, method: &str, path: &str, form: &str) -> Option<Heard> {
        let port: u16 = self.host.rsplit_once(':')?.1.parse().ok()?;
        let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
        let form = if form.is_empty() { String::new() } else { format!("form_token={}&{form}", self.token) };
        let line = |from: &String| format!("X-Forwarded-For: {from}\r\n");
        let forwarded = self.forwarded.as_ref().map(line).unwrap_or_default();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nCookie: {cookie}\r\n{forwarded}\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{form}",
            host = self.host,
            cookie = self.cookie,
            length = form.len(),
        );
        stream.write_all(request.as_bytes()).ok()?;
        let mut said = String::new();
        stream.read_to_string(&mut said).ok()?;
        let (head, body) = said.split_once("\r\n\r\n")?;
        let status = head.split(' ').nth(1)?.parse().ok()?;
        Some(Heard { status, head: head.to_owned(), body: body.to_owned() })
    }
}

fn cookie(head: &str, name: &str) -> String {
    format!("{name}={}", between(head, &format!("{name}="), ";"))
}

fn token_of(page: &str) -> String {
    between(page, "name=\"form_token\" value=\"", "\"")
}

pub(crate) fn between(text: &str, before: &str, after: &str) -> String {
    let rest = text.split_once(before).unwrap_or_else(|| panic!("no {before} in {text}")).1;
    rest.split_once(after).expect("its end").0.to_owned()
}
