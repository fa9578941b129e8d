//! The tables of places.

use ground::database::{Change, DatabaseError, Param, Row, Session};
use vocabulary::{Day, GridPoint, Lsoa, Postcode};

use super::known::{KnownArea, KnownPlaces, PlaceDifference};
use super::{AreaFacts, AreaOutline, Membership, PostcodePlace, Practice, PracticeStatus};
use crate::edition;

/// Everything that is kept about places.
pub async fn known(session: &mut Session) -> Result<KnownPlaces, DatabaseError> {
    let mut known = KnownPlaces::default();
    let sql = "SELECT postcode, easting, northing, lsoa, terminated FROM postcode";
    for row in session.rows(sql, vec![]).await? {
        let place = PostcodePlace {
            postcode: Postcode::parse(&row.text("postcode")?).map_err(|_| wrong("postcode"))?,
            point: GridPoint { easting: narrow(&row, "easting")?, northing: narrow(&row, "northing")? },
            lsoa: row.maybe_text("lsoa")?.and_then(|lsoa| Lsoa::parse(&lsoa).ok()),
            terminated: row.yes("terminated")?,
        };
        known.postcodes.insert(place.postcode, place);
    }
    let sql = "SELECT lsoa, name, district, imd_decile, imd_rank, rural, outline FROM area";
    for row in session.rows(sql, vec![]).await? {
        let lsoa = Lsoa::parse(&row.text("lsoa")?).map_err(|_| wrong("lsoa"))?;
        let facts = AreaFacts {
            lsoa,
            name: row.maybe_text("name")?,
            district: row.maybe_text("district")?,
            imd_decile: row.maybe_whole("imd_decile")?.and_then(|decile| u8::try_from(decile).ok()),
            imd_rank: row.maybe_whole("imd_rank")?.and_then(|rank| u32::try_from(rank).ok()),
            rural: row.maybe_text("rural")?,
        };
        let outline = row.maybe_text("outline")?.map(|text| outline(lsoa, &text)).transpose()?;
        known.areas.insert(lsoa, KnownArea { facts, outline });
    }
    let sql = "SELECT ods, name, address, postcode, opened_on, closed_on, status, prescribing_setting, commissioner, \
               phone FROM practice";
    for row in session.rows(sql, vec![]).await? {
        let practice = practice(&row)?;
        known.practices.insert(practice.ods.clone(), practice);
    }
    for row in session
        .rows("SELECT practice, network, name, joined_on, left_on FROM practice_network", vec![])
        .await?
    {
        let day = |text: Option<String>| text.and_then(|text| Day::parse(&text).ok());
        let membership = Membership {
            practice: row.text("practice")?,
            network: row.text("network")?,
            name: row.maybe_text("name")?,
            joined: day(Some(row.text("joined_on")?)),
            left: day(row.maybe_text("left_on")?),
        };
        known.memberships.insert(membership.key(), membership);
    }
    Ok(known)
}

fn practice(row: &Row) -> Result<Practice, DatabaseError> {
    let day = |text: Option<String>| text.and_then(|text| Day::parse(&text).ok());
    Ok(Practice {
        ods: row.text("ods")?,
        name: row.text("name")?,
        address: serde_json::from_str(&row.text("address")?).map_err(|_| wrong("address"))?,
        postcode: row.maybe_text("postcode")?.and_then(|text| Postcode::parse(&text).ok()),
        opened: day(row.maybe_text("opened_on")?),
        closed: day(row.maybe_text("closed_on")?),
        status: row.maybe_text("status")?.and_then(|text| PracticeStatus::from_code(&text)),
        prescribing_setting: row.maybe_whole("prescribing_setting")?.and_then(|s| u8::try_from(s).ok()),
        commissioner: row.maybe_text("commissioner")?,
        phone: row.maybe_text("phone")?,
    })
}

fn wrong(column: &str) -> DatabaseError {
    DatabaseError::Column(column.to_owned())
}

fn narrow(row: &Row, column: &str) -> Result<i32, DatabaseError> {
    i32::try_from(row.whole(column)?).map_err(|_| wrong(column))
}

