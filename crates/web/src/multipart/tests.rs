use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, header};
use proptest::prelude::*;

use super::{boundary, is_one, parse, plain_name, read};
use crate::form::Form;
use crate::problem::Problem;

fn body(boundary: &str, parts: &[(&str, Option<&str>, &[u8])]) -> Bytes {
    let mut body = Vec::new();
    for (name, file, bytes) in parts {
        let file = file.map_or_else(String::new, |file| format!("; filename=\"{file}\""));
        let head = format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n");
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(b"Content-Type: text/plain\r\n\r\n");
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    body.into()
}

fn headers(kind: &str, length: Option<u64>) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, kind.parse().expect("a value"));
    if let Some(length) = length {
        headers.insert(header::CONTENT_LENGTH, length.into());
    }
    headers
}

#[test]
fn fields_and_files_come_as_they_were_sent() {
    let bytes = body(
        "xyz",
        &[
            ("source", None, " Siân’s list ".as_bytes()),
            ("files", Some("a.csv"), b"No,Name\r\n1,--xyz\r\n"),
            ("files", Some("C:\\lists\\b%22.json"), b""),
            ("files", Some(""), b""),
        ],
    );
    let form = parse(&bytes, "xyz").expect("a form");
    assert_eq!(form.text("source"), "Siân’s list");
    let files: Vec<_> = form.uploads("files").map(|one| (one.name.as_str(), &one.bytes[..])).collect();
    assert_eq!(files, [("a.csv", &b"No,Name\r\n1,--xyz\r\n"[..])], "what is empty was not chosen");
}

#[test]
fn hostile_bodies_are_refused() {
    for bad in [
        "",
        "--xyz",
        "--xyz\r\n",
        "--xyz\r\n\r\nno name\r\n--xyz--",
        "--xyz\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nno end",
        "--xyz\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\nx\r\n--xyz--",
        "--xyz\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n--xyz--",
        "--xyz\r\nContent-Disposition: form-dätä; name=\"a\"\r\n\r\nx\r\n--xyz--",
        "--xyz\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\0\r\n--xyz--",
        "--other\r\n\r\n\r\n--other--",
    ] {
        assert!(matches!(parse(&Bytes::from_static(bad.as_bytes()), "xyz"), Err(Problem::Bad(_))), "{bad:?}");
    }
    let many: Vec<_> = (0..300).map(|_| ("a", None, &b"x"[..])).collect();
    assert!(matches!(parse(&body("x", &many), "x"), Err(Problem::TooLarge)));
    let long = vec![b'a'; 300 * 1024];
    assert!(matches!(parse(&body("x", &[("a", None, &long)]), "x"), Err(Problem::TooLarge)));
}

#[test]
fn a_name_leads_nowhere() {
    for (sent, name) in [
        ("../../etc/passwd", "passwd"),
        ("..", "file"),
        ("C:\\a\\b.xlsx", "b.xlsx"),
        ("a\r\nb\0.csv", "ab.csv"),
        ("gpj.\u{202E}vsc", "gpj.vsc"),
        (".hidden", "hidden"),
    ] {
        assert_eq!(plain_name(sent), name);
    }
    assert!(plain_name(&format!("{}.csv", "é".repeat(500))).ends_with("é.csv"));
}

#[test]
fn a_boundary_is_read_as_browsers_write_it() {
    assert_eq!(
        boundary("multipart/form-data; boundary=----WebKitFormBoundaryA1"),
        Some("----WebKitFormBoundaryA1")
    );
    assert_eq!(boundary("multipart/form-data; charset=utf-8; Boundary=\"a b\""), Some("a b"));
    for none in
        ["multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=\"\""]
    {
        assert_eq!(boundary(none), None);
    }
    assert_eq!(boundary(&format!("multipart/form-data; boundary={}", "a".repeat(71))), None);
    assert!(is_one(&headers("Multipart/Form-Data; boundary=x", None)));
    assert!(!is_one(&headers("application/x-www-form-urlencoded", None)));
}

#[tokio::test]
async fn what_is_too_large_is_not_begun() {
    let kind = "multipart/form-data; boundary=x";
    let large = read(&headers(kind, Some(65 << 20)), Body::empty()).await;
    assert!(matches!(large, Err(Problem::TooLarge)));
    assert!(matches!(read(&headers("multipart/form-data", None), Body::empty()).await, Err(Problem::Bad(_))));
    let lies = vec![b'a'; 65 << 20];
    assert!(matches!(read(&headers(kind, Some(3)), Body::from(lies)).await, Err(Problem::TooLarge)));
    let fits = body("x", &[("a", None, b"b")]);
    assert_eq!(read(&headers(kind, None), Body::from(fits)).await.expect("a form").text("a"), "b");
}

proptest! {
    #[test]
    fn whatever_comes_breaks_nothing(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        let _ = parse(&Bytes::from(bytes), "b");
    }

    #[test]
    fn a_body_cut_or_spoilt_anywhere_breaks_nothing(cut in 0_usize..400, at in 0_usize..400, byte in any::<u8>()) {
        let whole = body("b", &[("a", None, b"x\r\n--"), ("f", Some("a.csv"), b"1,2\r\n\r\n--b-"), ("c", None, b"")]);
        let mut spoilt = whole[..whole.len().min(cut)].to_vec();
        if let Some(place) = spoilt.get_mut(at) {
            *place = byte;
        }
        let _: Result<Form, Problem> = parse(&Bytes::from(spoilt), "b");
    }

    #[test]
    fn every_file_comes_back_byte_for_byte(bytes in proptest::collection::vec(any::<u8>(), 1..600)) {
        let sent = body("a-boundary-that-nobody-guesses", &[("f", Some("x.bin"), &bytes)]);
        let form = parse(&sent, "a-boundary-that-nobody-guesses").expect("a form");
        prop_assert_eq!(&form.uploads("f").next().expect("a file").bytes[..], &bytes[..]);
    }
}
