//! The colour and the logo of whoever runs this Meres. The NHS logo and its typeface are for the NHS alone: Meres has
//! neither, and whoever may use them sets them here.

use axum::body::Bytes;
use ground::files::digest_bytes;

/// How this Meres looks, where that is its own.
#[derive(Clone, Debug, Default)]
pub struct Brand {
    styles: Option<Bytes>,
    logo: Option<Logo>,
    digest: String,
}

#[derive(Clone)]
struct Logo {
    kind: &'static str,
    bytes: Bytes,
}

/// Why a colour or a logo cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BrandError {
    #[error("the colour: expected six hexadecimal digits, like #005eb8")]
    Colour,
    #[error(
        "the colour: white letters on it have a contrast of {0} to 1, and people need 4.5; choose a darker one"
    )]
    Contrast(String),
    #[error("the logo: expected a PNG or an SVG")]
    Kind,
    #[error("the logo: expected at most {} kB", MOST_BYTES >> 10)]
    Size,
}

const MOST_BYTES: usize = 256 << 10;
/// Contrast that letters need (WCAG 2.2, 1.4.3).
const CONTRAST: f64 = 4.5;

impl Brand {
    pub fn new(colour: Option<&str>, logo: Option<Vec<u8>>) -> Result<Self, BrandError> {
        let styles = colour.map(styles).transpose()?.map(Bytes::from);
        let logo = logo.map(Logo::new).transpose()?;
        let bytes = logo.as_ref().map_or(&[][..], |logo| &logo.bytes);
        let all = [styles.as_deref().unwrap_or_default(), bytes].concat();
        Ok(Self { digest: digest_bytes(&all)[..12].to_owned(), styles, logo })
    }

    /// Where its styles are, if there are any.
    pub(crate) fn styles(&self) -> Option<String> {
        self.styles.as_ref().map(|_| format!("/assets/{}/brand.css", self.digest))
    }

    /// Where its logo is, if there is one.
    pub(crate) fn logo(&self) -> Option<String> {
        self.logo.as_ref().map(|_| format!("/assets/{}/logo", self.digest))
    }

    /// What lies at such an address: its kind, and the bytes, which all requests share.
    pub(crate) fn file(&self, digest: &str, name: &str) -> Option<(&'static str, Bytes)> {
        match name {
            _ if digest != self.digest => None,
            "brand.css" => Some(("text/css; charset=utf-8", self.styles.clone()?)),
            "logo" => self.logo.as_ref().map(|logo| (logo.kind, logo.bytes.clone())),
            _ => None,
        }
    }
}

impl Logo {
    fn new(bytes: Vec<u8>) -> Result<Self, BrandError> {
        if bytes.len() > MOST_BYTES {
            return Err(BrandError::Size);
        }
        // Behind a licence, say, which may be long.
        let start = bytes.get(..bytes.len().min(8 << 10)).unwrap_or_default();
        let drawing = String::from_utf8_lossy(start).contains("<svg");
        let kind = match () {
            () if bytes.starts_with(b"\x89PNG\r\n\x1a\n") => "image/png",
            () if drawing => "image/svg+xml",
            () => return Err(BrandError::Kind),
        };
        Ok(Self { kind, bytes: bytes.into() })
    }
}

impl std::fmt::Debug for Logo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Logo").field("kind", &self.kind).finish_non_exhaustive()
    }
}

/// The rules that give the head, the foot and what moves this colour.
fn styles(colour: &str) -> Result<String, BrandError> {
    let digits = colour.trim().strip_prefix('#').unwrap_or(colour.trim());
    let plain = digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    let number = u32::from_str_radix(digits, 16).ok().filter(|_| plain).ok_or(BrandError::Colour)?;
    let contrast = 1.05 / (luminance(number) + 0.05);
    if contrast < CONTRAST {
        return Err(BrandError::Contrast(format!("{contrast:.1}")));
    }
    Ok(format!(
        ".nhsuk-header,.nhsuk-header__navigation,.nhsuk-header__container{{background-color:#{digits}}}\
         .nhsuk-footer{{border-top-color:#{digits}}}\
         .meres-progress progress{{accent-color:#{digits}}}"
    ))
}

/// Relative luminance, from 0 for black to 1 for white (WCAG 2.2).
fn luminance(colour: u32) -> f64 {
    let part = |shift: u32| {
        let value = f64::from((colour >> shift) & 0xff) / 255.0;
        if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * part(16) + 0.7152 * part(8) + 0.0722 * part(0)
}

#[cfg(test)]
mod tests {
    use super::{Brand, BrandError};

    #[test]
    fn a_colour_must_carry_white_letters() {
        for colour in ["#005eb8", "005EB8", "#000000", "#a1251b"] {
            let brand = Brand::new(Some(colour), None).expect(colour);
            let at = brand.styles().expect("styles");
            let mut parts = at.split('/').skip(2);
            let (digest, name) = (parts.next().expect("a digest"), parts.next().expect("a name"));
            let (kind, bytes) = brand.file(digest, name).expect("a file");
            assert_eq!(kind, "text/css; charset=utf-8");
            assert!(String::from_utf8_lossy(&bytes).contains("background-color:#"));
            assert!(brand.file("000000000000", name).is_none() && brand.logo().is_none());
        }
        let refused = |colour: &str| Brand::new(Some(colour), None).expect_err(colour);
        assert!(matches!(refused("#ffeb3b"), BrandError::Contrast(_)));
        for colour in ["", "#fff", "red", "#12345g", "#005eb8;}body{display:none", "+00005"] {
            assert_eq!(refused(colour), BrandError::Colour, "{colour}");
        }
    }

    #[test]
    fn a_logo_is_a_picture_and_small() {
        let logo = |bytes: &[u8]| Brand::new(None, Some(bytes.to_vec()));
        let picture = logo(b"\x89PNG\r\n\x1a\n...").expect("a picture");
        assert!(picture.logo().is_some());
        let once = || picture.file(&picture.digest, "logo").expect("the picture").1;
        assert_eq!(once().as_ptr(), once().as_ptr(), "it is not copied for each request");
        assert!(logo(b"<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\"/>").is_ok());
        assert_eq!(logo(b"GIF89a").expect_err("no"), BrandError::Kind);
        assert_eq!(logo(b"").expect_err("no"), BrandError::Kind);
        assert_eq!(logo(&vec![0; 300 << 10]).expect_err("large"), BrandError::Size);
    }
}
