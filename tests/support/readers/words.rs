//! The words of the vocabulary, one a line: whatever is understood is written so that it is understood again, the same.

use std::fmt::{Debug, Display};
use std::path::Path;

use offers::directory::LocalTime;
use offers::resource::Format;
use vocabulary::{Day, Id, Lsoa, Outcode, Postcode, SnomedCode};

use super::sentence;

pub(super) fn words(_: &Path, bytes: &[u8]) {
    for line in String::from_utf8_lossy(bytes).split('\n') {
        again(line, Postcode::parse);
        again(line, Outcode::parse);
        again(line, Lsoa::parse);
        again(line, SnomedCode::parse);
        again(line, Day::parse);
        again(line, |text| Id::<()>::parse(text).map(|id| id.to_string()));
        if let Ok(postcode) = Postcode::parse(line) {
            assert_eq!(Outcode::parse(&postcode.outcode().to_string()), Ok(postcode.outcode()));
        }
        if let Some(time) = LocalTime::parse(line) {
            assert_eq!(LocalTime::parse(&time.to_string()), Some(time));
        }
        let _ = Format::parse(line);
    }
}

fn again<T: Debug + Display + PartialEq, E: Debug + Display + PartialEq>(
    line: &str,
    parse: impl Fn(&str) -> Result<T, E>,
) {
    match parse(line) {
        Ok(word) => assert_eq!(parse(&word.to_string()), Ok(word)),
        Err(error) => sentence(false, &error),
    }
}
