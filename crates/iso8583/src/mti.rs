//! The message type identifier: four digits for version, class, function and origin.
//!
//! It knows which message answers which and how a repeat is marked. It does not know which
//! messages a host supports.

use std::fmt;

/// First digit: the edition of the standard (ISO 8583:1993, 4.1.1).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Version {
    /// `0`, ISO 8583:1987.
    V1987,
    /// `1`, ISO 8583:1993.
    V1993,
    /// `2`, ISO 8583:2003.
    V2003,
}

/// Second digit: what the message is about.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Class {
    /// `1`: may this card pay? No money moves.
    Authorization,
    /// `2`: money moves.
    Financial,
    /// `3`: file maintenance.
    File,
    /// `4`: undo an earlier message.
    Reversal,
    /// `5`: totals are compared.
    Reconciliation,
    /// `6`: administration.
    Administrative,
    /// `7`: fee collection.
    FeeCollection,
    /// `8`: sign-on, echo, key exchange.
    Network,
}

/// Third digit: who waits for whom.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Function {
    /// `0`: asks; may be refused, and must not be repeated blindly.
    Request,
    /// `1`: answers a request.
    Response,
    /// `2`: tells what has happened; is repeated until it is answered.
    Advice,
    /// `3`: answers an advice.
    AdviceResponse,
    /// `4`: tells, and expects no answer.
    Notification,
    /// `5`: acknowledges a notification.
    Acknowledgement,
}

/// Fourth digit: who began, and whether this is a repeat.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Origin {
    /// `0`: the acquirer's side.
    Acquirer,
    /// `1`: the acquirer's side, once more.
    AcquirerRepeat,
    /// `2`: the issuer's side.
    Issuer,
    /// `3`: the issuer's side, once more.
    IssuerRepeat,
    /// `4`: somebody else.
    Other,
    /// `5`: somebody else, once more.
    OtherRepeat,
}

/// A message type identifier. Reserved digits cannot be expressed.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Mti {
    version: Version,
    class: Class,
    function: Function,
    origin: Origin,
}

impl Mti {
    /// `0100`: an authorisation is asked for.
    pub const AUTHORIZATION_REQUEST: Mti = Mti::acquirer(Class::Authorization, Function::Request);
    /// `0110`.
    pub const AUTHORIZATION_RESPONSE: Mti = Mti::acquirer(Class::Authorization, Function::Response);
    /// `0200`: a purchase or a refund is asked for.
    pub const FINANCIAL_REQUEST: Mti = Mti::acquirer(Class::Financial, Function::Request);
    /// `0210`.
    pub const FINANCIAL_RESPONSE: Mti = Mti::acquirer(Class::Financial, Function::Response);
    /// `0220`: money has moved, for instance a capture.
    pub const FINANCIAL_ADVICE: Mti = Mti::acquirer(Class::Financial, Function::Advice);
    /// `0230`.
    pub const FINANCIAL_ADVICE_RESPONSE: Mti =
        Mti::acquirer(Class::Financial, Function::AdviceResponse);
    /// `0420`: an earlier message is undone.
    pub const REVERSAL_ADVICE: Mti = Mti::acquirer(Class::Reversal, Function::Advice);
    /// `0430`.
    pub const REVERSAL_ADVICE_RESPONSE: Mti =
        Mti::acquirer(Class::Reversal, Function::AdviceResponse);
    /// `0800`: sign-on, sign-off, echo.
    pub const NETWORK_REQUEST: Mti = Mti::acquirer(Class::Network, Function::Request);
    /// `0810`.
    pub const NETWORK_RESPONSE: Mti = Mti::acquirer(Class::Network, Function::Response);

    /// Puts the four digits together.
    pub const fn new(version: Version, class: Class, function: Function, origin: Origin) -> Mti {
        Mti {
            version,
            class,
            function,
            origin,
        }
    }

    const fn acquirer(class: Class, function: Function) -> Mti {
        Mti::new(Version::V1987, class, function, Origin::Acquirer)
    }

