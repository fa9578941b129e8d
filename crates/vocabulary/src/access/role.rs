//! Roles, permissions, and the table that joins them.

/// What somebody is, in an organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    SystemAdministrator,
    ProgrammeManager,
    HubOrganiser,
    StandHolder,
    Clinician,
    LinkWorker,
    ServiceManager,
    Analyst,
    Evaluator,
    LivedExperiencePartner,
    Volunteer,
    InformationGovernanceLead,
    ClinicalSafetyOfficer,
    PracticeLead,
}

/// What can be permitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Permission {
    /// Set up, rename, close and reopen organisations.
    ManageOrganisations,
    /// Invite people, give and end roles, disable accounts and end their sessions.
    ManagePeople,
    /// Read, verify and export the audit log.
    ReadAudit,
    /// See how this Meres is set up.
    SeeConfiguration,
    /// See what is done later, stop it, and have it done again.
    ManageJobs,
    /// Change entries of the directory; in one's own organisation: of those that it keeps. What is changed waits for approval.
    EditDirectory,
    /// Decide on changes of the directory, and say which organisation keeps which entries.
    ApproveDirectory,
    /// Bring feeds and files into the directory, merge what is the same, and say what terms mean.
    ImportDirectory,
    /// Bring pseudonymous extracts in, and delete them. No row of one is shown by it.
    KeepPopulations,
    /// Describe cohorts, match them with what is on offer, and take the rows away for whoever holds the key to pseudonyms.
    PlanMatches,
    /// See which worklists wait to leave the population zone, and which have left it; never a row.
    SeePassages,
    /// Decide whether worklists leave the population zone. Nobody decides on what they asked for themselves.
    ApprovePassages,
    /// See figures that wait to be released.
    SeeReleases,
    /// Decide whether figures are released. Whoever reads released figures as a manager does not see those that are not.
    ApproveReleases,
    /// Read figures that were released.
    ReadReleases,
    /// Say for which hubs people are invited by codes.
    PlanInvitations,
    /// Fetch the worklists of one's practice, make its invitation codes, and report its counts.
    ActForPractice,
}

/// How far a permission reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    Nowhere,
    /// In the organisation in which the role is held.
    Own,
    Everywhere,
}

impl Role {
    pub const ALL: [Self; 14] = [
        Self::SystemAdministrator,
        Self::ProgrammeManager,
        Self::HubOrganiser,
        Self::StandHolder,
        Self::Clinician,
        Self::LinkWorker,
        Self::ServiceManager,
        Self::Analyst,
        Self::Evaluator,
        Self::LivedExperiencePartner,
        Self::Volunteer,
        Self::InformationGovernanceLead,
        Self::ClinicalSafetyOfficer,
        Self::PracticeLead,
    ];

