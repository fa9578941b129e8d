//! The services as a CSV file.

use std::fmt::Write;
use std::path::Path;

use ground::files::{FileError, write_whole};

use super::organisations::Organisation;
use super::services::Service;

const HEADER: &str = "sid,service_id,name,provider,provider_name,venue,postcode,kind,easting,northing,county,radius,\
    area_mask,offers,min_age,max_age,sex_req,req_any,excl,route,cost,step_free,transport,home_visit,langs,\
    weekly_sessions,capacity";

/// Writes the services; what is not known is an empty field.
pub(super) fn write(
    services: &[Service],
    organisations: &[Organisation],
    place: &Path,
) -> Result<(), FileError> {
    let mut text = format!("{HEADER}\n");
    for (sid, s) in services.iter().enumerate() {
        let names = [&s.name, &organisations[s.provider].name, &s.venue].map(|name| quoted(name));
        let [name, provider_name, venue] = names;
        let known = |value: Option<i32>| value.map_or(String::new(), |v| v.to_string());
        let _ = writeln!(
            text,
            "{sid},{},{name},{},{provider_name},{venue},{},{},{},{},0,{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{}",
            s.id,
            s.provider,
            s.postcode,
            s.kind,
            s.at.0,
            s.at.1,
            s.radius,
            s.area_mask,
            s.offers.0,
            s.ages.0,
            s.ages.1,
            s.sex,
            s.asks.bits(),
            s.not_for.bits(),
            s.route,
            known(s.pence),
            u8::from(s.step_free),
            u8::from(s.transport),
            u8::from(s.home_visit),
            s.languages,
            s.sessions,
            known(s.capacity),
        );
    }
    write_whole(place, text.as_bytes())
}

/// A field that may hold a comma.
fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}
