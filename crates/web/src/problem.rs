//! What can go wrong with a request, its status code, and the page that says what to do. All status codes stand here.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use ground::database::DatabaseError;
use ground::vault::VaultError;

/// Why there is no answer.
#[derive(Clone, Debug)]
pub enum Problem {
    /// Nothing here, or nothing that this viewer may know of: the same answer for both.
    NotFound,
    /// It is here, and it is not for them.
    Forbidden,
    /// Whoever comes must sign in first, and is then led to where they wanted to go.
    SignIn {
        next: String,
    },
    /// It asks to show once more that it is them.
    Confirm {
        next: String,
    },
    /// A form that did not come from our page, or from one that is too old.
    Stale,
    /// A request that no page of ours makes.
    Bad(&'static str),
    /// Somebody changed it meanwhile, or it is not in the state for this; a sentence says what to do.
    Conflict(&'static str),
    /// A one-time link that works no more; a sentence says what to do.
    Gone(&'static str),
    /// Too many tries; when to come back, in seconds.
    TooMany {
        seconds: u64,
    },
    TooLarge,
    TooSlow,
    /// Asked for by another name than ours.
    Misdirected,
    /// The database cannot be reached, so no page could be made.
    Unready,
    /// A fault of ours. What it was is in the log beside this reference.
    Broken {
        reference: String,
    },
}

impl Problem {
    /// A fault of ours: written to the log; the page shows the reference.
    pub fn broken(cause: impl std::fmt::Display) -> Self {
        let bytes = ground::vault::random::<4>().unwrap_or_default();
        let reference = ground::files::hexadecimal(&bytes);
        tracing::error!(%reference, %cause, "a page could not be made");
        Self::Broken { reference }
    }

    pub(crate) const fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Forbidden | Self::Stale => StatusCode::FORBIDDEN,
            Self::SignIn { .. } | Self::Confirm { .. } => StatusCode::SEE_OTHER,
            Self::Bad(_) => StatusCode::BAD_REQUEST,
            Self::Conflict(_) => StatusCode::CONFLICT,
            Self::Gone(_) => StatusCode::GONE,
            Self::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::Misdirected => StatusCode::MISDIRECTED_REQUEST,
            Self::Unready => StatusCode::SERVICE_UNAVAILABLE,
            Self::Broken { .. } => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// What happened, and what to do next.
    pub(crate) fn words(&self) -> (&'static str, String) {
        let (title, text) = match self {
            Self::NotFound => (
                "Page not found",
                "If you typed the address, check it. If you followed a link, what it led to may have been moved, or is \
                 not for you to see.",
            ),
            Self::Forbidden => (
                "This is not part of your role",
                "Your roles in Meres do not include this page. If your work needs it, ask whoever manages people in your \
                 organisation.",
            ),
            Self::SignIn { .. } | Self::Confirm { .. } => ("Sign in", "Sign in to go on."),
            Self::Stale => (
                "Send that again",
                "This form was open for too long, or you signed in again since. Go back, load the page once more and \
                 send it again. Nothing was changed.",
            ),
            Self::Bad(why) | Self::Conflict(why) => ("That could not be done", *why),
            Self::Gone(why) => ("This link does not work any more", *why),
            Self::TooMany { seconds } => {
                let minutes = seconds.div_ceil(60);
                let unit = if minutes == 1 { "minute" } else { "minutes" };
                return (
                    "Wait a little",
                    format!("There were too many tries. Try again in {minutes} {unit}."),
                );
            }
            Self::TooLarge => ("Too much at once", "That is more than this page takes. Nothing was changed."),
            Self::TooSlow => {
                ("That took too long", "The connection was too slow. Nothing was changed: try again.")
            }
            Self::Misdirected => ("Another address", "Meres does not answer at this address."),
            Self::Unready => {
                ("Not ready", "Meres cannot reach its database now. Try again in a few minutes.")
            }
            Self::Broken { reference } => {
                return (
                    "Sorry, something went wrong",
                    format!(
                        "It is a fault of ours, not yours, and it was written down. Nothing was half done. Try again; if \
                         it happens again, tell your system administrator this reference: {reference}"
                    ),
                );
            }
        };
        (title, text.to_owned())
    }
}

/// Without the shell, which whoever knows the visit adds; those that lead elsewhere do so at once.
impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let to = |path: &str, next: &str| {
            let next: String = form_urlencoded::byte_serialize(next.as_bytes()).collect();
            Redirect::to(&format!("{path}?next={next}")).into_response()
        };
        match &self {
            Self::SignIn { next } => to("/sign-in", next),
            Self::Confirm { next } => to("/confirm", next),
            other => {
                let mut response = (other.status(), other.words().1).into_response();
                response.extensions_mut().insert(self);
                response
            }
        }
    }
}

impl From<DatabaseError> for Problem {
    fn from(error: DatabaseError) -> Self {
        Self::broken(error)
    }
}

impl From<askama::Error> for Problem {
    fn from(error: askama::Error) -> Self {
        Self::broken(error)
    }
}

impl From<VaultError> for Problem {
    fn from(error: VaultError) -> Self {
        Self::broken(error)
    }
}
