//! What an import of places brings.

use ground::files::Problem;
use vocabulary::{Day, GridPoint, Lsoa, Postcode};

use super::outline::AreaOutline;

/// Everything that the files said. Each list is in the order of its key and holds a key once.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PlaceFeed {
    pub postcodes: Vec<PostcodePlace>,
    pub areas: Vec<AreaFacts>,
    pub outlines: Vec<AreaOutline>,
    pub practices: Vec<Practice>,
    pub memberships: Vec<Membership>,
    /// The files that were read, each once, and what became of their rows.
    pub sources: Vec<Source>,
    /// What was wrong, file by file. For an outline `line` is the number of the feature and `column` its path in the
    /// JSON (`features[12].geometry`).
    pub problems: Vec<Problem>,
}

/// Where a postcode is: the middle of its addresses, to a metre or to about 5 metres ([`super::grid`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PostcodePlace {
    pub postcode: Postcode,
    pub point: GridPoint,
    /// The small area of England or Wales that it lies in, where a file says so.
    pub lsoa: Option<Lsoa>,
    /// Royal Mail no longer delivers to it. People go on giving it.
    pub terminated: bool,
}

/// What is known about a small area. What no file says is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AreaFacts {
    pub lsoa: Lsoa,
    /// "South Kesteven 006A".
    pub name: Option<String>,
    /// Code of the local authority district.
    pub district: Option<String>,
    /// 1 is the tenth of areas with the most deprivation.
    pub imd_decile: Option<u8>,
    /// 1 is the area with the most deprivation; counted in England and in Wales apart.
    pub imd_rank: Option<u32>,
    /// Rural or urban: the code as the file has it.
    pub rural: Option<String>,
}

impl AreaFacts {
    /// An area of which nothing is known.
    pub const fn unknown(lsoa: Lsoa) -> Self {
        Self { lsoa, name: None, district: None, imd_decile: None, imd_rank: None, rural: None }
    }
}

/// A row of the NHS list of prescribing practices (`epraccur`): practices, and much else that prescribes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Practice {
    /// Its code, such as C83001.
    pub ods: String,
    pub name: String,
    /// Lines of the address that are not empty.
    pub address: Vec<String>,
    pub postcode: Option<Postcode>,
    pub opened: Option<Day>,
    pub closed: Option<Day>,
    pub status: Option<PracticeStatus>,
    /// 4 is a GP practice; the others are clinics, prisons, walk-in centres and so on.
    pub prescribing_setting: Option<u8>,
    /// Code of the organisation that commissions it.
    pub commissioner: Option<String>,
    pub phone: Option<String>,
}

impl Practice {
    /// Whether it is a GP practice that is open.
    pub fn is_gp_practice(&self) -> bool {
        self.status == Some(PracticeStatus::Active) && self.prescribing_setting == Some(4)
    }
}

/// That a practice is, or was, a partner of a network (primary care network).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    /// ODS code.
    pub practice: String,
    /// The network's code, such as U12345.
    pub network: String,
    pub name: Option<String>,
    pub joined: Option<Day>,
    pub left: Option<Day>,
}

/// A practice, a network, and since when: a practice may come back.
pub type MembershipKey = (String, String, Option<Day>);

impl Membership {
    pub fn key(&self) -> MembershipKey {
        (self.practice.clone(), self.network.clone(), self.joined)
    }

    /// Whether the practice was a partner on a day; it was still on the last.
    pub fn holds_on(&self, day: Day) -> bool {
        self.joined.is_none_or(|joined| joined <= day) && self.left.is_none_or(|left| left >= day)
    }
}

/// Whether a practice is open, as the list says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PracticeStatus {
    /// `A`
    Active,
    /// `C`
    Closed,
    /// `D`
    Dormant,
    /// `P`
    Proposed,
}

impl PracticeStatus {
    const CODES: [(Self, &str); 4] =
        [(Self::Active, "A"), (Self::Closed, "C"), (Self::Dormant, "D"), (Self::Proposed, "P")];

    /// The letter of the list.
    pub fn code(self) -> &'static str {
        Self::CODES.iter().find(|(status, _)| *status == self).map_or("", |(_, code)| code)
    }

    pub fn from_code(text: &str) -> Option<Self> {
        Self::CODES.iter().find(|(_, code)| *code == text).map(|(status, _)| *status)
    }
}

/// A file that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The file's name without its folder.
    pub file: String,
    pub kind: SourceKind,
    /// SHA-256 of its bytes.
    pub digest: String,
    /// Rows or features, usable or not.
    pub rows: u64,
    /// Rows that could not be used; the problems list them.
    pub left_out: u64,
    /// Postcodes without a position by the file's own word (no addresses left, Channel Islands): no place, no problem.
    pub without_position: u64,
    /// Rows whose key stood in an earlier row of the same file.
    pub repeats: u64,
}

/// What a file is. Where two files speak of the same thing, the one of the later kind counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SourceKind {
    /// Postcodes with latitude and longitude.
    PostcodeTable,
    /// Postcodes with a grid reference: the directories of the Office for National Statistics (NSPL, ONSPD).
    PostcodeDirectory,
    /// Ordnance Survey's Code-Point Open.
    CodePointOpen,
    /// Outlines of small areas (`GeoJSON`).
    Outlines,
    /// Facts about small areas: deprivation, rural or urban.
    Areas,
    /// The NHS list of prescribing practices.
    Practices,
    /// Which practices make up a network.
    Networks,
}

impl SourceKind {
    /// What a file of this kind is, in words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::PostcodeTable => "a table of postcodes",
            Self::PostcodeDirectory => "a postcode directory",
            Self::CodePointOpen => "Code-Point Open",
            Self::Outlines => "outlines of small areas",
            Self::Areas => "facts about small areas",
            Self::Practices => "practices",
            Self::Networks => "partners of networks",
        }
    }
}
