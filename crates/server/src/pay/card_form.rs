//! What the payer posted, read into plain values or into what is wrong with each field.
//!
//! Owns the same checks as `web/pay/pay.js`, for payers without script and against those who go
//! around it. Does not decide whether a card is taken: that is the vault's and the issuer's. Values
//! of card fields are never given back to the page.

use std::fmt;

use domain::Expiry;
use zeroize::Zeroizing;

use crate::form::has_card_number;

/// The longest name a card carries, generously (ISO/IEC 7813 prints 26 characters).
const HOLDER_LENGTH_MAX: usize = 100;

/// A field of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Field {
    /// The card number.
    Number,
    /// Month and year of expiry.
    Expiry,
    /// The security code.
    Code,
    /// The name on the card.
    Holder,
}

/// What is wrong with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Nothing was entered.
    Missing,
    /// Digits are missing.
    Incomplete,
    /// It cannot be what is printed on a card.
    Wrong,
    /// The card is over.
    Past,
    /// A code of another length is printed on this card.
    Length(CodeLength),
}

/// How many digits a security code has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CodeLength {
    /// On the back.
    Three,
    /// On the front, American Express.
    Four,
}

/// At most one fault for each field.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Faults {
    /// Of the card number.
    pub(crate) number: Option<Fault>,
    /// Of the expiry.
    pub(crate) expiry: Option<Fault>,
    /// Of the security code.
    pub(crate) code: Option<Fault>,
    /// Of the name.
    pub(crate) holder: Option<Fault>,
}

impl Faults {
    /// Whether there is none.
    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A form without fault. Wipes the card data when dropped.
pub(crate) struct Entry {
    /// The card number, digits only: for the tokeniser and nothing else.
    pub(crate) number: Zeroizing<String>,
    /// Month and year of expiry.
    pub(crate) expiry: Expiry,
    /// The security code.
    pub(crate) code: Zeroizing<String>,
    /// The name on the card, when it was asked for and given.
    pub(crate) holder: Option<String>,
    /// The token of the page view: the idempotency key of this payment attempt.
    pub(crate) attempt: String,
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Entry(…)")
    }
}

/// A form that must be shown again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Faulty {
    /// What is wrong.
    pub(crate) faults: Faults,
    /// The name, to be kept in the form.
    pub(crate) holder: Option<String>,
}

/// Reads the fields of the form in the month `today`, as year and month; unknown names are passed
/// over, and of two fields with one name the last counts.
///
/// # Errors
/// [`Faulty`] when a field is wrong, or when the token of the page view is not one: then `faults`
/// may be empty, and the form shown again brings a fresh token.
pub(crate) fn read<'a>(
    pairs: impl IntoIterator<Item = (&'a str, &'a str)>,
    today: (u16, u8),
) -> Result<Entry, Faulty> {
    let (mut number, mut expiry, mut code, mut holder, mut attempt) = ("", "", "", "", "");
    for (name, value) in pairs {
        match name {
            "number" => number = value,
            "expiry" => expiry = value,
            "code" => code = value,
            "holder" => holder = value,
            "attempt" => attempt = value,
            _ => {}
        }
    }
    let holder = Some(holder.trim().to_owned()).filter(|name| !name.is_empty());
    let (number, expiry) = (read_number(number), read_expiry(expiry, today));
    let code = read_code(code, number.as_ref().ok().map(|digits| digits.as_str()));
    match (number, expiry, code) {
        (Ok(number), Ok(expiry), Ok(code)) if is_name(holder.as_deref()) && is_token(attempt) => {
            Ok(Entry {
                number,
                expiry,
                code,
                holder,
                attempt: attempt.to_owned(),
            })
        }
        (number, expiry, code) => Err(Faulty {
            faults: Faults {
                number: number.err(),
                expiry: expiry.err(),
                code: code.err(),
                holder: (!is_name(holder.as_deref())).then_some(Fault::Wrong),
            },
            holder: holder.filter(|name| is_name(Some(name))),
        }),
    }
}

/// Whether the text has the form of a token of a page view: 22 base-62 digits.
fn is_token(text: &str) -> bool {
    domain::from_base62(text).is_some()
}

fn is_name(holder: Option<&str>) -> bool {
    holder.is_none_or(|name| {
        name.chars().count() <= HOLDER_LENGTH_MAX
            && !name.chars().any(char::is_control)
            // Typed into the wrong field, a card number would be kept as a name.
            && !has_card_number(name)
    })
}

/// Digits with the separators people type or paste between them.
fn digits(text: &str) -> Result<Zeroizing<String>, Fault> {
    // As long as the text, so the number is never left behind by a buffer that grew.
    let mut digits = Zeroizing::new(String::with_capacity(text.len()));
    for character in text.chars() {
        match character {
            '0'..='9' => digits.push(character),
            '-' | '.' => {}
            _ if character.is_whitespace() => {}
            _ => return Err(Fault::Wrong),
        }
    }
    if digits.is_empty() {
        Err(Fault::Missing)
    } else {
        Ok(digits)
    }
}

