//! The whole site of a demonstration in this process, and the program that serves one.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use disclosure::Release;
use ground::database::{Clock, Database};
use ground::jobs::{self, Job, State};
use ground::mail::{LogFile, Mail};
use ground::vault::Vault;
use meres::app::{self, Sign};
use meres::audit_room::Vouching;
use meres::data_path::{DataPath, Questions};
use tempfile::TempDir;
use testbed::{Seen, Visitor};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use vocabulary::Actor;
use web::{Brand, House, IdentityProvider};

use super::meres::binary;

pub(crate) struct Place {
    pub(crate) house: House,
    router: axum::Router,
    folder: TempDir,
}

impl Place {
    pub(crate) async fn demonstration() -> Self {
        Self::with(Vec::new(), Release::default()).await
    }

    /// One where people may sign in by these too, and counts of people are released by this gate.
    pub(crate) async fn with(identity_providers: Vec<IdentityProvider>, gate: Release) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let url = testbed::url(folder.path());
        Self::made(folder, url, (identity_providers, gate, Questions::default()), OffsetDateTime::now_utc)
            .await
    }

    /// One where so many per cent of the questions about people are answered.
    pub(crate) async fn answering(percent: u8) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let url = testbed::url(folder.path());
        let questions = Questions::percent(percent).expect("a stricter rule");
        Self::made(folder, url, (Vec::new(), Release::default(), questions), OffsetDateTime::now_utc).await
    }

    /// One that goes by this clock.
    pub(crate) async fn by(clock: Clock) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let url = testbed::url(folder.path());
        Self::made(folder, url, (Vec::new(), Release::default(), Questions::default()), clock).await
    }

    /// A demonstration whose database is at this address.
    pub(crate) async fn at(url: String) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let rules = (Vec::new(), Release::default(), Questions::default());
        Self::made(folder, Some(url), rules, OffsetDateTime::now_utc).await
    }

    async fn made(
        folder: TempDir,
        url: Option<String>,
        (identity_providers, gate, questions): (Vec<IdentityProvider>, Release, Questions),
        clock: Clock,
    ) -> Self {
        let database = match &url {
            Some(url) => Database::connect(url, clock).await,
            None => Database::open(folder.path(), clock).await,
        };
        let sign = Sign {
            name: "Meres".to_owned(),
            address: "http://localhost:8080".to_owned(),
            demo: true,
            brand: Brand::default(),
            identity_providers,
            settings: Vec::new(),
            directory: offers::directory::Settings::default(),
            words: offers::finder::words::Words::default(),
            feeds: ground::fetch::Reach::Public,
            data: DataPath {
                folder: folder.path().to_owned(),
                database_url: url,
                program: env!("CARGO_BIN_EXE_meres").into(),
                gate,
                questions,
            },
        };
        let database = database.expect("opened");
        let mail = Some(Mail::LogFile(LogFile::new(&folder.path().join("letters.txt"), clock)));
        let house = app::house((database, Vault::from_key([7; 32])), mail, sign, clock);
        access::invent(&house).await.expect("invented");
        Self { router: app::service(&house), house, folder }
    }

    /// A worker does what is to be done now, and leaves.
    pub(crate) async fn works(&self, vouching: Option<Vouching>) {
        let registry = app::registry(&self.house, vouching);
        let settings = jobs::Settings {
            actor: Actor::Meres,
            poll: time::Duration::milliseconds(10),
            pause: time::Duration::HOUR,
            ..jobs::Settings::default()
        };
        let (stop, stopped) = tokio::sync::watch::channel(false);
        let database = self.house.database.clone();
        let working = tokio::spawn(async move { jobs::work(&database, &registry, &settings, stopped).await });
        for _ in 0..1_000 {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            let mut session = self.house.database.read().await.expect("read");
            let all = jobs::newest(&mut session, 100).await.expect("jobs");
            let now = self.house.database.now().format(&Rfc3339).expect("a moment");
            let busy =
                |job: &Job| job.state == State::Running || (job.state == State::Queued && job.run_at < now);
            if !all.iter().any(busy) {
                break;
            }
        }
        stop.send(true).expect("told");
        working.await.expect("ended");
    }

    /// A file beside the database.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn stranger(&self) -> Visitor {
        Visitor::new(self.router.clone(), "localhost:8080")
    }

    /// The same browser at a site that differs from this one, on the same database: later, say, or at another address.
    pub(crate) fn moved(visitor: &Visitor, to: &House) -> Visitor {
        let host = to.site.host().to_owned();
        let mut moved = Visitor::new(app::service(to), &host);
        moved.cookies.clone_from(&visitor.cookies);
        moved.form_token.clone_from(&visitor.form_token);
        moved
    }

    /// Somebody with this role, by its name.
    pub(crate) async fn somebody(&self, role: &str) -> Visitor {
        let mut visitor = self.stranger();
        let seen = visitor.get("/demo").await;
        let card = seen
            .between(&format!("nhsuk-heading-s\">{role}</h2>"), "</form>")
            .expect("somebody with that role");
        let account = card.split_once("name=\"account\" value=\"").and_then(|(_, rest)| rest.split_once('"'));
        let account = account.expect("an account").0.to_owned();
        let seen: Seen = visitor.post("/demo", &[("account", &account)]).await;
        assert_eq!(seen.leads_to(), Some("/"), "{}", seen.body);
        visitor
    }
}

/// Starts the program on a data folder; gives it and the lines that it prints until it serves.
pub(crate) fn served(folder: &Path, data: &str, url: Option<String>) -> (Child, String) {
    started(folder, &["serve", "--data", data, "--listen", "127.0.0.1:0"], url)
}

/// The same with words of one's own: a server or a worker.
pub(crate) fn started(folder: &Path, words: &[&str], url: Option<String>) -> (Child, String) {
    started_to(Stdio::inherit(), folder, words, url)
}

/// The same, with its log going there.
pub(crate) fn started_to(log: Stdio, folder: &Path, words: &[&str], url: Option<String>) -> (Child, String) {
    let mut command = Command::new(binary());
    command.stderr(log);
    command.args(words).current_dir(folder);
    command.env_remove("MERES_DATABASE_URL").stdout(Stdio::piped());
    if let Some(url) = url {
        command.env("MERES_DATABASE_URL", url);
    }
    let mut program = command.spawn().expect("started");
    let mut said = String::new();
    let mut lines = BufReader::new(program.stdout.take().expect("its output"));
    while !said.contains("stop with Ctrl+C") {
        let read = lines.read_line(&mut said).expect("a line");
        assert!(read > 0, "it ended: {said}");
    }
    (program, said)
}

/// A program that ends with the test, however it ends.
pub(crate) struct Ended(pub(crate) Child);

impl Drop for Ended {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Where it says that it is, without `http://`.
pub(crate) fn host(said: &str) -> &str {
    let rest = said.split_once(" is at http").expect("an address").1;
    let rest = rest.strip_prefix("s://").or_else(|| rest.strip_prefix("://")).expect("an address");
    rest.split_once(' ').expect("and how to stop it").0
}
