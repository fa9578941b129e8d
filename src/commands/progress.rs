//! Progress: a bar on a terminal, plain lines otherwise. It goes to the error stream, so that what a command prints can
//! be piped.

use std::io::IsTerminal;
use std::time::Instant;

use disclosure::with_commas;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use meres::trying::program::{STEP_BEGINS, TELL_STEPS};

/// One step of the work, ended by [`Step::done`].
pub(super) struct Step {
    name: &'static str,
    bar: ProgressBar,
    terminal: bool,
    started: Instant,
}

impl Step {
    /// Begins a step of so many units; nobody knows how many where that is 0.
    pub(super) fn begin(name: &'static str, total: u64) -> Self {
        let terminal = std::io::stderr().is_terminal();
        let target = if terminal { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target((total > 0).then_some(total), target);
        let style =
            if total > 0 { "{msg:<22} {wide_bar} {percent:>3} %" } else { "{msg:<22} {spinner} {human_pos}" };
        if let Ok(style) = ProgressStyle::with_template(style) {
            bar.set_style(style);
        }
        bar.set_message(name);
        if std::env::var_os(TELL_STEPS).is_some() {
            eprintln!("{name}{STEP_BEGINS}");
        }
        Self { name, bar, terminal, started: Instant::now() }
    }

    /// So many units done, in all.
    pub(super) fn at(&self, position: u64) {
        self.bar.set_position(position);
    }

    /// So many more units done.
    pub(super) fn more(&self, units: usize) {
        self.bar.inc(units as u64);
    }

    /// Ends the step and says what it did and how long it took.
    pub(super) fn done(self, what: &str) {
        let seconds = self.started.elapsed().as_secs_f64();
        self.bar.finish_and_clear();
        let name = self.name;
        if self.terminal {
            eprintln!("{name:<22} {what:<52} {seconds:>6.2} s");
        } else {
            eprintln!("{name}: {what} ({seconds:.2} s)");
        }
    }
}

/// "1 row", "1,234 rows".
pub(super) fn counted(n: u64, one: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{} {one}s", with_commas(n)) }
}
