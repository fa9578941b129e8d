//! Every name of the invented county. None was found in a gazetteer of the real ones (places of 500 people or more);
//! a hamlet may still share a name with a field somewhere.

/// The county. A quern is a hand mill; no county, district or town is called so.
pub(super) const COUNTY: &str = "Quernshire";

/// What kind of place people live in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Setting {
    City,
    Market,
    Seaside,
    Country,
}

/// A town of the county.
#[derive(Debug)]
pub(super) struct Town {
    pub(super) name: &'static str,
    pub(super) setting: Setting,
    /// Kilometres (nearly) from the south-west corner of the county's box.
    pub(super) at: (i32, i32),
    /// Thousands of people, if the county has 824 of them.
    pub(super) thousands: i32,
    /// People in a thousand who would rather speak another language than English.
    pub(super) other_languages: u32,
}

const fn town(
    name: &'static str,
    setting: Setting,
    at: (i32, i32),
    thousands: i32,
    other_languages: u32,
) -> Town {
    Town { name, setting, at, thousands, other_languages }
}

/// The largest first.
pub(super) const TOWNS: [Town; 22] = [
    town("Caldminster", Setting::City, (61, 33), 172, 125),
    town("Marlham", Setting::Market, (52, 66), 50, 60),
    town("Otterbridge", Setting::Market, (33, 58), 45, 55),
    town("Brackenholt", Setting::Market, (34, 22), 39, 185),
    town("Coldhaven", Setting::Seaside, (19, 77), 36, 30),
    town("Kelderwick", Setting::Market, (72, 73), 33, 45),
    town("Quernbridge", Setting::Market, (44, 41), 28, 50),
    town("Saltmarrow", Setting::Seaside, (8, 40), 27, 30),
    town("Tansworth", Setting::Market, (78, 50), 24, 50),
    town("Wrayford", Setting::Market, (71, 17), 20, 40),
    town("Stowmering", Setting::Market, (47, 84), 17, 35),
    town("Whinscar", Setting::Seaside, (35, 90), 16, 25),
    town("Aldermarsh", Setting::Market, (24, 33), 13, 120),
    town("Marram Sands", Setting::Seaside, (10, 23), 11, 25),
    town("Hazelthwaite", Setting::Market, (64, 85), 9, 30),
    town("Seaholt", Setting::Seaside, (13, 66), 7, 20),
    town("Dunnock Green", Setting::Country, (53, 24), 6, 40),
    town("Orrelby", Setting::Country, (47, 14), 6, 35),
    town("Netherquern", Setting::Country, (37, 46), 5, 25),
    town("Little Tansey", Setting::Country, (81, 42), 4, 25),
    town("Sedgeholm", Setting::Country, (22, 12), 4, 60),
    town("Pennyfold", Setting::Country, (62, 56), 4, 20),
];

/// Villages big enough for a hall; each is given to one of the larger hamlets.
pub(super) const VILLAGES: [&str; 30] = [
    "Thrushwell",
    "Otherby",
    "Harrowgrave",
    "Fallowmere",
    "Sallowfield",
    "Upper Lathe",
    "Cobbleigh",
    "Marrowby",
    "Pipwell",
    "Hobthorpe",
    "Bellwether Green",
    "Osierton",
    "Plovercote",
    "Rushmering",
    "Crakeby",
    "Owlscombe",
    "Dapplewick",
    "Nettlebourne",
    "Mossingham",
    "Yarrowick",
    "Bramblethorpe",
    "Thistlebury",
    "Hollinfold",
    "Kestrelby",
    "Moorhenby",
    "Applegarth Cross",
    "Linnetby",
    "Swithenby",
    "Skelderby",
    "Hernwick",
];
