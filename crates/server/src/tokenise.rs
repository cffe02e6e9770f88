//! Where card numbers come in: the only file of the server that may name one.
//!
//! A number leaves here inside [`CardData`], for the vault and the rail. It is in no error, no
//! log and no fingerprint; the fingerprint of a request holds a keyed hash in its place and
//! leaves the security code out.

use std::sync::Arc;

use domain::{Brand, Expiry, Mode, Owner};
use engine::App;
use engine::cards::{MethodChoice, NewCard};
use vault::{CardData, Pan, SecurityCode};
use zeroize::Zeroizing;

use crate::error::{ApiError, CardFault};
use crate::form::{Fault, Form, Node, Tree};

/// A card as a request spells it, before it is known to be one.
pub(crate) struct Typed {
    number: Zeroizing<String>,
    expiry: (i64, i64),
    code: Option<Zeroizing<String>>,
}

impl Typed {
    /// A card of the payer's form.
    pub(crate) fn new(
        number: Zeroizing<String>,
        expiry: (i64, i64),
        code: Option<Zeroizing<String>>,
    ) -> Self {
        Self {
            number,
            expiry,
            code,
        }
    }

    /// Reads `[card]`: number, month, year and, optionally, the security code.
    ///
    /// # Errors
    /// A part is missing or no number.
    pub(crate) fn read(card: &mut Form) -> Result<Self, Fault> {
        let number = card
            .secret("number")?
            .ok_or_else(|| card.missing("number"))?;
        let month = card
            .integer("exp_month")?
            .ok_or_else(|| card.missing("exp_month"))?;
        let year = card
            .integer("exp_year")?
            .ok_or_else(|| card.missing("exp_year"))?;
        let code = card.secret("cvc")?.filter(|code| !code.is_empty());
        Ok(Self {
            number,
            expiry: (month, year),
            code,
        })
    }

    /// The card, if it can be one at `today`, given as year and month.
    ///
    /// # Errors
    /// The first of [`CardFault::ALL`] that holds.
    pub(crate) fn check(self, today: (u16, u8)) -> Result<CardData, CardFault> {
        let pan = Pan::parse(&self.number).map_err(|_| CardFault::Number)?;
        let (month, year) = self.expiry;
        let month = u8::try_from(month)
            .ok()
            .filter(|month| (1..=12).contains(month));
        let month = month.ok_or(CardFault::ExpiryMonth)?;
        let year = u16::try_from(year).map_err(|_| CardFault::ExpiryYear)?;
        let expiry = Expiry::new(month, year).ok_or(CardFault::ExpiryYear)?;
        if expiry.is_before(today.0, today.1) {
            return Err(CardFault::Expired);
        }
        let code = match self.code {
            None => None,
            Some(code) => {
                let code = SecurityCode::parse(&code, pan.brand());
                Some(code.map_err(|_| CardFault::Cvc)?)
            }
        };
        Ok(CardData { pan, expiry, code })
    }
}

/// The month it is for whoever looks at a card: cards end with their month everywhere, so the
/// latest place on earth counts (UTC−12).
pub(crate) fn month_now(app: &App) -> (u16, u8) {
    let behind = app.clock.now().plus_millis(-12 * 3_600_000);
    let time = jiff::Timestamp::from_microsecond(behind.micros()).unwrap_or_default();
    let date = time.to_zoned(jiff::tz::TimeZone::UTC).date();
    (
        u16::try_from(date.year()).unwrap_or(0),
        u8::try_from(date.month()).unwrap_or(1),
    )
}

/// Stripe's named test methods: name, number, and what they are for.
pub(crate) const TEST_METHODS: &[(&str, &str)] = &[
    ("pm_card_visa", "4242424242424242"),
    ("pm_card_visa_debit", "4000056655665556"),
    ("pm_card_mastercard", "5555555555554444"),
    ("pm_card_amex", "378282246310005"),
    ("pm_card_chargeDeclined", "4000000000000002"),
    ("pm_card_visa_chargeDeclined", "4000000000000002"),
    (
        "pm_card_chargeDeclinedInsufficientFunds",
        "4000000000009995",
    ),
    (
        "pm_card_visa_chargeDeclinedInsufficientFunds",
        "4000000000009995",
    ),
    ("pm_card_chargeDeclinedLostCard", "4000000000009987"),
    ("pm_card_visa_chargeDeclinedLostCard", "4000000000009987"),
    ("pm_card_chargeDeclinedStolenCard", "4000000000009979"),
    ("pm_card_visa_chargeDeclinedStolenCard", "4000000000009979"),
    ("pm_card_chargeDeclinedExpiredCard", "4000000000000069"),
    ("pm_card_chargeDeclinedIncorrectCvc", "4000000000000127"),
    ("pm_card_chargeDeclinedProcessingError", "4000000000000119"),
    ("pm_card_authenticationRequired", "4000002500003155"),
    ("pm_card_threeDSecure2Required", "4000002500003155"),
];

