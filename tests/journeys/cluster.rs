//! Parts of a run by a cluster: a scheduler and three executors on this machine, of which one is killed in the middle. The
//! program must be built with the feature `cluster`, and `MERES_CLUSTER_PROGRAM` say where it is (`cargo xtask cluster` does
//! both); without it this says so and passes, unless `MERES_REQUIRE_CLUSTER=1`.

use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::by_part::{LINE, PARTS, nation, text};
use crate::support::meres::{Said, done, files};

/// The program with the feature, if there is one.
fn program() -> Option<PathBuf> {
    let named = std::env::var_os("MERES_CLUSTER_PROGRAM").map(PathBuf::from);
    if named.is_none() {
        let message = "no program with the feature cluster; `cargo xtask cluster` builds one";
        assert!(std::env::var_os("MERES_REQUIRE_CLUSTER").is_none_or(|v| v != "1"), "{message}");
        eprintln!("{message}: this test is left out");
    }
    named
}

/// The first of so many ports in a row that nobody has.
fn free_ports(many: u16) -> u16 {
    let listen = |port: u16| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).ok();
    (0..200)
        .find_map(|_| {
            let first = listen(0)?;
            let port = first.local_addr().ok()?.port();
            let others: Option<Vec<_>> = (1..many).map(|more| listen(port.checked_add(more)?)).collect();
            others.map(|_| port)
        })
        .expect("free ports")
}

/// A scheduler and its executors, ended with the test however it ends.
struct Cluster {
    program: PathBuf,
    scheduler: u16,
    processes: Vec<Child>,
}

impl Drop for Cluster {
    fn drop(&mut self) {
        for process in &mut self.processes {
            let _ = process.kill();
            let _ = process.wait();
        }
    }
}

impl Cluster {
    fn new(program: PathBuf) -> Self {
        let scheduler = free_ports(1);
        let mut cluster = Self { program, scheduler, processes: Vec::new() };
        cluster.start(&format!("cluster scheduler --listen 127.0.0.1:{scheduler}"));
        let begun = Instant::now();
        while std::net::TcpStream::connect((Ipv4Addr::LOCALHOST, scheduler)).is_err() {
            assert!(begun.elapsed() < Duration::from_mins(1), "the scheduler does not listen");
            std::thread::sleep(Duration::from_millis(20));
        }
        cluster
    }

    fn executor(&mut self, shared: &Path) {
        let (port, scheduler, shared) = (free_ports(2), self.scheduler, shared.display());
        self.start(&format!(
            "cluster executor --scheduler 127.0.0.1:{scheduler} --shared {shared} --port {port} --threads 1"
        ));
    }

    fn start(&mut self, line: &str) {
        let process = Command::new(&self.program)
            .args(line.split_whitespace())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("started");
        self.processes.push(process);
    }

    /// Ends the one that was started last, without a word.
    fn kill_last(&mut self) {
        let mut last = self.processes.pop().expect("a process");
        last.kill().expect("killed");
        last.wait().expect("ended");
    }

    /// Matches with this cluster, `more` on the line; `and` is done as soon as a part is finished.
    fn matching(&mut self, here: &Path, out: &str, more: &str, and: impl FnOnce(&mut Self)) -> Said {
        let line = format!("{LINE} --out {out} --cluster http://127.0.0.1:{} {more}", self.scheduler);
        let mut run = Command::new(&self.program)
            .args(line.split_whitespace())
            .current_dir(here)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("started");
        let begun = Instant::now();
        let finished = || {
            let kept = here.join(out).join(".by-part");
            (0..PARTS).any(|number| kept.join(format!("part-{number:05}.json")).exists())
        };
        while !finished() && run.try_wait().expect("known").is_none() {
            assert!(begun.elapsed() < Duration::from_mins(5), "no part is done");
            std::thread::sleep(Duration::from_millis(1));
        }
        and(self);
        run.wait_with_output().expect("ended").into()
    }
}

/// The results of a run, but for what is hidden.
fn results(out: &Path) -> Vec<(String, String)> {
    let rows = files(&out.join("matches")).into_iter().map(|row| format!("matches/{row}"));
    let names = files(out).into_iter().filter(|name| name != "matches").chain(rows);
    names.map(|name| (name.clone(), text(&out.join(&name)))).collect()
}

/// An invented nation, and what one machine says of it.
fn nation_and_answer(here: &Path, people: u32) -> Vec<(String, String)> {
    nation(here, people);
    done(here, &format!("{LINE} --out alone --by-part"));
    results(&here.join("alone"))
}

#[test]
fn a_cluster_says_what_one_machine_says_also_when_an_executor_is_killed() {
    let Some(program) = program() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    let alone = nation_and_answer(here, 40_000);
    assert!(alone.len() > 8 && alone.iter().any(|(name, _)| name == "matches/part-00005.csv"));

    let mut cluster = Cluster::new(program);
    (0..3).for_each(|_| cluster.executor(here));
    let said = cluster.matching(here, "together", "", |_| ());
    assert_eq!(said.status, 0, "{}{}", said.out, said.err);
    assert!(results(&here.join("together")) == alone, "{:?}", files(&here.join("together")));

    let killed = cluster.matching(here, "killed", "", Cluster::kill_last);
    assert_eq!(killed.status, 0, "{}{}", killed.out, killed.err);
    assert!(results(&here.join("killed")) == alone, "{:?}", files(&here.join("killed")));
    assert_eq!(killed.err.matches("40,000 rows: done.").count(), 6, "{}", killed.err);
}

