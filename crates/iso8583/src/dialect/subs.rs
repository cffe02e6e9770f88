//! The inner structure of the structured fields.
//!
//! The private data of field 48 is every acquirer's own; the tags here are those of the house's
//! acquirer profile (`docs/reference/sandbox.md`).

use crate::field::{Kind, Size};
use crate::mask::Mask;
use crate::sub::{Sub, Subs};

/// Field 3: what is done, and with which accounts.
pub(super) const PROCESSING_CODE: Subs = Subs::Positional(&[
    Sub::new(1, Kind::N, Size::Fixed(2), "Transaction type"),
    Sub::new(2, Kind::N, Size::Fixed(2), "Account type, from"),
    Sub::new(3, Kind::N, Size::Fixed(2), "Account type, to"),
]);

/// Field 22 of 1987: how card and person were read.
pub(super) const ENTRY_MODE: Subs = Subs::Positional(&[
    Sub::new(1, Kind::N, Size::Fixed(2), "Card entry mode"),
    Sub::new(2, Kind::N, Size::Fixed(1), "PIN entry capability"),
]);

/// Field 43 of 1987.
pub(super) const NAME_AND_LOCATION: Subs = Subs::Positional(&[
    Sub::new(1, Kind::Ans, Size::Fixed(23), "Name and street"),
    Sub::new(2, Kind::Ans, Size::Fixed(13), "City"),
    Sub::new(3, Kind::Ans, Size::Fixed(2), "State"),
    Sub::new(4, Kind::Ans, Size::Fixed(2), "Country"),
]);

/// Field 48: tagged private data.
pub(super) const PRIVATE_DATA: Subs = Subs::Tagged(&[
    Sub::new(42, Kind::N, Size::Ll(2), "Electronic commerce indicator"),
    Sub::new(43, Kind::Ans, Size::Ll(40), "Authentication value").mask(Mask::Hidden),
    Sub::new(44, Kind::An, Size::Ll(1), "Security code result"),
    Sub::new(71, Kind::Ans, Size::Ll(40), "Challenge reference"),
    Sub::new(92, Kind::N, Size::Ll(4), "Security code").mask(Mask::Hidden),
]);

/// Field 90 of 1987: the message that is undone or completed.
pub(super) const ORIGINAL_DATA: Subs = Subs::Positional(&[
    Sub::new(1, Kind::N, Size::Fixed(4), "Message type"),
    Sub::new(2, Kind::N, Size::Fixed(6), "Systems trace audit number"),
    Sub::new(3, Kind::N, Size::Fixed(10), "Transmission date and time"),
    Sub::new(4, Kind::N, Size::Fixed(11), "Acquiring institution"),
    Sub::new(5, Kind::N, Size::Fixed(11), "Forwarding institution"),
]);

/// Field 56 of 1993: the same, with the local date and time.
pub(super) const ORIGINAL_DATA_1993: Subs = Subs::Positional(&[
    Sub::new(1, Kind::N, Size::Fixed(4), "Message type"),
    Sub::new(2, Kind::N, Size::Fixed(6), "Systems trace audit number"),
    Sub::new(
        3,
        Kind::N,
        Size::Fixed(12),
        "Date and time, local transaction",
    ),
    Sub::new(4, Kind::N, Size::Ll(11), "Acquiring institution"),
]);
