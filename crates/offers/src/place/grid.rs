//! Latitude and longitude (WGS84) to the British National Grid (OSGB36, EPSG:27700) and back.
//!
//! The formulae are those of Ordnance Survey, "A guide to coordinate systems in Great Britain": annex B for the
//! ellipsoids and the Helmert transformation, annex C for the projection. The seven numbers of the transformation stand
//! for a net of survey points that is not quite straight, so the result is wrong by up to about 5 metres; only the grid
//! of corrections OSTN15 does better. For how far something is, and in which small area it lies, 5 metres are enough.
//! WGS84 and ETRS89 are taken as the same, which is wrong by less than a metre.

use vocabulary::GridPoint;

/// A place in degrees on WGS84, as a satellite receiver gives it. Nothing is promised about the numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LatLong {
    /// Degrees north.
    pub latitude: f64,
    /// Degrees east; Great Britain is mostly west.
    pub longitude: f64,
}

/// Half axes in metres.
struct Ellipsoid {
    a: f64,
    b: f64,
}

const AIRY_1830: Ellipsoid = Ellipsoid { a: 6_377_563.396, b: 6_356_256.909 };
const WGS84: Ellipsoid = Ellipsoid { a: 6_378_137.0, b: 6_356_752.314_2 };

// The National Grid's projection: scale on the central meridian, true origin, false origin.
const F0: f64 = 0.999_601_271_7;
const PHI0: f64 = 49.0 * std::f64::consts::PI / 180.0;
const LAMBDA0: f64 = -2.0 * std::f64::consts::PI / 180.0;
const E0: f64 = 400_000.0;
const N0: f64 = -100_000.0;

// From WGS84 to OSGB36: metres, parts of one, radians. The other way the signs change.
const SHIFT: [f64; 3] = [-446.448, 125.157, -542.060];
const SCALE: f64 = 20.4894e-6;
const SECOND: f64 = std::f64::consts::PI / 180.0 / 3_600.0;
const TURN: [f64; 3] = [-0.1502 * SECOND, -0.2470 * SECOND, -0.8421 * SECOND];

/// The place on the National Grid; nothing for what is no number or lies outside the grid over Great Britain. The grid
/// is a rectangle: Northern Ireland's west and all beyond fall outside it, the sea and a corner of France do not.
pub fn to_grid(place: LatLong) -> Option<GridPoint> {
    let (easting, northing) = to_grid_exactly(place)?;
    #[expect(clippy::cast_possible_truncation, reason = "tested: at most seven digits")]
    let point = GridPoint { easting: easting.round() as i32, northing: northing.round() as i32 };
    point.in_great_britain().then_some(point)
}

/// The same before rounding to metres.
pub(super) fn to_grid_exactly(LatLong { latitude, longitude }: LatLong) -> Option<(f64, f64)> {
    // A little wider than the grid: here the series hold, beyond they do not. What is no number is in no range.
    if !(48.0..=63.0).contains(&latitude) || !(-12.0..=6.0).contains(&longitude) {
        return None;
    }
    let cartesian = to_cartesian(&WGS84, latitude.to_radians(), longitude.to_radians());
    let (phi, lambda) = to_angles(&AIRY_1830, helmert(cartesian, 1.0));
    let (easting, northing) = project(phi, lambda);
    let inside = (-1.0e6..=2.0e6).contains(&easting) && (-1.0e6..=2.0e6).contains(&northing);
    inside.then_some((easting, northing))
}

/// Where a place of the National Grid lies; nothing for what is outside the grid.
pub fn from_grid(point: GridPoint) -> Option<LatLong> {
    if !point.in_great_britain() {
        return None;
    }
    let (phi, lambda) = unproject(point.easting.into(), point.northing.into());
    let (phi, lambda) = to_angles(&WGS84, helmert(to_cartesian(&AIRY_1830, phi, lambda), -1.0));
    Some(LatLong { latitude: phi.to_degrees(), longitude: lambda.to_degrees() })
}

impl Ellipsoid {
    /// The square of the eccentricity.
    fn e2(&self) -> f64 {
        1.0 - (self.b * self.b) / (self.a * self.a)
    }
}

/// Annex B.1, at height nought.
fn to_cartesian(ellipsoid: &Ellipsoid, phi: f64, lambda: f64) -> [f64; 3] {
    let e2 = ellipsoid.e2();
    let nu = ellipsoid.a / (1.0 - e2 * phi.sin().powi(2)).sqrt();
    [nu * phi.cos() * lambda.cos(), nu * phi.cos() * lambda.sin(), (1.0 - e2) * nu * phi.sin()]
}

/// Annex B.2. The height is left out: it changes no place on the map.
fn to_angles(ellipsoid: &Ellipsoid, [x, y, z]: [f64; 3]) -> (f64, f64) {
    let e2 = ellipsoid.e2();
    let p = x.hypot(y);
    let mut phi = z.atan2(p * (1.0 - e2));
    // Each round gains more than two digits; four are past the last one.
    for _ in 0..6 {
        let nu = ellipsoid.a / (1.0 - e2 * phi.sin().powi(2)).sqrt();
        phi = (z + e2 * nu * phi.sin()).atan2(p);
    }
    (phi, y.atan2(x))
}