    /// Reads four ASCII digits. `None` for anything else and for reserved digits.
    pub const fn from_digits(digits: [u8; 4]) -> Option<Mti> {
        let [version, class, function, origin] = digits;
        let version = match version {
            b'0' => Version::V1987,
            b'1' => Version::V1993,
            b'2' => Version::V2003,
            _ => return None,
        };
        let class = match class {
            b'1' => Class::Authorization,
            b'2' => Class::Financial,
            b'3' => Class::File,
            b'4' => Class::Reversal,
            b'5' => Class::Reconciliation,
            b'6' => Class::Administrative,
            b'7' => Class::FeeCollection,
            b'8' => Class::Network,
            _ => return None,
        };
        let function = match function {
            b'0' => Function::Request,
            b'1' => Function::Response,
            b'2' => Function::Advice,
            b'3' => Function::AdviceResponse,
            b'4' => Function::Notification,
            b'5' => Function::Acknowledgement,
            _ => return None,
        };
        let origin = match origin {
            b'0' => Origin::Acquirer,
            b'1' => Origin::AcquirerRepeat,
            b'2' => Origin::Issuer,
            b'3' => Origin::IssuerRepeat,
            b'4' => Origin::Other,
            b'5' => Origin::OtherRepeat,
            _ => return None,
        };
        Some(Mti {
            version,
            class,
            function,
            origin,
        })
    }

    /// The four ASCII digits.
    pub const fn digits(self) -> [u8; 4] {
        let version = match self.version {
            Version::V1987 => b'0',
            Version::V1993 => b'1',
            Version::V2003 => b'2',
        };
        let class = match self.class {
            Class::Authorization => b'1',
            Class::Financial => b'2',
            Class::File => b'3',
            Class::Reversal => b'4',
            Class::Reconciliation => b'5',
            Class::Administrative => b'6',
            Class::FeeCollection => b'7',
            Class::Network => b'8',
        };
        let function = match self.function {
            Function::Request => b'0',
            Function::Response => b'1',
            Function::Advice => b'2',
            Function::AdviceResponse => b'3',
            Function::Notification => b'4',
            Function::Acknowledgement => b'5',
        };
        let origin = match self.origin {
            Origin::Acquirer => b'0',
            Origin::AcquirerRepeat => b'1',
            Origin::Issuer => b'2',
            Origin::IssuerRepeat => b'3',
            Origin::Other => b'4',
            Origin::OtherRepeat => b'5',
        };
        [version, class, function, origin]
    }

    /// The edition of the standard.
    pub const fn version(self) -> Version {
        self.version
    }

    /// What the message is about.
    pub const fn class(self) -> Class {
        self.class
    }

    /// Who waits for whom.
    pub const fn function(self) -> Function {
        self.function
    }

    /// Who began, and whether this is a repeat.
    pub const fn origin(self) -> Origin {
        self.origin
    }

    /// The same message in another edition: `0200` becomes `1200`.
    pub const fn in_version(self, version: Version) -> Mti {
        Mti { version, ..self }
    }

    /// The same message begun by another party: `1800` becomes `1804`.
    pub const fn from_origin(self, origin: Origin) -> Mti {
        Mti { origin, ..self }
    }

    /// The type that answers this one, from a first sending or a repeat alike: `0421` → `0430`.
    /// `None` for a message that is itself an answer.
    pub const fn response(self) -> Option<Mti> {
        let function = match self.function {
            Function::Request => Function::Response,
            Function::Advice => Function::AdviceResponse,
            Function::Notification => Function::Acknowledgement,
            Function::Response | Function::AdviceResponse | Function::Acknowledgement => {
                return None;
            }
        };
        Some(Mti {
            function,
            ..self.first_sending()
        })
    }

    /// The type under which this message is sent once more: `0420` → `0421`. A repeat stays one.
    #[must_use]
    pub const fn repeat(self) -> Mti {
        let origin = match self.origin {
            Origin::Acquirer | Origin::AcquirerRepeat => Origin::AcquirerRepeat,
            Origin::Issuer | Origin::IssuerRepeat => Origin::IssuerRepeat,
            Origin::Other | Origin::OtherRepeat => Origin::OtherRepeat,
        };
        Mti { origin, ..self }
    }

    /// The type under which this message went out the first time: `0421` → `0420`.
    #[must_use]
    pub const fn first_sending(self) -> Mti {
        let origin = match self.origin {
            Origin::Acquirer | Origin::AcquirerRepeat => Origin::Acquirer,
            Origin::Issuer | Origin::IssuerRepeat => Origin::Issuer,
            Origin::Other | Origin::OtherRepeat => Origin::Other,
        };
        Mti { origin, ..self }
    }

    /// True for the repeat of an earlier message.
    pub const fn is_repeat(self) -> bool {
        matches!(
            self.origin,
            Origin::AcquirerRepeat | Origin::IssuerRepeat | Origin::OtherRepeat
        )
    }

    /// True when this type answers `asked`.
    pub fn answers(self, asked: Mti) -> bool {
        asked.response() == Some(self)
    }
}

