//! `meres doctor`: what would keep Meres from running well here, and what mends it.

mod machine;
mod site;

use clap::Args;

use super::failure::Failure;
use super::settings::SettingsArgs;

/// Check that this machine can run Meres, that Meres gives the right answers on it, and how a site is set up
#[derive(Args, Debug)]
#[command(
    after_help = "With --data or --config it looks at that site too, with the settings of \"meres serve\", and changes nothing there. Status 3: \
something keeps the site from running.\n\nExample:\n  meres doctor"
)]
pub(super) struct DoctorArgs {
    #[command(flatten)]
    settings: SettingsArgs,
    /// Send a letter of trial to this address
    #[arg(long, value_name = "ADDRESS")]
    letter_to: Option<String>,
}

/// What was found so far.
#[derive(Default)]
pub(super) struct Findings {
    to_look_at: u32,
    broken: u32,
}

impl Findings {
    fn good(&mut self, what: &str) {
        self.note(true, what, "");
    }

    /// In order, or to be looked at: it runs, but not well, or not safely.
    fn note(&mut self, good: bool, what: &str, mend: &str) {
        if good {
            tell!("  ok    {what}");
        } else {
            self.to_look_at += 1;
            tell!("  look  {what}\n        {mend}");
        }
    }

    /// In order, or so that the site does not start.
    fn must(&mut self, checked: Result<String, String>) {
        match checked {
            Ok(what) => self.good(&what),
            Err(why) => {
                self.broken += 1;
                tell!("  wrong {why}");
            }
        }
    }
}

pub(super) fn run(args: &DoctorArgs) -> Result<(), Failure> {
    tell!("Meres {} on {} ({})", env!("CARGO_PKG_VERSION"), std::env::consts::OS, std::env::consts::ARCH);
    let mut findings = Findings::default();
    machine::examine(&mut findings)?;
    if args.settings.names_a_site() {
        site::examine(&args.settings.resolved()?, args.letter_to.as_deref(), &mut findings)?;
    } else if args.letter_to.is_some() {
        return Err(Failure::Usage("--letter-to: say of which site, by --data or --config".to_owned()));
    }
    match (findings.broken, findings.to_look_at) {
        (0, 0) => tell!("Everything is in order."),
        (0, 1) => tell!("It runs; one thing should be looked at."),
        (0, many) => tell!("It runs; {many} things should be looked at."),
        (broken, _) => {
            return Err(Failure::Refused(format!("{broken} of these keep the site from running")));
        }
    }
    Ok(())
}
