//! A row as bytes: the same for the same values, whichever database they are from.

use crate::database::{Kind, Param};

/// Adds a row's values to these bytes.
pub(super) fn write(values: &[Param], bytes: &mut Vec<u8>) {
    for value in values {
        match value {
            Param::Null => bytes.push(b'N'),
            Param::Text(text) => long(b'T', text.as_bytes(), bytes),
            Param::Bytes(value) => long(b'B', value, bytes),
            Param::Whole(number) => {
                bytes.push(b'I');
                bytes.extend(number.to_be_bytes());
            }
            Param::Real(number) => {
                bytes.push(b'F');
                bytes.extend(number.to_be_bytes());
            }
        }
    }
}

fn long(letter: u8, value: &[u8], bytes: &mut Vec<u8>) {
    bytes.push(letter);
    // A frame that is longer than this can say is refused.
    bytes.extend(u32::try_from(value.len()).unwrap_or(u32::MAX).to_be_bytes());
    bytes.extend(value);
}

/// Reads a row with a value of these kinds in each column, or nothing; none where the bytes are something else.
pub(super) fn read(mut bytes: &[u8], kinds: impl Iterator<Item = Kind>) -> Option<Vec<Param>> {
    let row: Option<Vec<Param>> = kinds.map(|kind| value(&mut bytes, kind)).collect();
    row.filter(|_| bytes.is_empty())
}

fn value(bytes: &mut &[u8], kind: Kind) -> Option<Param> {
    let letter = *bytes.split_off_first()?;
    Some(match (letter, kind) {
        (b'N', _) => Param::Null,
        (b'T', Kind::Text) => {
            let text = String::from_utf8(taken(bytes)?.to_vec()).ok()?;
            Param::Text((!text.contains('\0')).then_some(text)?)
        }
        (b'B', Kind::Bytes) => Param::Bytes(taken(bytes)?.to_vec()),
        (b'I', Kind::Whole) => Param::Whole(i64::from_be_bytes(fixed(bytes)?)),
        (b'F', Kind::Real) => Param::Real(f64::from_be_bytes(fixed(bytes)?)),
        _ => return None,
    })
}

fn fixed<const N: usize>(bytes: &mut &[u8]) -> Option<[u8; N]> {
    bytes.split_off(..N)?.try_into().ok()
}

fn taken<'a>(bytes: &mut &'a [u8]) -> Option<&'a [u8]> {
    let length = u32::from_be_bytes(fixed(bytes)?);
    bytes.split_off(..length as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_comes_back_as_it_was_and_nothing_else_does() {
        let row = [
            Param::Text("Zażółć".to_owned()),
            Param::Whole(i64::MIN),
            Param::Real(-0.1),
            Param::Bytes(vec![0, 255]),
            Param::Null,
        ];
        let kinds = || [Kind::Text, Kind::Whole, Kind::Real, Kind::Bytes, Kind::Text].into_iter();
        let mut bytes = Vec::new();
        write(&row, &mut bytes);
        assert_eq!(read(&bytes, kinds()).as_deref(), Some(&row[..]));
        assert_eq!(read(&bytes, kinds().rev()), None);
        assert_eq!(read(&bytes, kinds().take(4)), None, "a value too many");
        for length in 0..bytes.len() {
            assert_eq!(read(&bytes[..length], kinds()), None, "{length}");
        }
        assert_eq!(read(b"T\0\0\0\x01\0", [Kind::Text].into_iter()), None, "a NUL");
        assert_eq!(read(b"T\xff\xff\xff\xff", [Kind::Text].into_iter()), None, "a length that lies");
    }
}
