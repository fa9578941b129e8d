//! Columns that an extract may have and no match looks at: ethnicity, and rural or not. They are read for whoever asks who is
//! left out, and for nobody else.

use std::path::PathBuf;

use ground::files::{FileError, Table};

use super::columns::at;
use super::{OPTIONAL_COLUMNS, PEOPLE_COLUMNS, Population};
use crate::extract::{Found, Heading, ImportError, Mapping, WholeCell, whole_cell};

/// What is known of each row of a population.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Backgrounds {
    /// Nothing where the extract does not have it of anybody.
    pub ethnicity: Option<Vec<Ethnicity>>,
    pub rural: Option<Vec<Option<bool>>>,
    /// Which practices make up a network, where the data folder knows it.
    pub networks: Option<Networks>,
}

/// A network of practices.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Network {
    pub code: String,
    /// What it is called; its code, where that is not known.
    pub name: String,
}

/// Networks of practices.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Networks {
    /// In the order of their codes.
    pub(crate) known: Vec<Network>,
    /// By the number of a practice in the population, 0 first: the place of its network among those; as many as there are where
    /// it has none.
    of_practice: Vec<usize>,
}

impl Networks {
    /// `network` says to which network a practice belongs.
    pub fn of(population: &Population, network: impl Fn(&str) -> Option<Network>) -> Self {
        let of: Vec<Option<Network>> =
            population.practices.names().iter().map(|code| network(code)).collect();
        let mut known: Vec<Network> = of.iter().flatten().cloned().collect();
        known.sort_unstable();
        known.dedup_by(|a, b| a.code == b.code);
        let place = |network: &Option<Network>| {
            let found = network.as_ref().map(|one| known.binary_search_by(|other| other.code.cmp(&one.code)));
            found.and_then(Result::ok).unwrap_or(known.len())
        };
        // Number 0 is "not known".
        let of_practice = std::iter::once(known.len()).chain(of.iter().map(place)).collect();
        Self { known, of_practice }
    }

    /// The place of a row's network among those that are known; as many as there are where it has none.
    pub(crate) fn of_row(&self, population: &Population, row: usize) -> usize {
        self.of_practice[population.practice[row] as usize]
    }
}

/// The groups of the census, from the codes of the NHS data dictionary (ethnic category).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ethnicity {
    Asian,
    Black,
    Mixed,
    White,
    Other,
    #[default]
    NotKnown,
}

impl Ethnicity {
    /// Each with its words, in the order in which official statistics give them; last, what was not stated.
    pub const ALL: [(Self, &'static str); 6] = [
        (Self::Asian, "Asian or Asian British"),
        (Self::Black, "Black, Black British, Caribbean or African"),
        (Self::Mixed, "Mixed or multiple ethnic groups"),
        (Self::White, "White"),
        (Self::Other, "Other ethnic group"),
        (Self::NotKnown, "Not stated or not known"),
    ];

    fn of_code(code: &str) -> Self {
        // One letter of the national code; a local code has a second sign behind it.
        let code = code.trim();
        let letter = if code.len() <= 2 { code.get(..1).unwrap_or_default() } else { "" };
        match letter {
            "A" | "B" | "C" => Self::White,
            "D" | "E" | "F" | "G" => Self::Mixed,
            "H" | "J" | "K" | "L" => Self::Asian,
            "M" | "N" | "P" => Self::Black,
            "R" | "S" => Self::Other,
            _ => Self::NotKnown,
        }
    }
}

/// Reads them from the parts that a population was read from. A cell that is not understood is not known.
pub fn read_backgrounds(
    parts: &[PathBuf],
    mapping: &Mapping,
    population: &Population,
    index_year: i32,
) -> Result<Backgrounds, ImportError> {
    let rows = population.people.len();
    let mut ethnicity = vec![Ethnicity::default(); rows];
    let mut rural = vec![None; rows];
    let (mut has_ethnicity, mut has_rural) = (false, false);
    for part in parts {
        let table = Table::open(part)?;
        let heading = Heading::find(&table, mapping, &[PEOPLE_COLUMNS[at::PID]], &OPTIONAL_COLUMNS)?;
        let position = |index: usize| match heading.found[index] {
            Found::Read(position) => Some(position),
            _ => None,
        };
        let (Some(pids), [by_ethnicity, by_rural]) = (position(0), [position(1), position(2)]) else {
            continue;
        };
        if by_ethnicity.is_none() && by_rural.is_none() {
            continue;
        }
        let expected = |index: usize, column| heading.expected(index, column, index_year);
        let pid = expected(0, &PEOPLE_COLUMNS[at::PID]);
        let [of_ethnicity, of_rural] = [expected(1, &OPTIONAL_COLUMNS[0]), expected(2, &OPTIONAL_COLUMNS[1])];
        for piece in table.parts() {
            piece.read::<FileError>(
                &heading.positions,
                |batch| {
                    let mut people = vec![None; batch.rows()];
                    batch.each_cell(pids, |row, cell| {
                        people[row] = pid.text(cell).and_then(|pid| population.pseudonyms.row(&pid));
                    });
                    if let Some(position) = by_ethnicity {
                        batch.each_cell(position, |row, cell| {
                            let Some((person, code)) = people[row].zip(of_ethnicity.text(cell)) else {
                                return;
                            };
                            ethnicity[person as usize] = Ethnicity::of_code(&code);
                            has_ethnicity = true;
                        });
                    }
                    if let Some(position) = by_rural {
                        batch.each_cell(position, |row, cell| {
                            let Some((person, WholeCell::Value(yes))) =
                                people[row].zip(Some(whole_cell(&of_rural, cell)))
                            else {
                                return;
                            };
                            rural[person as usize] = Some(yes != 0);
                            has_rural = true;
                        });
                    }
                    Ok(())
                },
                // It was listed when the people were read.
                |_| Ok(()),
            )?;
        }
    }
    Ok(Backgrounds {
        ethnicity: has_ethnicity.then_some(ethnicity),
        rural: has_rural.then_some(rural),
        networks: None,
    })
}

#[cfg(test)]
mod tests {
    use super::Ethnicity::{self, Asian, Black, Mixed, NotKnown, Other, White};

    #[test]
    fn codes_of_the_data_dictionary_are_groups_of_the_census() {
        let words = ["Asian", "Black", "Mixed", "Refused", "White", "Not known", "Chinese"];
        assert!(words.map(Ethnicity::of_code).iter().all(|group| *group == NotKnown), "words are no codes");
        assert_eq!(Ethnicity::of_code("A1"), White);
        let groups = ["A", "G", "J", "N", "S", "Z", "99", ""].map(Ethnicity::of_code);
        assert_eq!(groups, [White, Mixed, Asian, Black, Other, NotKnown, NotKnown, NotKnown]);
    }
}
