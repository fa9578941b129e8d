//! What a demonstration's data folder is filled with: places, the directory of two sources, the library. Each comes in as an
//! import would bring it, so that doing it again changes only what is different now.

use std::path::PathBuf;

use disclosure::with_commas;
use ground::database::Act;
use meres::{cohort_room, figures_room, import_room, invitation_room, match_room, worklist_room};
use offers::directory::made_up::{self, Spec, Town};
use offers::directory::{self, Feed};
use offers::place::{self, PlaceDifference, PlaceFeed};
use offers::resource::{self, Library};
use planning::extract::{Allowance, Mapping};
use planning::made_up_county::MadeUp;
use planning::population::kept::{Keeping, keep};
use planning::population::{Added, Import, NewEntry, store};
use planning::rules::{VERSION_1, parse_rules};
use vocabulary::{Actor, Day};

use super::data_folder::{self, DataFolder, settings};
use super::failure::Failure;
use super::progress::{Step, counted};

/// All of it.
pub(super) struct Invented {
    places: PlaceFeed,
    directory: [(String, Feed); 2],
    library: (String, Library),
    /// The county's people, and what the county is called.
    people: (PathBuf, String),
    /// Coded events of the same people.
    events: PathBuf,
    /// Where its hub is to be, and its postcode.
    hub: Option<(String, String)>,
}

/// The leisure centre of the town with most people, or the sports hall where no town is large enough for one.
fn hub(towns: &[Town], feeds: &[(String, Feed)]) -> Option<(String, String)> {
    let mut largest: Vec<&Town> = towns.iter().collect();
    largest.sort_by_key(|town| std::cmp::Reverse(town.people));
    let sites = || feeds.iter().flat_map(|(_, feed)| feed.sites.values());
    let called = |name: String| {
        let site = sites().find(|site| site.name.as_ref() == Some(&name))?;
        let postcode = site.addresses.iter().find_map(|address| address.postcode.clone())?;
        Some((name, postcode))
    };
    let mut rooms = ["Leisure Centre", "Sports Hall"].into_iter();
    rooms.find_map(|room| largest.iter().find_map(|town| called(format!("{} {room}", town.name))))
}

impl Invented {
    /// What a county has on offer, so many services.
    pub(super) fn of(county: MadeUp, events: PathBuf, (services, seed): (usize, u64), today: Day) -> Self {
        let towns: Vec<Town> = county
            .towns
            .into_iter()
            .map(|town| Town {
                name: town.name,
                people: town.people,
                postcodes: town.postcodes.into_iter().map(|(code, at)| (code.to_string(), at)).collect(),
            })
            .collect();
        let spec = Spec { county: &county.name, towns: &towns, services, seed, today };
        let directory = made_up::feeds(&spec);
        Self {
            hub: hub(&towns, &directory),
            people: (county.population.clone(), county.name.clone()),
            events,
            directory,
            library: resource::made_up::library(&county.name, today),
            places: county.places,
        }
    }

    /// Brings a folder up to date with it.
    pub(super) async fn keep(self, folder: &DataFolder) -> Result<(), Failure> {
        let step = Step::begin("Filling the data folder", 0);
        // An analyst finds them beside what they are about.
        settings(&folder.path)?;
        self.keep_places(folder).await?;
        let mut services = 0;
        for (name, feed) in &self.directory {
            services += feed.services.len() as u64;
            keep_directory(folder, name, feed).await?;
        }
        self.keep_library(folder).await?;
        step.done(&format!("{} in the directory", counted(services, "service")));
        self.keep_people(folder).await
    }

    async fn keep_library(&self, folder: &DataFolder) -> Result<(), Failure> {
        let (name, library) = &self.library;
        let mut change = folder.database.change(&Actor::Meres).await?;
        if !resource::store::apply(&mut change, name, library).await?.is_empty() {
            let detail = counted(library.resources.len() as u64, "resource");
            let (action, object) = ("resource.import", name.clone());
            change.commit(Act { action, object, purpose: None, detail }).await?;
        }
        Ok(())
    }

