//! The forms of JSON Schema that the profile asks for. Each test is as strict as the standard or stricter: what passes
//! here passes everywhere, and what does not is kept beside.

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// A web address with nothing in it that would have to be written in another way.
pub(super) fn is_address(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")) else {
        return false;
    };
    let (host, behind) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    let (name, port) = host.split_once(':').unwrap_or((host, ""));
    let host_fits = !name.is_empty()
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_'))
        && port.len() <= 5
        && port.bytes().all(|b| b.is_ascii_digit());
    host_fits && behind.matches('#').count() <= 1 && is_path(behind.as_bytes())
}

fn is_path(text: &[u8]) -> bool {
    let hexadecimal = |at: usize| text.get(at).is_some_and(u8::is_ascii_hexdigit);
    text.iter().enumerate().all(|(at, byte)| match byte {
        b'%' => hexadecimal(at + 1) && hexadecimal(at + 2),
        byte => byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/?#".contains(byte),
    })
}

/// A mail address of plain letters.
pub(super) fn is_mail_address(text: &str) -> bool {
    let Some((person, host)) = text.split_once('@') else { return false };
    let parts = |text: &str, most: usize, others: &[u8]| {
        text.split('.').all(|part| {
            (1..=most).contains(&part.len())
                && part.bytes().all(|b| b.is_ascii_alphanumeric() || others.contains(&b))
        })
    };
    let label = |label: &str| {
        let coded = label.get(..4).is_some_and(|begin| begin.eq_ignore_ascii_case("xn--"));
        !label.starts_with('-') && !label.ends_with('-') && !coded
    };
    person.len() <= 64
        && host.len() <= 200
        && parts(person, 64, b"_+-'")
        && parts(host, 63, b"-")
        && host.split('.').all(label)
}

/// A moment with its offset: `2026-09-01T12:00:00Z`.
pub(super) fn is_moment(text: &str) -> bool {
    let plain =
        text.as_bytes().get(10) == Some(&b'T') && text.as_bytes().get(17..19).is_some_and(|s| *s < b"60"[..]);
    plain && !text.contains('z') && OffsetDateTime::parse(text, &Rfc3339).is_ok()
}