/// The card behind one of Stripe's named test methods; `None` for any other name, and in live mode.
pub(crate) fn test_method(name: &str, mode: Mode, today: (u16, u8)) -> Option<MethodChoice> {
    let (_, number) = TEST_METHODS.iter().find(|(known, _)| *known == name)?;
    if mode != Mode::Test {
        return None;
    }
    let pan = Pan::parse(number).ok()?;
    let code = if number.starts_with('3') {
        "1234"
    } else {
        "123"
    };
    let code = SecurityCode::parse(code, pan.brand()).ok();
    let expiry = Expiry::new(today.1, today.0.saturating_add(4))?;
    let data = CardData { pan, expiry, code };
    Some(MethodChoice::New(Arc::new(NewCard {
        data,
        holder: None,
        email: None,
    })))
}

/// The keyed hash by which a repeated request is told from another one with the same key.
///
/// Covers method, path and every parameter; the card number by its own keyed fingerprint, the
/// security code not at all, because it must not be kept even as a hash.
pub(crate) fn fingerprint(
    app: &App,
    owner: Owner,
    (method, path): (&str, &str),
    tree: &Tree,
) -> [u8; 32] {
    let mut parts: Vec<Zeroizing<Vec<u8>>> = Vec::new();
    parts.push(Zeroizing::new(method.as_bytes().to_vec()));
    parts.push(Zeroizing::new(path.as_bytes().to_vec()));
    for (name, node) in tree.fields() {
        gather(app, owner, &mut vec![name.as_str()], node, &mut parts);
    }
    let parts: Vec<&[u8]> = parts.iter().map(|part| part.as_slice()).collect();
    app.vault.mac("idempotency", &parts)
}

fn gather<'a>(
    app: &App,
    owner: Owner,
    path: &mut Vec<&'a str>,
    node: &'a Node,
    parts: &mut Vec<Zeroizing<Vec<u8>>>,
) {
    match node {
        Node::Text(_) if path.ends_with(&["card", "cvc"]) => {}
        Node::Text(text) => {
            let value = if path.ends_with(&["card", "number"]) {
                number_print(app, owner, text)
            } else {
                Zeroizing::new(text.as_bytes().to_vec())
            };
            // The depth first, so that no two paths spell the same parts.
            parts.push(Zeroizing::new(path.len().to_string().into_bytes()));
            parts.extend(
                path.iter()
                    .map(|name| Zeroizing::new(name.as_bytes().to_vec())),
            );
            parts.push(value);
        }
        Node::Map(fields) => {
            for (name, inner) in fields {
                path.push(name);
                gather(app, owner, path, inner, parts);
                path.pop();
            }
        }
        Node::List(nodes) => {
            for inner in nodes {
                path.push("");
                gather(app, owner, path, inner, parts);
                path.pop();
            }
        }
    }
}

fn number_print(app: &App, owner: Owner, text: &str) -> Zeroizing<Vec<u8>> {
    let print = match Pan::parse(text) {
        Ok(pan) => app.vault.fingerprint(&owner, &pan).into_bytes(),
        Err(_) => app.vault.mac("card text", &[text.as_bytes()]).to_vec(),
    };
    Zeroizing::new(print)
}

/// Whether a text that will be kept in clear is a card number of a known network.
///
/// Narrower than [`Pan::parse`]: one number in ten has a right check digit by chance, and clients
/// make keys of counters and times.
pub(crate) fn is_card_number(text: &str) -> bool {
    let pan = Pan::parse(text).ok();
    pan.is_some_and(|pan| pan.brand() != Brand::Unknown && pan.digits().len() >= 15)
}

/// The refusal of card data; the table says which part, `path` under which name it was sent.
pub(crate) fn card_fault(fault: CardFault, path: &str) -> ApiError {
    let error = ApiError::from(fault);
    let part = error.row().param;
    error.with_param(format!("{path}[{part}]"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_number_is_told_from_a_counter_and_a_time() {
        for text in ["4242424242424242", "4242 4242 4242 4242", "378282246310005"] {
            assert!(is_card_number(text));
        }
        for text in [
            "order-6735",
            "1795355587120",
            "1795355587123456",
            "4242424242424241",
            "",
        ] {
            assert!(!is_card_number(text), "{text}");
        }
    }
}
