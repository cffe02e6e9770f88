//! Amounts as payers read them: `1 234,56 €` in French, `€1,234.56` in English.
//!
//! Works on digits as text, so no amount ever becomes a fraction. Does not convert and does not
//! read amounts: payers never type one here.

use domain::{Currency, Money};

use super::Language;

const NO_BREAK: char = '\u{a0}';
const NARROW_NO_BREAK: char = '\u{202f}';
const MINUS: char = '\u{2212}';

/// Currencies whose sign can be taken for no other where this page is read. `$` or `kr` of another
/// country would be a wrong promise, and an Arabic sign would turn the line around, so all others
/// show their code.
const SIGNED: [&str; 4] = ["EUR", "GBP", "JPY", "USD"];

/// The amount with its currency. No line breaks inside.
pub(super) fn format(money: Money, language: Language) -> String {
    let number = decimal(money, language);
    let sign = if money.minor < 0 {
        MINUS.to_string()
    } else {
        String::new()
    };
    let currency = mark(money.currency);
    match language {
        Language::French => format!("{sign}{number}{NO_BREAK}{currency}"),
        Language::English if currency == money.currency.code() => {
            format!("{sign}{currency}{NO_BREAK}{number}")
        }
        Language::English => format!("{sign}{currency}{number}"),
    }
}

fn mark(currency: Currency) -> String {
    match SIGNED.contains(&currency.code()) {
        true => currency.symbol(),
        false => currency.code().to_owned(),
    }
}

/// The digits without sign and currency.
fn decimal(money: Money, language: Language) -> String {
    let exponent = usize::try_from(money.currency.exponent()).unwrap_or(0);
    let digits = format!(
        "{:0>width$}",
        money.minor.unsigned_abs(),
        width = exponent + 1
    );
    let (whole, fraction) = digits.split_at(digits.len() - exponent);
    let (separator, point) = match language {
        Language::French => (NARROW_NO_BREAK, ','),
        Language::English => (',', '.'),
    };
    let whole = grouped(whole, separator);
    if fraction.is_empty() {
        whole
    } else {
        format!("{whole}{point}{fraction}")
    }
}

/// Digits in threes from the right.
fn grouped(digits: &str, separator: char) -> String {
    let mut text = String::with_capacity(digits.len() * 2);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(separator);
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(minor: i64, code: &str, french: &str, english: &str) {
        let money = Money::new(minor, Currency::parse(code).unwrap());
        assert_eq!(format(money, Language::French), french);
        assert_eq!(format(money, Language::English), english);
    }

    #[test]
    fn every_exponent_keeps_its_digits() {
        check(1250, "eur", "12,50\u{a0}€", "€12.50");
        check(1250, "jpy", "1\u{202f}250\u{a0}¥", "¥1,250");
        check(12_345, "tnd", "12,345\u{a0}TND", "TND\u{a0}12.345");
        check(5, "eur", "0,05\u{a0}€", "€0.05");
        check(5, "kwd", "0,005\u{a0}KWD", "KWD\u{a0}0.005");
        check(0, "jpy", "0\u{a0}¥", "¥0");
    }

    #[test]
    fn thousands_are_grouped() {
        check(99_999_999, "eur", "999\u{202f}999,99\u{a0}€", "€999,999.99");
        check(100_000, "usd", "1\u{202f}000,00\u{a0}$", "$1,000.00");
        check(99_999, "gbp", "999,99\u{a0}£", "£999.99");
    }

    #[test]
    fn a_sign_shared_by_currencies_is_not_used() {
        check(1250, "cad", "12,50\u{a0}CAD", "CAD\u{a0}12.50");
        check(1250, "chf", "12,50\u{a0}CHF", "CHF\u{a0}12.50");
        check(1250, "cny", "12,50\u{a0}CNY", "CNY\u{a0}12.50");
    }

    #[test]
    fn what_goes_back_has_a_true_minus() {
        check(-500, "eur", "\u{2212}5,00\u{a0}€", "\u{2212}€5.00");
        check(
            -500,
            "chf",
            "\u{2212}5,00\u{a0}CHF",
            "\u{2212}CHF\u{a0}5.00",
        );
        let least = Money::new(i64::MIN, Currency::EUR);
        assert!(format(least, Language::English).ends_with("547,758.08"));
    }
}
