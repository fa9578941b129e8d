//! How a command ends when it does not end well: one clear sentence and a status.

use std::fmt;
use std::process::ExitCode;

use ground::backup::BackupError;
use ground::files::DefinitionError;
use ground::files::FileError;
use matching::InvitationProblem;
use planning::allocation::AllocationError;
use planning::extract::ImportError;
use planning::population::CatalogueError;

/// Why a command did not do what was asked.
#[derive(Debug)]
pub(super) enum Failure {
    /// Asked in a way that makes no sense. Status 2.
    Usage(String),
    /// What came in cannot be used. Status 3.
    Refused(String),
    /// Anything else: the disk is full, say. Status 1.
    Other(String),
}

impl Failure {
    pub(super) fn status(&self) -> ExitCode {
        ExitCode::from(match self {
            Self::Other(_) => 1,
            Self::Usage(_) => 2,
            Self::Refused(_) => 3,
        })
    }

    /// An error while reading what came in: a file that is not there is input that cannot be used.
    #[expect(clippy::needless_pass_by_value, reason = "for map_err")]
    pub(super) fn reading(error: FileError) -> Self {
        use std::io::ErrorKind;
        match &error {
            FileError::Refused { .. } => Self::Refused(error.to_string()),
            FileError::System { path, source } => match source.kind() {
                ErrorKind::NotFound => Self::Refused(format!("{}: there is no such file", path.display())),
                ErrorKind::PermissionDenied | ErrorKind::IsADirectory | ErrorKind::InvalidInput => {
                    Self::Refused(error.to_string())
                }
                _ => Self::Other(error.to_string()),
            },
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::Usage(why) | Self::Refused(why) | Self::Other(why)) = self;
        f.write_str(why)
    }
}

impl From<ImportError> for Failure {
    fn from(error: ImportError) -> Self {
        match error {
            ImportError::File(error) => Self::reading(error),
            other => Self::Refused(other.to_string()),
        }
    }
}

impl From<DefinitionError> for Failure {
    fn from(error: DefinitionError) -> Self {
        Self::Refused(error.to_string())
    }
}

/// An error while writing what goes out.
impl From<FileError> for Failure {
    fn from(error: FileError) -> Self {
        Self::Other(format!("could not write {error}"))
    }
}

impl From<BackupError> for Failure {
    fn from(error: BackupError) -> Self {
        match error {
            BackupError::Database(error) => error.into(),
            BackupError::File(error) => Self::reading(error),
            BackupError::System(_) => Self::Other(error.to_string()),
            BackupError::Key(_) | BackupError::Refused(_) => Self::Refused(error.to_string()),
        }
    }
}

impl From<CatalogueError> for Failure {
    fn from(error: CatalogueError) -> Self {
        match error {
            CatalogueError::Database(error) => error.into(),
            other => Self::Refused(other.to_string()),
        }
    }
}

impl From<InvitationProblem> for Failure {
    fn from(problem: InvitationProblem) -> Self {
        Self::Usage(problem.to_string())
    }
}

impl From<AllocationError> for Failure {
    fn from(error: AllocationError) -> Self {
        match error {
            AllocationError::File(error) => Self::reading(error),
            AllocationError::Usage(why) => Self::Usage(why),
            AllocationError::Problems { .. } | AllocationError::FloorTooHigh(_) => {
                Self::Refused(error.to_string())
            }
            AllocationError::NotVerified(_) => Self::Other(error.to_string()),
        }
    }
}

impl From<askama::Error> for Failure {
    fn from(error: askama::Error) -> Self {
        Self::Other(format!("the report could not be made: {error}"))
    }
}
