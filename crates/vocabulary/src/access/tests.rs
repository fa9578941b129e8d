use super::{Held, Permission, Reach, Role, Scope, Sight, Viewer};
use crate::Id;

fn viewer(roles: &[(Role, u128)]) -> Viewer {
    let held = |&(role, partner): &(Role, u128)| Held {
        role,
        partner: Id::from_bits(partner),
        partner_name: String::new(),
    };
    Viewer { account: Id::from_bits(7), name: "Ann".to_owned(), held: roles.iter().map(held).collect() }
}

#[test]
fn the_table_of_who_may_do_what() {
    let mut table = String::new();
    for role in Role::ALL {
        let reach = Permission::ALL.map(|permission| match role.reach(permission) {
            Reach::Nowhere => '-',
            Reach::Own => 'o',
            Reach::Everywhere => 'e',
        });
        table.extend(reach);
        table.extend([" ", role.word(), "\n"]);
    }
    // Organisations, people, audit, configuration, later work; the directory edited, approved, imported; populations kept,
    // matches planned; worklists seen, approved; releases seen, approved, read; invitations planned, practices acted for: e
    // everywhere, o in one's own organisation.
    let expected = "\
eeeeeeeeeee-e-ee- system-administrator
ee---eee--ee--ee- programme-manager
--------------ee- hub-organiser
-----o----------- stand-holder
----------------- clinician
-----o----------- link-worker
-o---o----------- service-manager
-------eeee-e-e-- analyst
--------------e-- evaluator
----------------- lived-experience-partner
----------------- volunteer
--e-------eeeee-- information-governance-lead
----------------- clinical-safety-officer
----------------o practice-lead
";
    assert_eq!(table, expected);
}

#[test]
fn whoever_holds_nothing_may_nothing() {
    let nobody = viewer(&[]);
    for permission in Permission::ALL {
        assert!(!nobody.may(permission));
        assert!(!nobody.may_in(permission, Id::from_bits(1)));
        assert_eq!(nobody.scope(permission), Scope::In(Vec::new()));
    }
    assert_eq!(nobody.may_give(Id::from_bits(1)), []);
}

#[test]
fn a_role_reaches_no_further_than_its_organisation() {
    let manager = viewer(&[(Role::ServiceManager, 1), (Role::Volunteer, 2)]);
    assert!(manager.may_in(Permission::ManagePeople, Id::from_bits(1)));
    assert!(!manager.may_in(Permission::ManagePeople, Id::from_bits(2)));
    assert_eq!(manager.may_give(Id::from_bits(2)), []);
    assert!(manager.may_give(Id::from_bits(1)).contains(&Role::Volunteer));
}

#[test]
fn what_the_database_shows_follows_from_what_is_held() {
    let sight = |roles| match viewer(roles).sight() {
        Sight::Of { account, people, log } => (account, people, log),
        other => panic!("{other:?}"),
    };
    let own = Id::from_bits(7);
    assert_eq!(sight(&[]), (own, Scope::In(Vec::new()), false));
    let manager = sight(&[(Role::ServiceManager, 1), (Role::Volunteer, 2)]);
    assert_eq!(manager, (own, Scope::In(vec![Id::from_bits(1)]), false));
    assert_eq!(sight(&[(Role::InformationGovernanceLead, 1)]), (own, Scope::In(Vec::new()), true));
    assert_eq!(sight(&[(Role::SystemAdministrator, 1)]), (own, Scope::Everywhere, true));
}

#[test]
fn whoever_sets_up_organisations_anywhere_manages_people_everywhere() {
    // The wall inside PostgreSQL lets those change organisations who see people everywhere (migration 0010).
    for role in Role::ALL {
        match role.reach(Permission::ManageOrganisations) {
            Reach::Nowhere => {}
            Reach::Own | Reach::Everywhere => {
                assert_eq!(role.reach(Permission::ManagePeople), Reach::Everywhere, "{role:?}");
            }
        }
    }
}

#[test]
fn nobody_gives_what_would_make_them_more_than_they_are() {
    // A system administrator gives every role, also those that decide on what they could ask for: to hold one themselves they
    // must give it to themselves, which stands in the log.
    for giver in Role::ALL.into_iter().filter(|giver| *giver != Role::SystemAdministrator) {
        for given in Role::ALL {
            let more = Permission::ALL.iter().any(|&may| given.reach(may) > giver.reach(may));
            assert!(!(giver.may_give(given) && more), "{giver:?} gives {given:?}");
        }
    }
}

#[test]
fn words_come_back_as_the_roles_they_are() {
    for role in Role::ALL {
        assert_eq!(Role::parse(role.word()), Some(role));
    }
    assert_eq!(Role::parse("administrator"), None);
    assert!(!format!("{:?}", viewer(&[])).contains("Ann"));
}