    /// The word by which it is kept: small letters and hyphens.
    pub const fn word(self) -> &'static str {
        match self {
            Self::SystemAdministrator => "system-administrator",
            Self::ProgrammeManager => "programme-manager",
            Self::HubOrganiser => "hub-organiser",
            Self::StandHolder => "stand-holder",
            Self::Clinician => "clinician",
            Self::LinkWorker => "link-worker",
            Self::ServiceManager => "service-manager",
            Self::Analyst => "analyst",
            Self::Evaluator => "evaluator",
            Self::LivedExperiencePartner => "lived-experience-partner",
            Self::Volunteer => "volunteer",
            Self::InformationGovernanceLead => "information-governance-lead",
            Self::ClinicalSafetyOfficer => "clinical-safety-officer",
            Self::PracticeLead => "practice-lead",
        }
    }

    /// The role that is kept by this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.word() == word)
    }

    /// As people say it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::SystemAdministrator => "System administrator",
            Self::ProgrammeManager => "Programme manager",
            Self::HubOrganiser => "Hub organiser",
            Self::StandHolder => "Stand holder",
            Self::Clinician => "Clinician",
            Self::LinkWorker => "Link worker",
            Self::ServiceManager => "Service manager",
            Self::Analyst => "Analyst",
            Self::Evaluator => "Evaluator",
            Self::LivedExperiencePartner => "Lived-experience partner",
            Self::Volunteer => "Volunteer",
            Self::InformationGovernanceLead => "Information governance lead",
            Self::ClinicalSafetyOfficer => "Clinical safety officer",
            Self::PracticeLead => "Practice lead",
        }
    }

    /// What somebody with this role does, in a sentence for whoever gives it.
    pub const fn about(self) -> &'static str {
        match self {
            Self::SystemAdministrator => "Keeps this Meres running: organisations, people, set-up, audit.",
            Self::ProgrammeManager => "Runs the programme: organisations, people, what was reached.",
            Self::HubOrganiser => "Prepares and runs hub days.",
            Self::StandHolder => "Stands for an organisation on a hub day.",
            Self::Clinician => "Sees people, and records what was decided with them.",
            Self::LinkWorker => "Finds support with people and follows up.",
            Self::ServiceManager => "Looks after a service and the people who work in it.",
            Self::Analyst => "Works with pseudonymous extracts, cohorts and matches.",
            Self::Evaluator => "Reads released figures and what was learnt.",
            Self::LivedExperiencePartner => "Shapes the programme from lived experience.",
            Self::Volunteer => "Helps on a hub day.",
            Self::InformationGovernanceLead => "Watches over how information is used: reads the audit log.",
            Self::ClinicalSafetyOfficer => "Watches over clinical safety: hazards and incidents.",
            Self::PracticeLead => {
                "Holds a practice's key to pseudonyms: fetches its worklists, invites, reports counts."
            }
        }
    }

    /// How far this role permits that. Every pair is written down: a new role or permission does not compile without.
    pub const fn reach(self, permission: Permission) -> Reach {
        use Permission::{
            ActForPractice, ApproveDirectory, ApprovePassages, ApproveReleases, EditDirectory,
            ImportDirectory, KeepPopulations, ManageJobs, ManageOrganisations, ManagePeople, PlanInvitations,
            PlanMatches, ReadAudit, ReadReleases, SeeConfiguration, SeePassages, SeeReleases,
        };
        match (self, permission) {
            (
                Self::SystemAdministrator,
                ManageOrganisations | ManagePeople | ReadAudit | SeeConfiguration | ManageJobs
                | EditDirectory | ApproveDirectory | ImportDirectory | KeepPopulations | PlanMatches
                | SeePassages | SeeReleases | ReadReleases | PlanInvitations,
            )
            | (
                Self::ProgrammeManager,
                ManageOrganisations | ManagePeople | EditDirectory | ApproveDirectory | ImportDirectory
                | SeePassages | ApprovePassages | ReadReleases | PlanInvitations,
            )
            | (
                Self::Analyst,
                ImportDirectory | KeepPopulations | PlanMatches | SeePassages | SeeReleases | ReadReleases,
            )
            | (
                Self::InformationGovernanceLead,
                ReadAudit | SeePassages | ApprovePassages | SeeReleases | ApproveReleases | ReadReleases,
            )
            | (Self::HubOrganiser, ReadReleases | PlanInvitations)
            | (Self::Evaluator, ReadReleases) => Reach::Everywhere,
            (Self::ServiceManager, ManagePeople | EditDirectory)
            | (Self::StandHolder | Self::LinkWorker, EditDirectory)
            | (Self::PracticeLead, ActForPractice) => Reach::Own,
            // Whoever could ask for something does not decide on it, and holds no practice's key: a system administrator who
            // wants to must give themselves the role, which is seen.
            (Self::SystemAdministrator, ApprovePassages | ApproveReleases | ActForPractice)
            // Managers read what was released.
            | (
                Self::ProgrammeManager,
                ReadAudit | SeeConfiguration | ManageJobs | KeepPopulations | PlanMatches | SeeReleases
                | ApproveReleases | ActForPractice,
            )
            | (
                Self::InformationGovernanceLead | Self::ServiceManager,
                ManageOrganisations | SeeConfiguration | ManageJobs | ApproveDirectory | ImportDirectory
                | KeepPopulations | PlanMatches | PlanInvitations | ActForPractice,
            )
            | (Self::InformationGovernanceLead, ManagePeople | EditDirectory)
            | (
                Self::ServiceManager,
                ReadAudit | SeePassages | ApprovePassages | SeeReleases | ApproveReleases | ReadReleases,
            )
            | (
                Self::StandHolder | Self::LinkWorker,
                ManageOrganisations | ManagePeople | ReadAudit | SeeConfiguration | ManageJobs
                | ApproveDirectory | ImportDirectory | KeepPopulations | PlanMatches | SeePassages
                | ApprovePassages | SeeReleases | ApproveReleases | ReadReleases | PlanInvitations
                | ActForPractice,
            )
            | (
                Self::Analyst,
                ManageOrganisations | ManagePeople | ReadAudit | SeeConfiguration | ManageJobs
                | EditDirectory | ApproveDirectory | ApprovePassages | ApproveReleases | PlanInvitations
                | ActForPractice,
            )
            | (
                Self::HubOrganiser
                | Self::Clinician
                | Self::Evaluator
                | Self::LivedExperiencePartner
                | Self::Volunteer
                | Self::ClinicalSafetyOfficer
                | Self::PracticeLead,
                ManageOrganisations | ManagePeople | ReadAudit | SeeConfiguration | ManageJobs
                | EditDirectory | ApproveDirectory | ImportDirectory | KeepPopulations | PlanMatches
                | SeePassages | ApprovePassages | SeeReleases | ApproveReleases,
            )
            | (
                Self::Clinician
                | Self::LivedExperiencePartner
                | Self::Volunteer
                | Self::ClinicalSafetyOfficer
                | Self::PracticeLead,
                ReadReleases | PlanInvitations,
            )
            | (Self::Evaluator, PlanInvitations)
            | (
                Self::HubOrganiser
                | Self::Clinician
                | Self::Evaluator
                | Self::LivedExperiencePartner
                | Self::Volunteer
                | Self::ClinicalSafetyOfficer,
                ActForPractice,
            ) => Reach::Nowhere,
        }
    }

    /// Whether whoever holds this role may give that one to somebody. Nobody makes anybody more than they are: the roles
    /// that watch over everything, and those that work with pseudonyms, are given by a system administrator alone.
    pub const fn may_give(self, other: Self) -> bool {
        match self {
            Self::SystemAdministrator => true,
            Self::ProgrammeManager => !matches!(
                other,
                Self::SystemAdministrator
                    | Self::Analyst
                    | Self::InformationGovernanceLead
                    | Self::PracticeLead
            ),
            Self::ServiceManager => matches!(
                other,
                Self::ServiceManager
                    | Self::StandHolder
                    | Self::Clinician
                    | Self::LinkWorker
                    | Self::Volunteer
            ),
            _ => false,
        }
    }
}

