//! The only owner of card numbers: reads them, seals them, opens them for one order, compares them.
//!
//! Around the vault a card is a [`domain::Card`] and a token; the number itself exists as a [`Pan`]
//! here, in the card rail that sends it, and in the one place of the server that receives it. Keys
//! live in a file ([`Vault::open`]), never in the database that holds what they seal.
//!
//! Deliberately absent: storage of sealed records (the store has the rows), the decision who may
//! open a card, and any notion of a payment.

mod brand;
mod card;
mod code;
mod error;
mod file;
mod hidden;
mod holder;
mod keys;
mod pan;
mod random;
mod seal;
mod vault;

pub use card::CardData;
pub use code::{CodeError, SecurityCode};
pub use error::VaultError;
pub use hidden::Hidden;
pub use holder::{CODE_LIFETIME_MINUTES, CODES_MAX, CodeHolder};
pub use pan::{Pan, PanError};
pub use random::random;
pub use seal::{KeyId, Sealed};
pub use vault::Vault;