fn read_number(text: &str) -> Result<Zeroizing<String>, Fault> {
    let digits = digits(text)?;
    let (usual, is_whole) = match (digits.bytes().next(), digits.len()) {
        _ if is_american_express(&digits) => (15, digits.len() == 15),
        // Visa, so that a number half typed which happens to pass is not taken for a whole one.
        (Some(b'4'), length) => (16, matches!(length, 16 | 19)),
        (_, length) => (16, (12..=19).contains(&length)),
    };
    match is_whole && passes_luhn(&digits) {
        true => Ok(digits),
        false if digits.len() < usual => Err(Fault::Incomplete),
        false => Err(Fault::Wrong),
    }
}

fn is_american_express(digits: &str) -> bool {
    digits.starts_with("34") || digits.starts_with("37")
}

/// ISO/IEC 7812-1, annex B.
fn passes_luhn(digits: &str) -> bool {
    let doubled = |digit: u32| if digit > 4 { 2 * digit - 9 } else { 2 * digit };
    let values = digits
        .chars()
        .rev()
        .filter_map(|c| c.to_digit(10))
        .enumerate();
    let sum: u32 = values
        .map(|(place, digit)| {
            if place % 2 == 1 {
                doubled(digit)
            } else {
                digit
            }
        })
        .sum();
    sum.is_multiple_of(10)
}

/// `MM/YY`, `M/YY`, `MMYY`, and each of them with the year in full.
fn read_expiry(text: &str, today: (u16, u8)) -> Result<Expiry, Fault> {
    let is_separator = |c: char| c.is_whitespace() || matches!(c, '/' | '-' | '.');
    let mut parts = text.split(is_separator).filter(|part| !part.is_empty());
    let first = parts.next().ok_or(Fault::Missing)?;
    let (month, year) = match parts.next() {
        Some(year) => (first, year),
        None => first.split_at_checked(2).ok_or(Fault::Incomplete)?,
    };
    let is_number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if parts.next().is_some() || !is_number(month) || !is_number(year) {
        return Err(Fault::Wrong);
    }
    match (month.len(), year.len()) {
        (1 | 2, 2 | 4) => {}
        (1 | 2, 0 | 1 | 3) => return Err(Fault::Incomplete),
        _ => return Err(Fault::Wrong),
    }
    let month = month.parse().map_err(|_| Fault::Wrong)?;
    let year = year.parse().map_err(|_| Fault::Wrong)?;
    let expiry = Expiry::new(month, year).ok_or(Fault::Wrong)?;
    if expiry.is_before(today.0, today.1) {
        Err(Fault::Past)
    } else {
        Ok(expiry)
    }
}