/// Annex B.6: the seven numbers one way (`1.0`) or, with their signs changed, the other (`-1.0`).
fn helmert([x, y, z]: [f64; 3], way: f64) -> [f64; 3] {
    let [tx, ty, tz] = SHIFT.map(|t| t * way);
    let [rx, ry, rz] = TURN.map(|r| r * way);
    let s = 1.0 + SCALE * way;
    [tx + s * x - rz * y + ry * z, ty + rz * x + s * y - rx * z, tz - ry * x + rx * y + s * z]
}

/// The length of the meridian from the true origin (C3 of annex C).
fn meridian(phi: f64) -> f64 {
    let Ellipsoid { a, b } = AIRY_1830;
    let n = (a - b) / (a + b);
    let (n2, n3) = (n * n, n * n * n);
    let (less, sum) = (phi - PHI0, phi + PHI0);
    b * F0
        * ((1.0 + n + 1.25 * n2 + 1.25 * n3) * less
            - (3.0 * n + 3.0 * n2 + 2.625 * n3) * less.sin() * sum.cos()
            + (1.875 * n2 + 1.875 * n3) * (2.0 * less).sin() * (2.0 * sum).cos()
            - 35.0 / 24.0 * n3 * (3.0 * less).sin() * (3.0 * sum).cos())
}

/// The radii of curvature ν and ρ, and η² (C2).
fn radii(phi: f64) -> (f64, f64, f64) {
    let e2 = AIRY_1830.e2();
    let w = 1.0 - e2 * phi.sin().powi(2);
    let nu = AIRY_1830.a * F0 / w.sqrt();
    let rho = AIRY_1830.a * F0 * (1.0 - e2) / w.powf(1.5);
    (nu, rho, nu / rho - 1.0)
}

/// Annex C.1: angles on Airy's ellipsoid to metres east and north.
fn project(phi: f64, lambda: f64) -> (f64, f64) {
    let (nu, rho, eta2) = radii(phi);
    let (sin, cos) = phi.sin_cos();
    let t2 = phi.tan().powi(2);
    let i = meridian(phi) + N0;
    let ii = nu / 2.0 * sin * cos;
    let iii = nu / 24.0 * sin * cos.powi(3) * (5.0 - t2 + 9.0 * eta2);
    let iiia = nu / 720.0 * sin * cos.powi(5) * (61.0 - 58.0 * t2 + t2 * t2);
    let iv = nu * cos;
    let v = nu / 6.0 * cos.powi(3) * (nu / rho - t2);
    let vi = nu / 120.0 * cos.powi(5) * (5.0 - 18.0 * t2 + t2 * t2 + 14.0 * eta2 - 58.0 * t2 * eta2);
    let d = lambda - LAMBDA0;
    let northing = i + ii * d.powi(2) + iii * d.powi(4) + iiia * d.powi(6);
    let easting = E0 + iv * d + v * d.powi(3) + vi * d.powi(5);
    (easting, northing)
}

/// Annex C.2: metres east and north to angles on Airy's ellipsoid.
fn unproject(easting: f64, northing: f64) -> (f64, f64) {
    let mut phi = PHI0 + (northing - N0) / (AIRY_1830.a * F0);
    // The guide stops at a hundredth of a millimetre; each round gains two digits and more.
    for _ in 0..10 {
        phi += (northing - N0 - meridian(phi)) / (AIRY_1830.a * F0);
    }
    let (nu, rho, eta2) = radii(phi);
    let t = phi.tan();
    let (t2, sec) = (t * t, 1.0 / phi.cos());
    let (t4, t6) = (t2 * t2, t2 * t2 * t2);
    let vii = t / (2.0 * rho * nu);
    let viii = t / (24.0 * rho * nu.powi(3)) * (5.0 + 3.0 * t2 + eta2 - 9.0 * t2 * eta2);
    let ix = t / (720.0 * rho * nu.powi(5)) * (61.0 + 90.0 * t2 + 45.0 * t4);
    let x = sec / nu;
    let xi = sec / (6.0 * nu.powi(3)) * (nu / rho + 2.0 * t2);
    let xii = sec / (120.0 * nu.powi(5)) * (5.0 + 28.0 * t2 + 24.0 * t4);
    let xiia = sec / (5_040.0 * nu.powi(7)) * (61.0 + 662.0 * t2 + 1_320.0 * t4 + 720.0 * t6);
    let d = easting - E0;
    (
        phi - vii * d.powi(2) + viii * d.powi(4) - ix * d.powi(6),
        LAMBDA0 + x * d - xi * d.powi(3) + xii * d.powi(5) - xiia * d.powi(7),
    )
}

#[cfg(test)]
mod tests;