#[test]
fn a_run_survives_all_its_executors_and_its_scheduler() {
    let Some(program) = program() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    let alone = nation_and_answer(here, 40_000);

    // One executor has all parts that are not done, and takes them with it; others come.
    let mut cluster = Cluster::new(program.clone());
    cluster.executor(here);
    let said = cluster.matching(here, "killed", "", |cluster| {
        cluster.kill_last();
        assert!(files(&here.join("killed/.by-part")).iter().any(|name| name.starts_with("asked-")));
        (0..2).for_each(|_| cluster.executor(here));
    });
    assert_eq!(said.status, 0, "{}{}", said.out, said.err);
    assert!(results(&here.join("killed")) == alone, "{:?}", files(&here.join("killed")));

    // The whole cluster is gone: it is said, what is finished stays, and another cluster goes on.
    let said = cluster.matching(here, "gone", "--cluster-patience 3", |cluster| {
        for process in &mut cluster.processes {
            process.kill().expect("killed");
        }
    });
    assert_eq!(said.status, 1, "{}{}", said.out, said.err);
    assert!(!here.join("gone/summary.json").exists());
    drop(cluster);
    let mut other = Cluster::new(program);
    other.executor(here);
    let said = other.matching(here, "gone", "", |_| ());
    assert_eq!(said.status, 0, "{}{}", said.out, said.err);
    assert!(said.err.contains("Finished by an earlier run that was broken off"), "{}", said.err);
    assert!(results(&here.join("gone")) == alone, "{:?}", files(&here.join("gone")));
}

#[test]
fn one_cluster_serves_one_run_after_the_other() {
    let Some(program) = program() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    nation(here, 400);
    let mut cluster = Cluster::new(program);
    cluster.executor(here);
    let mut as_alone = |out: &str| {
        let said = cluster.matching(here, out, "", |_| ());
        assert_eq!(said.status, 0, "{out}: {}{}", said.out, said.err);
        done(here, &format!("{LINE} --out alone-{out} --by-part"));
        assert!(results(&here.join(out)) == results(&here.join(format!("alone-{out}"))), "{out}");
    };
    as_alone("first");
    // The same question of other people: a part is gone, and another is there.
    fs::rename(here.join("parts/part-0.csv"), here.join("parts/part-9.csv")).expect("moved");
    fs::remove_file(here.join("parts/part-3.csv")).expect("removed");
    as_alone("second");
    as_alone("first");
    // Other services under the same name.
    let services = here.join("county/services.csv");
    let fewer: Vec<String> = text(&services).lines().take(150).map(str::to_owned).collect();
    fs::write(&services, fewer.join("\n")).expect("written");
    as_alone("third");
}

#[test]
fn what_a_cluster_cannot_do_it_says() {
    let Some(program) = program() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    let alone = nation_and_answer(here, 200);
    let elsewhere = tempfile::tempdir().expect("a folder");
    let mut cluster = Cluster::new(program);
    let said = cluster.matching(here, "nobody", "--cluster-patience 3", |_| ());
    assert_eq!(said.status, 1, "{}", said.err);
    assert!(said.err.contains("no executor has been there for 3 seconds"), "{}", said.err);

    cluster.executor(elsewhere.path());
    let said = cluster.matching(here, "out", "", |_| ());
    assert_eq!(said.status, 3, "{}", said.err);
    assert!(said.err.contains("--shared"), "{}", said.err);
    assert!(!here.join("out/summary.json").exists());
    // What the cluster could not do one machine does, and nothing of it stands in the way.
    done(here, &format!("{LINE} --out out --by-part"));
    assert!(results(&here.join("out")) == alone);

    // Its second port is the scheduler's.
    let clash = format!(
        "cluster executor --scheduler 127.0.0.1:{0} --shared . --port {1}",
        cluster.scheduler,
        cluster.scheduler - 1
    );
    let refused = Command::new(&cluster.program).args(clash.split_whitespace()).current_dir(here).output();
    let said = Said::from(refused.expect("started"));
    assert_eq!(said.status, 1, "{}", said.err);
    assert!(said.err.contains(&format!(":{} cannot be listened on", cluster.scheduler)), "{}", said.err);

    cluster.scheduler = free_ports(1);
    let said = cluster.matching(here, "unheard", "--cluster-patience 3", |_| ());
    assert_eq!(said.status, 1, "{}", said.err);
    assert!(said.err.contains("no scheduler was heard at 127.0.0.1"), "{}", said.err);
    for (line, why) in [
        ("cluster scheduler --listen 0.0.0.0:0", "--name"),
        ("cluster scheduler --listen [::1]:50050", "--listen"),
        (
            "match --cluster localhost --population parts --services county/services.csv --out o",
            "a host and a port",
        ),
    ] {
        let refused = Command::new(&cluster.program)
            .args(line.split_whitespace())
            .current_dir(here)
            .output()
            .expect("started");
        let said = Said::from(refused);
        assert_eq!(said.status, 2, "{line}: {}", said.err);
        assert!(said.err.contains(why), "{line}: {}", said.err);
    }
}
