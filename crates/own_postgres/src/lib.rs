//! A private PostgreSQL for the tests: made for one run, on loopback, gone behind it. For the developers' commands, and for a test
//! that needs one and was started without them.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What went wrong, in words.
pub type Outcome = Result<(), String>;

/// A server that is stopped when this is dropped.
#[derive(Debug)]
pub struct Postgres {
    programs: PathBuf,
    folder: PathBuf,
    port: u16,
}

/// Where a package puts what is not on the path.
const PACKAGED: &str = "/usr/lib/postgresql";

/// The first that can order texts as the tests want it.
const OLDEST: u32 = 15;

/// The folder of its programs: the newest that is installed.
pub fn programs() -> Option<PathBuf> {
    let packaged = std::fs::read_dir(PACKAGED).into_iter().flatten().flatten().map(|entry| entry.path());
    let newest = packaged
        .filter_map(|path| Some((path.file_name()?.to_str()?.parse::<u32>().ok()?, path.join("bin"))))
        .filter(|(version, bin)| *version >= OLDEST && bin.join("initdb").is_file())
        .max();
    newest.map(|(_, bin)| bin)
}

impl Postgres {
    /// Starts one for tests. What a crash would lose is lost with the folder anyway; not waiting for the disk is quick.
    pub fn start() -> Result<Self, String> {
        Self::start_with("-c fsync=off")
    }

    /// Starts one that waits for the disk as a real one does.
    pub fn start_durable() -> Result<Self, String> {
        Self::start_with("")
    }

    /// Starts one with the roles that Meres needs, and nothing else in it.
    fn start_with(settings: &str) -> Result<Self, String> {
        let programs = programs().ok_or("PostgreSQL is not installed.")?;
        let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
        let port = free.map_err(|error| error.to_string())?.port();
        let folder = std::env::temp_dir().join(format!("meres-postgres-{}-{port}", std::process::id()));
        std::fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
        if is_root() {
            // PostgreSQL does not run as root; its package brings a user of its own.
            let mut given = Command::new("chown");
            given.arg("postgres").arg(&folder);
            run_quietly(given)?;
        }
        let server = Self { programs, folder, port };
        let data = server.folder.join("data");
        let data = data.to_string_lossy();
        let made =
            ["-D", &data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync", "--locale=C.UTF-8"];
        // An order of texts that is not that of their bytes, so that a column which forgot to say so is found out.
        let english = ["--locale-provider=icu", "--icu-locale=en-GB"];
        run_quietly(server.program("initdb", &[&made[..], &english[..]].concat()))?;
        let settings = format!(
            "-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=400 {settings}"
        );
        let log = server.folder.join("log");
        let log = log.to_string_lossy();
        run_quietly(server.program("pg_ctl", &["-D", &data, "-w", "-l", &log, "-o", &settings, "start"]))?;
        for sql in [
            "CREATE ROLE meres_owner LOGIN",
            "CREATE ROLE meres_app LOGIN",
            "CREATE DATABASE meres_template OWNER meres_owner",
        ] {
            run_quietly(
                server
                    .program("psql", &["--no-psqlrc", "--command", sql, &server.url("postgres", "postgres")]),
            )?;
        }
        Ok(server)
    }

    /// Makes the tables from which each test's own are copied, with the program under test.
    pub fn make_template(&self, meres: &Path) -> Outcome {
        let owner = self.url("meres_owner", "meres_template");
        let mut migrate = Command::new(meres);
        migrate.args(["migrate", "--database-url", &owner]);
        run_quietly(migrate)
    }

    /// Ends all of its processes at once, with nothing put in order, and starts it again at the same address: it finds its way
    /// back by what it wrote down.
    pub fn crash(&self) -> Outcome {
        let (data, log) = (self.folder.join("data"), self.folder.join("log"));
        let (data, log) = (data.to_string_lossy(), log.to_string_lossy());
        let again = ["-D", &data, "-m", "immediate", "-w", "-l", &log, "restart"];
        run_quietly(self.program("pg_ctl", &again))
    }

    /// Where the tests find it.
    pub fn address(&self) -> String {
        format!("postgres://127.0.0.1:{}", self.port)
    }

    pub fn url(&self, role: &str, database: &str) -> String {
        format!("postgres://{role}@127.0.0.1:{}/{database}", self.port)
    }

    fn program(&self, name: &str, arguments: &[&str]) -> Command {
        let path = self.programs.join(name);
        let mut command = if is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--"]).arg(path);
            command
        } else {
            Command::new(path)
        };
        command.args(arguments).current_dir(&self.folder);
        command
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let data = self.folder.join("data");
        let stop = ["-D", &data.to_string_lossy(), "-m", "immediate", "stop"];
        // One that cannot be stopped ends with the machine: nobody is here to be told.
        drop(run_quietly(self.program("pg_ctl", &stop)));
        // Left behind, it is only a folder of temporary files.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

/// Runs it in silence; what it said is told only where it failed.
fn run_quietly(mut command: Command) -> Outcome {
    let called = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(|error| format!("`{called}` could not be started: {error}."))?;
    if output.status.success() {
        return Ok(());
    }
    let said = [output.stdout, output.stderr].concat();
    Err(format!("`{called}` failed ({}).\n{}", output.status, String::from_utf8_lossy(&said)))
}