impl fmt::Display for Mti {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.digits()
            .into_iter()
            .try_for_each(|digit| write!(f, "{}", char::from(digit)))
    }
}

impl fmt::Debug for Mti {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Mti({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mti(text: &str) -> Mti {
        Mti::from_digits(text.as_bytes().try_into().unwrap()).unwrap()
    }

    #[track_caller]
    fn check_response(asked: &str, expect: Option<&str>) {
        assert_eq!(
            mti(asked).response(),
            expect.map(mti),
            "response of {asked}"
        );
    }

    #[test]
    fn every_expressible_type_survives_its_digits() {
        let mut valid = 0;
        for number in 0..10_000 {
            let digits: [u8; 4] = format!("{number:04}").into_bytes().try_into().unwrap();
            if let Some(mti) = Mti::from_digits(digits) {
                assert_eq!(mti.digits(), digits);
                assert_eq!(mti.to_string().as_bytes(), digits);
                valid += 1;
            }
        }
        assert_eq!(
            valid,
            3 * 8 * 6 * 6,
            "versions × classes × functions × origins"
        );
    }

    #[test]
    fn reserved_digits_and_letters_are_refused() {
        for bad in [
            "3100", "0000", "0900", "0160", "0106", "010A", "    ", "-100",
        ] {
            let digits = bad.as_bytes().try_into().unwrap();
            assert_eq!(Mti::from_digits(digits), None, "{bad}");
        }
    }

    #[test]
    fn requests_advices_and_their_repeats_have_one_answer() {
        check_response("0100", Some("0110"));
        check_response("0101", Some("0110"));
        check_response("0200", Some("0210"));
        check_response("0220", Some("0230"));
        check_response("0221", Some("0230"));
        check_response("0420", Some("0430"));
        check_response("0421", Some("0430"));
        check_response("0800", Some("0810"));
        check_response("1804", Some("1814"));
        check_response("1805", Some("1814"));
        check_response("0140", Some("0150"));
    }

    #[test]
    fn an_answer_has_no_answer() {
        for answer in ["0110", "0210", "0230", "0430", "0810", "0150"] {
            check_response(answer, None);
        }
    }

    #[test]
    fn a_repeat_is_marked_once() {
        assert_eq!(mti("0420").repeat(), mti("0421"));
        assert_eq!(mti("0421").repeat(), mti("0421"));
        assert_eq!(mti("0422").repeat(), mti("0423"));
        assert_eq!(mti("1804").repeat(), mti("1805"));
        assert_eq!(mti("0421").first_sending(), mti("0420"));
        assert_eq!(mti("0423").first_sending(), mti("0422"));
        assert!(mti("0421").is_repeat());
        assert!(!mti("0420").is_repeat());
    }

    #[test]
    fn only_the_matching_answer_answers() {
        assert!(mti("0210").answers(mti("0200")));
        assert!(mti("0430").answers(mti("0421")));
        assert!(!mti("0210").answers(mti("0100")), "another class");
        assert!(!mti("1210").answers(mti("0200")), "another edition");
        assert!(!mti("0200").answers(mti("0200")), "a question is no answer");
    }

    #[test]
    fn the_constants_are_the_digits_they_are_documented_with() {
        let expect = [
            (Mti::AUTHORIZATION_REQUEST, "0100"),
            (Mti::AUTHORIZATION_RESPONSE, "0110"),
            (Mti::FINANCIAL_REQUEST, "0200"),
            (Mti::FINANCIAL_RESPONSE, "0210"),
            (Mti::FINANCIAL_ADVICE, "0220"),
            (Mti::FINANCIAL_ADVICE_RESPONSE, "0230"),
            (Mti::REVERSAL_ADVICE, "0420"),
            (Mti::REVERSAL_ADVICE_RESPONSE, "0430"),
            (Mti::NETWORK_REQUEST, "0800"),
            (Mti::NETWORK_RESPONSE, "0810"),
        ];
        for (mti, digits) in expect {
            assert_eq!(mti.to_string(), digits);
        }
    }

    #[test]
    fn version_and_origin_can_be_exchanged() {
        let network = Mti::NETWORK_REQUEST
            .in_version(Version::V1993)
            .from_origin(Origin::Other);
        assert_eq!(network.to_string(), "1804");
        assert_eq!(network.version(), Version::V1993);
        assert_eq!(network.class(), Class::Network);
        assert_eq!(network.function(), Function::Request);
        assert_eq!(network.origin(), Origin::Other);
        assert_eq!(format!("{network:?}"), "Mti(1804)");
    }
}