impl Permission {
    pub const ALL: [Self; 17] = [
        Self::ManageOrganisations,
        Self::ManagePeople,
        Self::ReadAudit,
        Self::SeeConfiguration,
        Self::ManageJobs,
        Self::EditDirectory,
        Self::ApproveDirectory,
        Self::ImportDirectory,
        Self::KeepPopulations,
        Self::PlanMatches,
        Self::SeePassages,
        Self::ApprovePassages,
        Self::SeeReleases,
        Self::ApproveReleases,
        Self::ReadReleases,
        Self::PlanInvitations,
        Self::ActForPractice,
    ];

    /// As the route table says it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ManageOrganisations => "manage organisations",
            Self::ManagePeople => "manage people",
            Self::ReadAudit => "read the audit log",
            Self::SeeConfiguration => "see the configuration",
            Self::ManageJobs => "manage later work",
            Self::EditDirectory => "edit the directory",
            Self::ApproveDirectory => "approve changes of the directory",
            Self::ImportDirectory => "import directories",
            Self::KeepPopulations => "keep populations",
            Self::PlanMatches => "plan matches",
            Self::SeePassages => "see requests for worklists",
            Self::ApprovePassages => "approve worklists",
            Self::SeeReleases => "see figures that wait to be released",
            Self::ApproveReleases => "approve releases of figures",
            Self::ReadReleases => "read released figures",
            Self::PlanInvitations => "plan invitations",
            Self::ActForPractice => "act for a practice",
        }
    }
}
