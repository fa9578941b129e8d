//! The formulae against what Ordnance Survey published.

use proptest::prelude::*;

use super::*;

/// Degrees, minutes and seconds in radians.
fn angle(degrees: f64, minutes: f64, seconds: f64) -> f64 {
    (degrees + minutes / 60.0 + seconds / 3_600.0).to_radians()
}

/// The worked example of the guide, annex C: the water tower of Caister, on OSGB36 and so without the transformation.
#[test]
fn the_projection_is_that_of_the_worked_example() {
    let (phi, lambda) = (angle(52.0, 39.0, 27.2531), angle(1.0, 43.0, 4.5177));
    let (easting, northing) = project(phi, lambda);
    assert!((easting - 651_409.903).abs() < 0.001, "{easting}");
    assert!((northing - 313_177.270).abs() < 0.001, "{northing}");
    let (back_phi, back_lambda) = unproject(651_409.903, 313_177.270);
    let millimetre = 0.001 / 6.4e6;
    assert!((back_phi - phi).abs() < millimetre && (back_lambda - lambda).abs() < 2.0 * millimetre);
}

/// Ordnance Survey's own points for testing OSTN15: ETRS89 latitude and longitude, OSGB36 easting and northing.
const OSTN15_POINTS: [(&str, f64, f64, f64, f64); 40] = [
    ("TP01", 49.922_263_937_3, -6.299_777_520_14, 91_492.146, 11_318.804),
    ("TP02", 49.960_061_378_2, -5.203_046_099_98, 170_370.718, 11_572.405),
    ("TP03", 50.438_858_256_1, -4.108_645_635_61, 250_359.811, 62_016.569),
    ("TP04", 50.575_636_65, -1.297_822_772_4, 449_816.371, 75_335.861),
    ("TP05", 50.931_279_379_1, -1.450_514_337, 438_710.92, 114_792.25),
    ("TP06", 51.400_782_201_4, -3.551_283_492_4, 292_184.87, 168_003.465),
    ("TP07", 51.374_470_255_5, 1.444_547_304_09, 639_821.835, 169_565.858),
    ("TP08", 51.427_547_430_2, -2.544_076_183_49, 362_269.991, 169_978.69),
    ("TP09", 51.489_365_649_5, -0.119_925_571_8, 530_624.974, 178_388.464),
    ("TP10", 51.858_908_964, -4.308_524_769_6, 241_124.584, 220_332.641),
    ("TP11", 51.894_366_373_5, 0.897_243_270_12, 599_445.59, 225_722.826),
    ("TP12", 52.255_293_816_3, -2.154_586_143_87, 389_544.19, 261_912.153),
    ("TP13", 52.251_609_512_3, -0.912_489_569_7, 474_335.969, 262_047.755),
    ("TP14", 52.751_366_871_7, 0.401_535_470_65, 562_180.547, 319_784.995),
    ("TP15", 52.962_191_094_1, -1.197_476_559_22, 454_002.834, 340_834.943),
    ("TP16", 53.344_802_801_9, -2.640_493_208_1, 357_455.843, 383_290.436),
    ("TP17", 53.416_285_160_4, -4.289_180_697_56, 247_958.971, 393_492.909),
    ("TP18", 53.416_309_254_2, -4.289_177_928_69, 247_959.241, 393_495.583),
    ("TP19", 53.779_110_257_6, -3.040_454_906_91, 331_534.564, 431_920.794),
    ("TP20", 53.800_215_196_3, -1.663_791_682_42, 422_242.186, 433_818.701),
    ("TP21", 54.086_663_180_8, -4.634_521_682_12, 227_778.33, 468_847.388),
    ("TP22", 54.116_851_442_9, -0.077_731_331_87, 525_745.67, 470_703.214),
    ("TP23", 54.329_195_410_1, -4.388_491_181_33, 244_780.636, 495_254.887),
    ("TP24", 54.895_423_404_2, -2.938_277_411_49, 339_921.145, 556_034.761),
    ("TP25", 54.979_122_736_6, -1.616_576_851_84, 424_639.355, 565_012.703),
    ("TP26", 55.853_999_529_5, -4.296_490_162_51, 256_340.925, 664_697.269),
    ("TP27", 55.924_782_655_1, -3.294_792_193_37, 319_188.434, 670_947.534),
    ("TP28", 57.006_066_960_5, -5.828_366_918_5, 167_634.202, 797_067.144),
    ("TP29", 57.139_025_189_6, -2.048_560_307_46, 397_160.491, 805_349.736),
    ("TP30", 57.486_250_007_2, -4.219_263_985_55, 267_056.768, 846_176.972),
    ("TP31", 57.813_518_384_1, -8.578_544_560_76, 9_587.909, 899_448.996),
    ("TP32", 58.212_622_471_8, -7.592_555_605_56, 71_713.132, 938_516.404),
    ("TP33", 58.515_603_613, -6.260_914_555_33, 151_968.652, 966_483.78),
    ("TP34", 58.581_204_612_8, -3.726_310_221_21, 299_721.891, 967_202.992),
    ("TP35", 59.037_438_711_9, -3.214_540_011_15, 330_398.323, 1_017_347.016),
    ("TP36", 59.093_350_353_2, -4.417_576_745_98, 261_596.778, 1_025_447.602),
    ("TP37", 59.096_716_174, -5.827_993_398_44, 180_862.461, 1_029_604.114),
    ("TP38", 59.534_707_944_9, -1.625_169_660_58, 421_300.525, 1_072_147.239),
    ("TP39", 59.854_099_138_9, -1.274_869_103_56, 440_725.073, 1_107_878.448),
    ("TP40", 60.133_080_916_6, -2.073_828_227_98, 395_999.668, 1_138_728.951),
];

