//! The demonstration: invented people, one for each role, and a page on which a visitor chooses whom to be. Where a Meres
//! is not a demonstration, none of this answers.

mod pages;

use ground::database::Act;
use vocabulary::{Actor, Role};
use web::{House, Problem};

pub(crate) use pages::room;

use crate::people;

const PROGRAMME: &str = "Fenmarch Joint Pain Programme";

/// Who is invented: as what, where.
const PEOPLE: [(Role, &str, &str); 14] = [
    (Role::SystemAdministrator, "Sam Adeyemi", PROGRAMME),
    (Role::ProgrammeManager, "Priya Natarajan", PROGRAMME),
    (Role::HubOrganiser, "Harriet Okafor", "Saltby Leisure Trust"),
    (Role::StandHolder, "Stan Kowalczyk", "Wold End Walking Group"),
    (Role::Clinician, "Clare Fitzgerald", "Fenmarch Community Physiotherapy"),
    (Role::LinkWorker, "Lina Hussain", "Saltby Primary Care Network"),
    (Role::ServiceManager, "Sergei Moss", "Saltby Leisure Trust"),
    (Role::Analyst, "Anneka Lund", PROGRAMME),
    (Role::Evaluator, "Evan Price", "University of Saltby"),
    (Role::LivedExperiencePartner, "Pat Holloway", "Fenmarch Voices"),
    (Role::Volunteer, "Violet Marsh", "Saltby Leisure Trust"),
    (Role::InformationGovernanceLead, "Ian Gwilliam", PROGRAMME),
    (Role::ClinicalSafetyOfficer, "Cass Osei", "Fenmarch Community Physiotherapy"),
    (Role::PracticeLead, "Robin Achebe", SURGERY.0),
];

/// A practice of the invented county, with its code there.
const SURGERY: (&str, &str) = ("Market Place Surgery", "Z99005");

/// Invents organisations and people, where nobody has an account yet.
pub async fn invent(house: &House) -> Result<(), Problem> {
    let mut change = house.database.change(&Actor::Meres).await?;
    if !people::is_empty(&mut change).await? {
        return Ok(());
    }
    let mut partners = Vec::new();
    for (role, name, at) in PEOPLE {
        let known = partners.iter().find(|(known, _)| *known == at).map(|(_, id)| *id);
        let partner = if let Some(partner) = known {
            partner
        } else {
            let added =
                people::add_organisation(&mut change, at, (at == SURGERY.0).then_some(SURGERY.1)).await?;
            let id = added.ok_or_else(|| Problem::broken("an invented organisation twice"))?;
            partners.push((at, id));
            id
        };
        let email = format!("{}@example.org", name.to_lowercase().replace(' ', "."));
        let account = people::add_account(&mut change, name, &email).await?;
        if !people::claim_address(&mut change, account, &email).await? {
            return Err(Problem::broken("an invented person twice"));
        }
        // A hash of nothing that anybody could type: they are signed in by the page of the demonstration alone.
        people::set_password(&mut change, account, "invented").await?;
        people::give(&mut change, account, partner, role).await?;
    }
    let detail = format!("{} people, {} organisations", PEOPLE.len(), partners.len());
    change.commit(Act { action: "demo.invent", object: String::new(), purpose: None, detail }).await?;
    Ok(())
}