    /// The extract as an analyst would have sent it.
    async fn keep_people(&self, folder: &DataFolder) -> Result<(), Failure> {
        let step = Step::begin("Keeping the population", 0);
        let (file, county) = &self.people;
        let zone = folder.enter_zone()?;
        let rules = parse_rules("version-1.toml", VERSION_1)?;
        let import = Import {
            mapping: &Mapping::default(),
            index_date: rules.index_date,
            allowance: Allowance { percent: 1.0 },
            progress: &|rows| step.at(rows),
        };
        let events = std::slice::from_ref(&self.events);
        let kept = keep(&zone, std::slice::from_ref(file), &Keeping { import, mapping_text: "", events })?;
        let mut change = folder.database.change(&Actor::Meres).await?;
        let new = NewEntry {
            kept: &kept,
            name: format!("{county}, {} invented people", with_commas(kept.people)),
            purpose: "To show what Meres does".to_owned(),
            agreement: Some("None: everybody is invented".to_owned()),
            keep_until: Some(Day::from_days(data_folder::today().days() + 365)),
        };
        if let Added::New(entry) = store::add(&mut change, &new).await? {
            let detail = format!("{} rows; digest {}", kept.rows_read, entry.digest);
            let (object, purpose) = (entry.id.to_string(), Some(entry.purpose.clone()));
            // The site does it as soon as it is served.
            let cohort = cohort_room::invent(&mut change).await?;
            let (place, postcode) = self.hub.clone().unzip();
            let place = place.unwrap_or_else(|| "the market hall".to_owned());
            let run = match_room::invent(&mut change, &entry, (cohort, postcode)).await?;
            worklist_room::invent(&mut change, run, &place).await?;
            figures_room::invent(&mut change, run).await?;
            let until = Day::from_days(data_folder::today().days() + 120);
            invitation_room::invent(&mut change, until, &place).await?;
            change.commit(Act { action: "population.import", object, purpose, detail }).await?;
        }
        drop(zone);
        step.done(&counted(kept.people, "person").replace("persons", "people"));
        Ok(())
    }

    async fn keep_places(&self, folder: &DataFolder) -> Result<(), Failure> {
        let mut change = folder.database.change(&Actor::Meres).await?;
        let known = place::store::known(&mut change).await?;
        let difference = PlaceDifference::between(&known, self.places.clone());
        if !difference.is_empty() {
            place::store::write(&mut change, &difference).await?;
            let (action, object) = ("place.import", "places".to_owned());
            let detail = counted(difference.postcodes.written.len() as u64, "postcode");
            change.commit(Act { action, object, purpose: None, detail }).await?;
        }
        Ok(())
    }
}

async fn keep_directory(folder: &DataFolder, name: &str, feed: &Feed) -> Result<(), Failure> {
    let mut change = folder.database.change(&Actor::Meres).await?;
    let source = directory::store::source(&mut change, name).await?;
    let known = directory::store::known(&mut change, source.as_ref()).await?;
    let difference = directory::Difference::between(&known, feed);
    if source.is_none() || !difference.is_empty() {
        let digest = import_room::digest_of(feed);
        directory::store::apply(&mut change, name, feed.about.as_deref(), &digest, &difference).await?;
        let (action, object) = ("directory.import", name.to_owned());
        let detail = format!("{}; digest {digest}", import_room::in_words(&difference));
        change.commit(Act { action, object, purpose: None, detail }).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use offers::directory::{Address, Site};

    use super::*;

    #[test]
    fn the_hub_is_the_leisure_centre_of_the_largest_town_that_has_one() {
        let town = |name: &str, people| Town { name: name.to_owned(), people, postcodes: Vec::new() };
        let site = |name: &str| Site {
            name: Some(name.to_owned()),
            addresses: vec![Address { postcode: Some(format!("QY1 {}", name.len())), ..Address::default() }],
            ..Site::default()
        };
        let feed = |names: &[&str]| Feed {
            sites: names.iter().map(|name| ((*name).to_owned(), site(name))).collect(),
            ..Feed::default()
        };
        let towns = [town("Wick", 9_000), town("Saltby", 60_000), town("Barrow", 90_000)];
        let feeds = |names: &[&str]| [("One".to_owned(), feed(names))];
        let both =
            hub(&towns, &feeds(&["Wick Leisure Centre", "Saltby Leisure Centre", "Barrow Sports Hall"]));
        assert_eq!(both.expect("one").0, "Saltby Leisure Centre");
        let small = hub(&towns, &feeds(&["Wick Sports Hall", "Wick Library"]));
        assert_eq!(small, Some(("Wick Sports Hall".to_owned(), "QY1 16".to_owned())));
        assert_eq!(hub(&towns, &feeds(&["Wick Library"])), None);
    }
}
