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
        Self {
            people: (county.population.clone(), county.name.clone()),
            events,
            directory: made_up::feeds(&spec),
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
            cohort_room::invent(&mut change).await?;
            let run = match_room::invent(&mut change, &entry).await?;
            worklist_room::invent(&mut change, run).await?;
            figures_room::invent(&mut change, run).await?;
            let until = Day::from_days(data_folder::today().days() + 120);
            invitation_room::invent(&mut change, until).await?;
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
