//! Who gets which place, on pages: the plan of a run for some weeks, and what may be taken away.

use testbed::{Seen, Visitor};

use crate::support::county::County;

/// Places of service 0 to 4, of which the second has fewer than a count may say, and of the last nobody knows.
const PLACES: [i32; 5] = [60, 5, 20, 20, 20];

/// What the page's table says of a service: places, taken, one more adds.
fn line(seen: &Seen, service: &str) -> Vec<String> {
    let row = seen
        .body
        .split("<tr class=\"nhsuk-table__row\">")
        .find(|row| row.contains(&format!(">{service}<br>")));
    let row = row.unwrap_or_else(|| panic!("{service}: {}", seen.body));
    let cells = row.split("meres-number\">").skip(1).filter_map(|cell| cell.split("</td>").next());
    cells.map(str::to_owned).collect()
}

async fn asks(ana: &mut Visitor, path: &str, typed: &[(&str, &str)]) -> Seen {
    ana.get(path).await;
    ana.post(path, typed).await
}

#[tokio::test]
async fn a_plan_says_who_gets_a_place_and_what_one_more_would_add() {
    let county = County::with_places(&PLACES).await;
    let mut ana = county.place.somebody("Analyst").await;
    let run = county.matched(&mut ana).await;
    let page = ana.get(&run).await;
    let path = format!("{run}/places");
    assert!(page.body.contains(&format!("href=\"{path}\"")), "{}", page.body);

    let seen = asks(&mut ana, &path, &[("weeks", "1")]).await;
    assert!(seen.status == 200 && seen.body.contains("id=\"answer\""), "{}", seen.body);
    assert!(seen.body.contains("that is proven, and a check"), "{}", seen.body);
    assert_eq!(line(&seen, "Swim")[0], "not known");
    assert_eq!(line(&seen, "Swim")[2], "no limit");
    // A service with so few places says neither how many have one, nor by a price that all of them are taken.
    let yoga = line(&seen, "Chair yoga");
    assert!(yoga[0] == "5" && ["≤7", "hidden"].contains(&&*yoga[1]) && yoga[2] == "hidden", "{yoga:?}");
    for service in ["Tai chi", "Pain café", "Walks", "Choir", "Swim"] {
        let taken = line(&seen, service)[1].clone();
        let all = taken.strip_prefix("all ");
        let is_shown = taken == "hidden" || taken == "≤7" || taken.parse::<u32>().is_ok_and(|n| n % 5 == 0);
        assert!(all == Some(&*line(&seen, service)[0]) || is_shown, "{service}: {taken}");
    }
    let more = asks(&mut ana, &path, &[("weeks", "4")]).await;
    assert_eq!(line(&more, "Tai chi")[0], "240");

    // Few numbers of weeks, and nothing else can be asked: one by one, answers would count people.
    for weeks in ["0", "3", "", "many"] {
        let wrong = asks(&mut ana, &path, &[("weeks", weeks), ("held", "1=2"), ("floor", "10")]).await;
        assert!(wrong.status == 422 && wrong.body.contains("Choose for how many weeks"), "{}", wrong.body);
        assert!(
            wrong.body.contains("id=\"weeks-error\"") && !wrong.body.contains("id=\"answer\""),
            "{}",
            wrong.body
        );
    }

    // Nobody else, and no run that is not there, whatever was typed.
    let mut priya = county.place.somebody("Programme manager").await;
    assert_eq!(priya.get(&path).await.status, 403);
    let nowhere = "/match-runs/01890000-0000-7000-8000-000000000000/places";
    assert_eq!(ana.get(nowhere).await.status, 404);
    ana.get(&path).await;
    assert_eq!(ana.post(nowhere, &[("weeks", "nonsense")]).await.status, 404);
    let mut ian = county.place.somebody("Information governance lead").await;
    assert!(ian.get("/audit?q=match.places").await.body.contains("match.places"));

    // Without its population there is nothing to ask, and the page says so instead of a form.
    let populations = ana.get("/population").await.body;
    let mut links =
        populations.split("href=\"/population/").skip(1).filter_map(|rest| rest.split('"').next());
    let population = links.find(|id| id.len() == 36).expect("the population");
    let delete = format!("/population/{population}/delete");
    ana.get(&delete).await;
    assert_eq!(ana.post(&delete, &[]).await.status, 303);
    let closed = ana.get(&path).await;
    assert!(closed.body.contains("was deleted, and its rows with it"), "{}", closed.body);
    assert!(!closed.body.contains("Work it out"), "{}", closed.body);
}

