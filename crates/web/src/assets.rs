//! The styles, the script and the mark of the pages, each under an address that changes with its content, so that a
//! browser fetches it once.

use std::sync::LazyLock;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse as _, Response};

use crate::house::House;
use crate::problem::Problem;

/// What lies at an address of its own content never changes.
const FOR_EVER: &str = "public, max-age=31536000, immutable";

struct Asset {
    name: &'static str,
    kind: &'static str,
    packed: Option<&'static [u8]>,
    plain: &'static [u8],
}

const ASSETS: [Asset; 3] = [
    Asset {
        name: "meres.css",
        kind: "text/css; charset=utf-8",
        packed: Some(include_bytes!("../../../assets/built/meres.css.gz")),
        plain: include_bytes!("../../../assets/built/meres.css"),
    },
    Asset {
        name: "meres.js",
        kind: "text/javascript; charset=utf-8",
        packed: Some(include_bytes!("../../../assets/built/meres.js.gz")),
        plain: include_bytes!("../../../assets/built/meres.js"),
    },
    Asset {
        name: "meres.svg",
        kind: "image/svg+xml",
        packed: None,
        plain: include_bytes!("../../../assets/src/meres.svg"),
    },
];

/// Of all of them: twelve digits that change when one of them does.
static DIGEST: LazyLock<String> = LazyLock::new(|| {
    let all: Vec<u8> = ASSETS.iter().flat_map(|asset| asset.plain.iter().copied()).collect();
    ground::files::digest_bytes(&all)[..12].to_owned()
});

/// Where a browser finds it.
pub(crate) fn path(name: &str) -> String {
    format!("/assets/{}/{name}", *DIGEST)
}

pub(crate) async fn file(
    State(house): State<House>,
    Path((digest, name)): Path<(String, String)>,
    asked: HeaderMap,
) -> Response {
    if let Some((kind, bytes)) = house.site.brand.file(&digest, &name) {
        return ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, FOR_EVER)], bytes).into_response();
    }
    let Some(asset) = ASSETS.iter().find(|asset| asset.name == name && digest == *DIGEST) else {
        return Problem::NotFound.into_response();
    };
    let takes_packed = asked.get_all(header::ACCEPT_ENCODING).iter().any(|takes| {
        takes.to_str().is_ok_and(|takes| takes.split(',').any(|kind| kind.trim().starts_with("gzip")))
    });
    let headers = [
        (header::CONTENT_TYPE, asset.kind),
        (header::CACHE_CONTROL, FOR_EVER),
        (header::VARY, "accept-encoding"),
    ];
    match asset.packed.filter(|_| takes_packed) {
        Some(packed) => (headers, [(header::CONTENT_ENCODING, "gzip")], packed).into_response(),
        None => (headers, asset.plain).into_response(),
    }
}