/// Rings as JSON: `[[[east, north], …], …]`.
fn outline(lsoa: Lsoa, text: &str) -> Result<AreaOutline, DatabaseError> {
    let rings: Vec<Vec<(i32, i32)>> = serde_json::from_str(text).map_err(|_| wrong("outline"))?;
    let ring = |ring: Vec<(i32, i32)>| {
        ring.into_iter().map(|(easting, northing)| GridPoint { easting, northing }).collect()
    };
    Ok(AreaOutline { lsoa, rings: rings.into_iter().map(ring).collect() })
}

fn outline_text(outline: &AreaOutline) -> String {
    let ring = |ring: &Vec<GridPoint>| ring.iter().map(|p| (p.easting, p.northing)).collect::<Vec<_>>();
    let rings: Vec<Vec<(i32, i32)>> = outline.rings.iter().map(ring).collect();
    // Lists of whole numbers can always be written.
    serde_json::to_string(&rings).unwrap_or_default()
}

/// Writes what changed.
pub async fn write(change: &mut Change, difference: &PlaceDifference) -> Result<(), DatabaseError> {
    let columns = ["postcode", "easting", "northing", "lsoa", "terminated"];
    let ending = "ON CONFLICT (postcode) DO UPDATE SET easting = excluded.easting, northing = excluded.northing, \
                  lsoa = excluded.lsoa, terminated = excluded.terminated";
    let rows = difference.postcodes.written.iter().map(|place| -> Vec<Param> {
        vec![
            place.postcode.to_string().into(),
            place.point.easting.into(),
            place.point.northing.into(),
            place.lsoa.map(|lsoa| lsoa.to_string()).into(),
            place.terminated.into(),
        ]
    });
    change.insert("postcode", &columns, ending, rows).await?;

    let columns = ["lsoa", "name", "district", "imd_decile", "imd_rank", "rural", "outline"];
    let ending = "ON CONFLICT (lsoa) DO UPDATE SET name = excluded.name, district = excluded.district, \
                  imd_decile = excluded.imd_decile, imd_rank = excluded.imd_rank, rural = excluded.rural, \
                  outline = excluded.outline";
    let rows = difference.areas.written.iter().map(|area| -> Vec<Param> {
        let facts = &area.facts;
        vec![
            facts.lsoa.to_string().into(),
            facts.name.clone().into(),
            facts.district.clone().into(),
            facts.imd_decile.into(),
            facts.imd_rank.into(),
            facts.rural.clone().into(),
            area.outline.as_ref().map(outline_text).into(),
        ]
    });
    change.insert("area", &columns, ending, rows).await?;

    let columns = [
        "ods",
        "name",
        "address",
        "postcode",
        "opened_on",
        "closed_on",
        "status",
        "prescribing_setting",
        "commissioner",
        "phone",
    ];
    let ending = "ON CONFLICT (ods) DO UPDATE SET name = excluded.name, address = excluded.address, \
                  postcode = excluded.postcode, opened_on = excluded.opened_on, closed_on = excluded.closed_on, \
                  status = excluded.status, prescribing_setting = excluded.prescribing_setting, \
                  commissioner = excluded.commissioner, phone = excluded.phone";
    let rows = difference.practices.written.iter().map(|practice| -> Vec<Param> {
        let day = |day: Option<Day>| -> Param { day.map(|day| day.to_string()).into() };
        vec![
            practice.ods.clone().into(),
            practice.name.clone().into(),
            serde_json::to_string(&practice.address).unwrap_or_default().into(),
            practice.postcode.map(|postcode| postcode.to_string()).into(),
            day(practice.opened),
            day(practice.closed),
            practice.status.map(PracticeStatus::code).into(),
            practice.prescribing_setting.into(),
            practice.commissioner.clone().into(),
            practice.phone.clone().into(),
        ]
    });
    change.insert("practice", &columns, ending, rows).await?;

    let columns = ["practice", "network", "name", "joined_on", "left_on"];
    let ending = "ON CONFLICT (practice, network, joined_on) DO UPDATE SET name = excluded.name, left_on = excluded.left_on";
    let rows = difference.memberships.written.iter().map(|membership| -> Vec<Param> {
        vec![
            membership.practice.clone().into(),
            membership.network.clone().into(),
            membership.name.clone().into(),
            membership.joined.map_or_else(String::new, |day| day.to_string()).into(),
            membership.left.map(|day| day.to_string()).into(),
        ]
    });
    change.insert("practice_network", &columns, ending, rows).await?;
    edition::store::places_turned(change).await
}
