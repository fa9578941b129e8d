//! The squares on what is printed, read as the camera of a telephone reads them.

use super::place;

/// Pixels of a side of a module.
const SCALE: usize = 2;

/// What the QR code of a page says.
fn read(html: &str) -> String {
    let code = html.split("<svg role=\"img\" aria-label=\"QR code").nth(1).expect("a code");
    let code = code.split("</svg>").next().expect("its end");
    let side: usize = code
        .split("viewBox=\"0 0 ")
        .nth(1)
        .and_then(|rest| rest.split(' ').next())
        .and_then(|side| side.parse().ok())
        .expect("a side");
    // Rectangles: M8 8h1v1H8V8.
    let mut dark = vec![false; side * side];
    for part in code.split('M').skip(1) {
        let numbers: Vec<usize> = part
            .split(|c: char| !c.is_ascii_digit())
            .filter(|number| !number.is_empty())
            .map_while(|number| number.parse().ok())
            .take(4)
            .collect();
        let [left, top, width, height] = numbers[..] else { continue };
        for y in top..top + height {
            dark[y * side + left..y * side + left + width].fill(true);
        }
    }
    assert!(dark.iter().filter(|dark| **dark).count() > 400, "it was drawn");
    let mut image = rqrr::PreparedImage::prepare_from_greyscale(side * SCALE, side * SCALE, |x, y| {
        if dark[y / SCALE * side + x / SCALE] { 0 } else { 255 }
    });
    let grids = image.detect_grids();
    assert_eq!(grids.len(), 1, "one code");
    grids[0].decode().expect("read").1
}

#[tokio::test]
async fn the_squares_lead_where_the_page_says() {
    let place = place().await;
    let mut anybody = place.stranger();
    let mut ids = Vec::new();
    for name in ["Stronger Knees", "Stronger Knees, far away", "Debt advice"] {
        ids.push(place.service(name).await.to_string());
    }
    let leaflet = format!("/find/services/{}", ids[0]);
    let seen = anybody.get(&format!("{leaflet}?words=knee&place=ZZ1+1AA")).await;
    assert_eq!(read(&seen.body), format!("http://localhost:8080{leaflet}"), "what was asked is not on it");
    let list = format!("/find/list?list={}&list={}&list={}", ids[0], ids[1], ids[2]);
    let seen = anybody.get(&format!("{list}&words=knee")).await;
    let code = read(&seen.body);
    assert_eq!(code, format!("http://localhost:8080{list}"));
    let there = anybody.get(code.strip_prefix("http://localhost:8080").expect("ours")).await;
    assert_eq!(there.body.matches("<li class=\"meres-result\">").count(), 3, "{}", there.body);
}
