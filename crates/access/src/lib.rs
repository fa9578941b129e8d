//! Who may come in, and as what: organisations, accounts, roles held over time; passwords, second factors, one-time
//! links; sessions; and the doorkeeper who says who each visit is by.

mod arriving;
mod demo;
mod doorkeeper;
mod factor;
mod guess;
mod identity;
mod joining;
mod letter;
mod link;
mod me;
mod moment;
mod passkey;
mod password;
mod people;
mod session;
mod sign_in;
mod ways;

pub use demo::invent;
pub use doorkeeper::admit;
pub use joining::first_link;
pub use people::{
    Addressee, Practice, acting, addressee, names, names_of, practices, who_may, who_may_anywhere,
};

/// The rooms of this crate, in the order of the menu.
pub fn rooms() -> Vec<web::Room> {
    vec![
        people::organisations(),
        people::accounts(),
        sign_in::room(),
        joining::room().with_errand(letter::ERRAND),
        me::room(),
        arriving::room(),
        demo::room(),
    ]
}

#[cfg(test)]
mod tests;