/// Three digits, or four on American Express; while the number is not known, either.
fn read_code(text: &str, number: Option<&str>) -> Result<Zeroizing<String>, Fault> {
    let code = digits(text)?;
    let length = match number {
        Some(number) if is_american_express(number) => CodeLength::Four,
        _ => CodeLength::Three,
    };
    let fits = match (code.len(), length) {
        (3, CodeLength::Three) | (4, CodeLength::Four) => true,
        (4, CodeLength::Three) => number.is_none(),
        _ => false,
    };
    if fits {
        Ok(code)
    } else {
        Err(Fault::Length(length))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TODAY: (u16, u8) = (2026, 11);
    const TOKEN: &str = "0123456789ABCDEFGHIJKL";
    const VISA: &str = "4242 4242 4242 4242";
    const AMEX: &str = "3782 822463 10005";

    fn form<'a>(number: &'a str, expiry: &'a str, code: &'a str) -> Result<Entry, Faulty> {
        read(
            [
                ("number", number),
                ("expiry", expiry),
                ("code", code),
                ("attempt", TOKEN),
            ],
            TODAY,
        )
    }

    fn faults(number: &str, expiry: &str, code: &str) -> Faults {
        form(number, expiry, code).unwrap_err().faults
    }

    #[test]
    fn a_number_is_taken_as_people_write_it() {
        for text in [
            VISA,
            "4242424242424242",
            "4242-4242-4242-4242",
            "4242\u{a0}4242\u{202f}4242 4242 ",
            "4242.4242.4242.4242",
        ] {
            let entry = form(text, "12/34", "123").unwrap();
            assert_eq!(entry.number.as_str(), "4242424242424242");
        }
        assert_eq!(
            form(AMEX, "12/34", "1234").unwrap().number.as_str(),
            "378282246310005"
        );
        assert!(
            form("6304 0000 0000", "12/34", "123").is_ok(),
            "Maestro has twelve digits"
        );
    }

    #[test]
    fn what_is_wrong_with_a_number_is_told_apart() {
        let fault = |text: &str| faults(text, "12/34", "123").number;
        assert_eq!(fault(""), Some(Fault::Missing));
        assert_eq!(fault("  -"), Some(Fault::Missing));
        assert_eq!(fault("4242 4242 4242"), Some(Fault::Incomplete));
        assert_eq!(fault("3782 822463 1000"), Some(Fault::Incomplete));
        assert_eq!(fault("4242 4242 4242 4241"), Some(Fault::Wrong));
        assert_eq!(fault("4242 4242 4242 424x"), Some(Fault::Wrong));
        assert_eq!(fault("3782 822463 100059"), Some(Fault::Wrong));
        assert_eq!(fault(&"0".repeat(20)), Some(Fault::Wrong));
        assert_eq!(fault("٤٢٤٢"), Some(Fault::Wrong));
    }

    #[test]
    fn an_expiry_is_taken_as_people_write_it() {
        for text in [
            "4/28", "04/28", "04 / 28", "0428", "04/2028", "042028", "4-2028", "04 28",
        ] {
            assert_eq!(
                form(VISA, text, "123").unwrap().expiry,
                Expiry::new(4, 2028).unwrap()
            );
        }
    }

    #[test]
    fn what_is_wrong_with_an_expiry_is_told_apart() {
        let fault = |text| faults(VISA, text, "123").expiry;
        assert_eq!(fault(" "), Some(Fault::Missing));
        assert_eq!(fault("4"), Some(Fault::Incomplete));
        assert_eq!(fault("04"), Some(Fault::Incomplete));
        assert_eq!(fault("04/2"), Some(Fault::Incomplete));
        assert_eq!(fault("04/202"), Some(Fault::Incomplete));
        assert_eq!(fault("13/28"), Some(Fault::Wrong));
        assert_eq!(fault("00/28"), Some(Fault::Wrong));
        assert_eq!(fault("04/28/01"), Some(Fault::Wrong));
        assert_eq!(fault("avril 2028"), Some(Fault::Wrong));
        assert_eq!(fault("é/28"), Some(Fault::Wrong));
        assert_eq!(fault("é8"), Some(Fault::Wrong));
        assert_eq!(fault("04/1928"), Some(Fault::Wrong));
        assert_eq!(fault("10/26"), Some(Fault::Past));
        assert!(
            form(VISA, "11/26", "123").is_ok(),
            "good to the end of its month"
        );
    }

    #[test]
    fn a_code_has_the_length_of_its_card() {
        let fault = |number, code| {
            form(number, "12/34", code)
                .err()
                .and_then(|f| f.faults.code)
        };
        assert_eq!(fault(VISA, "123"), None);
        assert_eq!(fault(AMEX, "1234"), None);
        assert_eq!(fault(VISA, ""), Some(Fault::Missing));
        assert_eq!(fault(VISA, "1234"), Some(Fault::Length(CodeLength::Three)));
        assert_eq!(fault(AMEX, "123"), Some(Fault::Length(CodeLength::Four)));
        assert_eq!(fault(VISA, "12a"), Some(Fault::Wrong));
        assert_eq!(
            fault("4242", "1234"),
            None,
            "the number is at fault, not the code"
        );
    }

    #[test]
    fn every_fault_is_told_at_once() {
        let all = faults("", "", "");
        let missing = Some(Fault::Missing);
        let expected = Faults {
            number: missing,
            expiry: missing,
            code: missing,
            holder: None,
        };
        assert_eq!(all, expected);
        assert!(!all.is_empty() && Faults::default().is_empty());
    }

    #[test]
    fn a_name_is_optional_and_kept() {
        let with = |holder: &str, number| {
            let pairs = [("number", number), ("expiry", "12/34"), ("code", "123")];
            read(
                pairs
                    .into_iter()
                    .chain([("holder", holder), ("attempt", TOKEN)]),
                TODAY,
            )
        };
        assert_eq!(
            with(" Zoé Martin ", VISA).unwrap().holder.as_deref(),
            Some("Zoé Martin")
        );
        assert_eq!(with("  ", VISA).unwrap().holder, None);
        assert_eq!(with("Zoé", "1").unwrap_err().holder.as_deref(), Some("Zoé"));
        let long = "z".repeat(101);
        let faulty = with(&long, VISA).unwrap_err();
        assert_eq!(
            (faulty.faults.holder, faulty.holder),
            (Some(Fault::Wrong), None)
        );
        assert_eq!(
            with("Z\0", VISA).unwrap_err().faults.holder,
            Some(Fault::Wrong)
        );
    }

    #[test]
    fn a_form_without_its_token_is_shown_again() {
        let pairs = [("number", VISA), ("expiry", "12/34"), ("code", "123")];
        for token in [
            "",
            "short",
            "0123456789ABCDEFGHIJK!",
            "zzzzzzzzzzzzzzzzzzzzzz",
        ] {
            let faulty = read(pairs.into_iter().chain([("attempt", token)]), TODAY).unwrap_err();
            assert!(faulty.faults.is_empty(), "{token}");
        }
        let pairs = pairs
            .into_iter()
            .chain([("attempt", TOKEN), ("other", "x")]);
        assert_eq!(read(pairs, TODAY).unwrap().attempt, TOKEN);
    }

    #[test]
    fn a_form_does_not_print_its_card() {
        let printed = format!("{:?}", form(VISA, "12/34", "987"));
        assert!(
            !printed.contains("4242") && !printed.contains("987"),
            "{printed}"
        );
        let faulty = format!("{:?}", form("4242 4242 4242 4241", "12/34", "987"));
        assert!(
            !faulty.contains("4242") && !faulty.contains("987"),
            "{faulty}"
        );
    }
}