#[test]
fn the_whole_way_is_right_to_a_few_metres_everywhere() {
    let mut worst: f64 = 0.0;
    for (name, latitude, longitude, easting, northing) in OSTN15_POINTS {
        let (e, n) = to_grid_exactly(LatLong { latitude, longitude }).expect(name);
        let error = (e - easting).hypot(n - northing);
        worst = worst.max(error);
        assert!(error < 6.0, "{name}: {error:.2} m");
        #[expect(clippy::cast_possible_truncation, reason = "published whole numbers of metres")]
        let point = GridPoint { easting: easting.round() as i32, northing: northing.round() as i32 };
        let back = from_grid(point).expect(name);
        let north = (back.latitude - latitude) * 111_200.0;
        let east = (back.longitude - longitude) * 111_200.0 * latitude.to_radians().cos();
        assert!(north.hypot(east) < 6.5, "{name}: {:.2} m on the way back", north.hypot(east));
    }
    assert!(worst > 1.0, "OSTN15 would do better than {worst:.2} m; the seven numbers cannot");
}

#[test]
fn what_is_not_in_great_britain_is_nothing() {
    for (latitude, longitude) in [
        (f64::NAN, 0.0),
        (53.0, f64::NAN),
        (f64::INFINITY, 0.0),
        (53.0, f64::NEG_INFINITY),
        (99.999_999, 0.0), // what the postcode directories write where they have no position
        (0.0, 0.0),
        (-0.6, 52.9), // turned round
        (48.85, 2.35),
        (53.35, -9.9),
        (90.0, 0.0),
    ] {
        assert_eq!(to_grid(LatLong { latitude, longitude }), None, "{latitude} {longitude}");
    }
    assert_eq!(from_grid(GridPoint { easting: -1, northing: 0 }), None);
    assert_eq!(from_grid(GridPoint { easting: i32::MAX, northing: i32::MIN }), None);
}

proptest! {
    #[test]
    fn there_and_back_is_the_same_metre(easting in 0..=700_000, northing in 0..=1_300_000) {
        let point = GridPoint { easting, northing };
        let place = from_grid(point).expect("in Great Britain");
        let (e, n) = to_grid_exactly(place).expect("in Great Britain");
        prop_assert!((e - f64::from(easting)).hypot(n - f64::from(northing)) < 0.02);
        let near_the_edge = !(1..700_000).contains(&easting) || !(1..1_300_000).contains(&northing);
        prop_assert!(near_the_edge || to_grid(place) == Some(point));
    }

    #[test]
    fn no_number_makes_it_panic(latitude in any::<f64>(), longitude in any::<f64>(), e in any::<i32>(), n in any::<i32>()) {
        let point = to_grid(LatLong { latitude, longitude });
        prop_assert!(point.is_none_or(GridPoint::in_great_britain));
        let _ = from_grid(GridPoint { easting: e, northing: n });
    }
}
