//! Runs one reader of the list over what libFuzzer makes up; `MERES_FUZZ` names it. `cargo xtask fuzz` builds and starts
//! this.

#![no_main]

#[path = "../../tests/support/readers/mod.rs"]
mod readers;

use std::backtrace::Backtrace;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook};
use std::path::PathBuf;
use std::process::exit;
use std::sync::{Mutex, OnceLock};

use readers::{READERS, Reader};

/// The reader, and the folder that it reads in.
static WORK: OnceLock<(Reader, PathBuf)> = OnceLock::new();

/// What the last panic said. Some readers catch those of the library under them, so that a panic alone is no finding:
/// libfuzzer-sys would end the process at once.
static LAST: Mutex<String> = Mutex::new(String::new());

libfuzzer_sys::fuzz_target!(init: begin(), |bytes: &[u8]| {
    let Some((reader, folder)) = WORK.get() else { return };
    if catch_unwind(AssertUnwindSafe(|| reader(folder, bytes))).is_err() {
        if let Ok(said) = LAST.lock() {
            eprintln!("{said}");
        }
        std::process::abort();
    }
});

fn begin() {
    let name = std::env::var("MERES_FUZZ").unwrap_or_default();
    let Some((_, reader)) = READERS.iter().find(|(known, _)| *known == name) else {
        let names: Vec<&str> = READERS.iter().map(|(name, _)| *name).collect();
        eprintln!("MERES_FUZZ names the reader, one of:\n{}", names.join("\n"));
        exit(2);
    };
    let folder = std::env::temp_dir().join(format!("meres-fuzz-{}", std::process::id()));
    if let Err(error) = std::fs::create_dir_all(&folder) {
        eprintln!("{}: {error}", folder.display());
        exit(2);
    }
    let _ = WORK.set((*reader, folder));
    set_hook(Box::new(|panic| {
        if let Ok(mut last) = LAST.lock() {
            *last = format!("{panic}\n{}", Backtrace::force_capture());
        }
    }));
}