#[tokio::test]
async fn what_is_taken_away_asks_what_for() {
    let county = County::with_places(&PLACES).await;
    let mut ana = county.place.somebody("Analyst").await;
    let run = county.matched(&mut ana).await;
    let path = format!("{run}/places");
    let seen = asks(&mut ana, &path, &[("weeks", "1")]).await;
    let rows = format!("{path}/rows?weeks=1");
    assert!(seen.body.contains(&rows), "{}", seen.body);
    let wrong = asks(&mut ana, &rows, &[("what", "services"), ("format", "csv")]).await;
    assert!(wrong.status == 422 && wrong.body.contains("Enter what you need it for"), "{}", wrong.body);
    let typed = |what: &'static str, format: &'static str| {
        [("what", what), ("format", format), ("purpose", "To ring the first of them")]
    };
    let wrong = asks(&mut ana, &rows, &typed("services", "parquet")).await;
    assert!(wrong.status == 422 && wrong.body.contains("choose one of these"), "{}", wrong.body);

    // The file of services says what the page says, and of how many weeks.
    let table = asks(&mut ana, &rows, &typed("services", "csv")).await;
    let head = "Weeks,Service,Provider,Places,Taken,One more place adds";
    assert_eq!(table.body.lines().next(), Some(head), "{}", table.body);
    assert_eq!(table.body.lines().count(), 7, "{}", table.body);
    for service in ["Chair yoga", "Walks"] {
        let row = table.body.lines().find(|line| line.starts_with(&format!("1,{service},"))).expect("a line");
        assert!(row.ends_with(&line(&seen, service).join(",")), "{row}");
    }
    let book = asks(&mut ana, &rows, &typed("services", "xlsx")).await;
    assert!(book.bytes.starts_with(b"PK"), "a workbook");

    let placed = asks(&mut ana, &rows, &typed("placed", "csv")).await.body;
    let (head, rest) = placed.split_once('\n').expect("rows");
    assert_eq!(head.trim(), "pid,sid,score");
    let mut of_service = std::collections::BTreeMap::<&str, usize>::new();
    rest.lines()
        .filter_map(|row| row.split(',').nth(1))
        .for_each(|sid| *of_service.entry(sid).or_default() += 1);
    // Sixty, five and three times twenty places, and one service without a limit.
    let mut people: Vec<usize> = of_service.into_values().collect();
    people.sort_unstable();
    let most = [5, 20, 20, 20, 60, usize::MAX];
    assert!(people.len() >= 5 && people.iter().zip(most).all(|(people, most)| *people <= most), "{people:?}");
    let without = asks(&mut ana, &rows, &typed("unplaced", "csv")).await.body;
    assert!(without.starts_with("pid,reason,sid,short_by"), "{without}");
    let proof = asks(&mut ana, &rows, &typed("proof", "csv")).await;
    let proof: serde_json::Value = serde_json::from_str(&proof.body).expect("JSON");
    let total: i64 = rest.lines().filter_map(|row| row.rsplit(',').next()?.trim().parse::<i64>().ok()).sum();
    assert_eq!((proof["objective"].as_i64(), &proof["gap"]), (Some(total), &0.into()));
    let book = asks(&mut ana, &rows, &typed("placed", "xlsx")).await;
    assert!(book.bytes.starts_with(b"PK"), "a workbook");
    let odd = ana.get(&format!("{path}/rows?weeks=nonsense")).await;
    assert_eq!(odd.leads_to(), Some(&*path), "{}", odd.body);

    let mut ian = county.place.somebody("Information governance lead").await;
    let log = ian.get("/audit?q=match.places_rows").await.body;
    assert!(log.contains("To ring the first of them") && log.contains("allocation.csv"), "{log}");
    let pid = rest.split(',').next().expect("a pseudonym");
    assert!(!log.contains(pid), "{log}");
    // Nothing of it lies about.
    let left = std::fs::read_dir(county.place.file("trials")).map_or(0, Iterator::count);
    assert_eq!(left, 0, "what was worked out is gone");
}
