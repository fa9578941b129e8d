//! The places of services for some weeks.

use std::collections::BTreeMap;

use matching::Service;

/// As good as no limit: what a service has of whose places nobody knows.
pub const NO_LIMIT: u32 = 1_000_000_000;

/// By the number of the service: sessions a week times places a session times weeks, and [`NO_LIMIT`] where one of them is
/// not known.
pub fn weekly_places(services: &[Service], weeks: u32) -> BTreeMap<i32, u32> {
    let places = |service: &Service| {
        let places = service.weekly_places()?.saturating_mul(u64::from(weeks));
        Some(u32::try_from(places).unwrap_or(NO_LIMIT).min(NO_LIMIT - 1))
    };
    services.iter().map(|service| (service.sid, places(service).unwrap_or(NO_LIMIT))).collect()
}

#[cfg(test)]
mod tests {
    use matching::Service;

    use super::{NO_LIMIT, weekly_places};

    #[test]
    fn what_is_not_known_is_no_limit_and_what_is_known_never_reads_so() {
        let service =
            |sid, weekly_sessions, capacity| Service { sid, weekly_sessions, capacity, ..Service::default() };
        let all = [
            service(1, Some(2), Some(12)),
            service(2, None, Some(12)),
            service(3, Some(1), None),
            service(4, Some(0), Some(12)),
            service(5, Some(i32::MAX), Some(i32::MAX)),
        ];
        let places: Vec<u32> = weekly_places(&all, 6).into_values().collect();
        assert_eq!(places, [144, NO_LIMIT, NO_LIMIT, 0, NO_LIMIT - 1]);
    }
}
