//! Messages about the connection itself: sign-on, sign-off, echo (0800 and 0810).
//!
//! They move no money, so their trace numbers are a counter of the link and are not stored.

use domain::Timestamp;
use iso8583::{Builder, Class, EncodeError, Function, Message, Mti, Origin};

use super::code::{Meaning, meaning};
use super::order::Profile;
use crate::card::Dialect;
use crate::card::calendar::{local, month_to_second, utc, year_to_second};

/// What one side tells the other about the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::card) enum Notice {
    /// Orders will come.
    SignOn,
    /// No more orders will come.
    SignOff,
    /// Is somebody there?
    Echo,
}

impl Notice {
    const ALL: [Self; 3] = [Self::SignOn, Self::SignOff, Self::Echo];

    /// DE 70 of 1987, DE 24 of 1993.
    const fn code(self, dialect: Dialect) -> &'static str {
        match (self, dialect.is_1993()) {
            (Self::SignOn, false) => "001",
            (Self::SignOff, false) => "002",
            (Self::Echo, false) => "301",
            (Self::SignOn, true) => "801",
            (Self::SignOff, true) => "802",
            (Self::Echo, true) => "831",
        }
    }

    const fn field(dialect: Dialect) -> u8 {
        if dialect.is_1993() { 24 } else { 70 }
    }
}

/// Appends our notice under trace number `stan`.
pub(in crate::card) fn request(
    profile: &Profile<'_>,
    notice: Notice,
    (stan, now): (u32, Timestamp),
    out: &mut Vec<u8>,
) -> Result<(), EncodeError> {
    let dialect = profile.dialect;
    let mti = match dialect.is_1993() {
        // In the edition of 1993 either side may begin, which its last digit says (1804).
        true => Mti::NETWORK_REQUEST.from_origin(Origin::Other),
        false => Mti::NETWORK_REQUEST,
    };
    let mut message = Builder::new(dialect.table(), mti);
    message
        .set_number(7, month_to_second(utc(now)))?
        .set_number(11, u64::from(stan))?
        .set(Notice::field(dialect), notice.code(dialect))?;
    if dialect.is_1993() {
        message.set_number(12, year_to_second(local(now, profile.time_zone)))?;
    }
    message.encode(out)
}

/// Appends our consent to a notice of the other side.
pub(in crate::card) fn consent(
    dialect: Dialect,
    asked: &Message<'_>,
    out: &mut Vec<u8>,
) -> Result<(), EncodeError> {
    let mti = asked.mti().response().unwrap_or(Mti::NETWORK_RESPONSE);
    let mut message = Builder::new(dialect.table(), mti);
    for field in [7, 11, 12, 24, 70] {
        message.copy(asked, field)?;
    }
    message.set(39, if dialect.is_1993() { "800" } else { "00" })?;
    message.encode(out)
}

/// Whether the other side asks something about the connection.
pub(in crate::card) fn is_request(message: &Message<'_>) -> bool {
    message.mti().class() == Class::Network && message.mti().function() == Function::Request
}

/// The notice that this message answers, and whether the other side agrees.
pub(in crate::card) fn answered(dialect: Dialect, message: &Message<'_>) -> Option<(Notice, bool)> {
    if (message.mti().class(), message.mti().function()) != (Class::Network, Function::Response) {
        return None;
    }
    let code = message.text(Notice::field(dialect))?;
    let notice = Notice::ALL
        .into_iter()
        .find(|notice| notice.code(dialect) == code)?;
    let agrees = message
        .text(39)
        .is_some_and(|code| meaning(&code, dialect.is_1993()) == Meaning::Approved);
    Some((notice, agrees))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::tz::TimeZone;

    const NOW: Timestamp = Timestamp::from_seconds(1_772_348_889);
    const DIALECTS: [Dialect; 3] = [
        Dialect::Iso87Ascii,
        Dialect::Iso87Binary,
        Dialect::Iso93Ascii,
    ];

    fn asked(dialect: Dialect, notice: Notice) -> Vec<u8> {
        let profile = Profile {
            dialect,
            institution: None,
            time_zone: &TimeZone::UTC,
        };
        let mut bytes = Vec::new();
        request(&profile, notice, (7, NOW), &mut bytes).unwrap();
        bytes
    }

    #[test]
    fn a_notice_names_itself_in_the_field_of_its_edition() {
        let bytes = asked(Dialect::Iso87Ascii, Notice::SignOn);
        let message = Message::decode(Dialect::Iso87Ascii.table(), &bytes).unwrap();
        assert_eq!(
            message.to_string(),
            "0800 {7: 0301070809, 11: 000007, 70: 001}"
        );
        let bytes = asked(Dialect::Iso93Ascii, Notice::Echo);
        let message = Message::decode(Dialect::Iso93Ascii.table(), &bytes).unwrap();
        assert_eq!(
            message.to_string(),
            "1804 {7: 0301070809, 11: 000007, 12: 260301070809, 24: 831}"
        );
    }

    #[test]
    fn our_consent_answers_our_own_notices_in_every_dialect() {
        for dialect in DIALECTS {
            for notice in Notice::ALL {
                let bytes = asked(dialect, notice);
                let message = Message::decode(dialect.table(), &bytes).unwrap();
                assert!(is_request(&message));
                assert_eq!(answered(dialect, &message), None);
                let mut bytes = Vec::new();
                consent(dialect, &message, &mut bytes).unwrap();
                let answer = Message::decode(dialect.table(), &bytes).unwrap();
                assert!(!is_request(&answer));
                assert_eq!(answered(dialect, &answer), Some((notice, true)));
                assert_eq!(answer.numeric(11), Some(7));
            }
        }
    }

    #[test]
    fn a_refusal_and_silence_about_the_code_are_no_consent() {
        for code in [Some("05"), None] {
            let mut builder = Builder::new(Dialect::Iso87Ascii.table(), Mti::NETWORK_RESPONSE);
            builder.set(70, "001").unwrap();
            if let Some(code) = code {
                builder.set(39, code).unwrap();
            }
            let mut bytes = Vec::new();
            builder.encode(&mut bytes).unwrap();
            let message = Message::decode(Dialect::Iso87Ascii.table(), &bytes).unwrap();
            let answer = answered(Dialect::Iso87Ascii, &message);
            assert_eq!(answer, Some((Notice::SignOn, false)));
        }
    }
}
