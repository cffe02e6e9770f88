//! What the first digits of a number tell: the network, and whether it is a number for tests.
//!
//! No table of issuers: country and funding of real cards need a licensed list, so they stay
//! unknown.

use domain::{Brand, Funding};

/// Ranges of the first six digits, both ends included, as the networks publish them.
///
/// 622126–622925 is shared between Discover and UnionPay; the card bears UnionPay's mark.
const RANGES: &[(u32, u32, Brand)] = &[
    (222_100, 272_099, Brand::Mastercard),
    (300_000, 305_999, Brand::Diners),
    (309_500, 309_599, Brand::Diners),
    (340_000, 349_999, Brand::Amex),
    (352_800, 358_999, Brand::Jcb),
    (360_000, 369_999, Brand::Diners),
    (370_000, 379_999, Brand::Amex),
    (380_000, 399_999, Brand::Diners),
    (400_000, 499_999, Brand::Visa),
    (510_000, 559_999, Brand::Mastercard),
    (601_100, 601_199, Brand::Discover),
    (620_000, 629_999, Brand::UnionPay),
    (644_000, 659_999, Brand::Discover),
    (810_000, 817_199, Brand::UnionPay),
];

/// Every number that begins so is a test number: no bank was ever given this range, and the numbers
/// that integrators know for declines and challenges lie in it.
const TEST_BIN: &str = "400000";

/// The other numbers that every integrator knows, with their funding.
const TEST_NUMBERS: &[(&str, Funding)] = &[
    ("30569309025904", Funding::Credit),
    ("3056930009020004", Funding::Credit),
    ("3566002020360505", Funding::Credit),
    ("36227206271667", Funding::Credit),
    ("371449635398431", Funding::Credit),
    ("378282246310005", Funding::Credit),
    ("4000056655665556", Funding::Debit),
    ("4242424242424242", Funding::Credit),
    ("5105105105105100", Funding::Unknown),
    ("5200828282828210", Funding::Debit),
    ("5555555555554444", Funding::Credit),
    ("2223003122003222", Funding::Credit),
    ("6011000990139424", Funding::Credit),
    ("6011111111111117", Funding::Credit),
    ("6011981111111113", Funding::Debit),
    ("6200000000000005", Funding::Credit),
    ("6200000000000047", Funding::Credit),
    ("6205500000000000004", Funding::Credit),
];

/// The network of a number.
pub(crate) fn brand(digits: &str) -> Brand {
    let Some(first) = digits.get(..6).and_then(|six| six.parse::<u32>().ok()) else {
        return Brand::Unknown;
    };
    RANGES
        .iter()
        .find(|(low, high, _)| (*low..=*high).contains(&first))
        .map_or(Brand::Unknown, |(_, _, brand)| *brand)
}

/// Whether a number exists for tests only.
pub(crate) fn is_test(digits: &str) -> bool {
    digits.starts_with(TEST_BIN) || TEST_NUMBERS.iter().any(|(number, _)| *number == digits)
}

/// Credit or debit, which is known of test numbers only.
pub(crate) fn funding(digits: &str) -> Funding {
    let listed = TEST_NUMBERS.iter().find(|(number, _)| *number == digits);
    match listed {
        Some((_, funding)) => *funding,
        None if is_test(digits) => Funding::Credit,
        None => Funding::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Pan;

    fn starts(first: &str) -> Brand {
        brand(&format!("{first:0<16}"))
    }

    #[test]
    fn each_network_is_known_by_its_first_digits() {
        for (first, expect) in [
            ("4", Brand::Visa),
            ("51", Brand::Mastercard),
            ("55", Brand::Mastercard),
            ("34", Brand::Amex),
            ("37", Brand::Amex),
            ("36", Brand::Diners),
            ("3095", Brand::Diners),
            ("6011", Brand::Discover),
            ("65", Brand::Discover),
            ("62", Brand::UnionPay),
            ("81", Brand::UnionPay),
        ] {
            assert_eq!(starts(first), expect, "{first}");
        }
    }

    #[test]
    fn the_edges_of_the_ranges_are_exact() {
        for (first, expect) in [
            ("222099", Brand::Unknown),
            ("222100", Brand::Mastercard),
            ("272099", Brand::Mastercard),
            ("272100", Brand::Unknown),
            ("352799", Brand::Unknown),
            ("352800", Brand::Jcb),
            ("358999", Brand::Jcb),
            ("359000", Brand::Unknown),
            ("305999", Brand::Diners),
            ("306000", Brand::Unknown),
            ("509999", Brand::Unknown),
            ("560000", Brand::Unknown),
            ("601200", Brand::Unknown),
            ("643999", Brand::Unknown),
            ("644000", Brand::Discover),
            ("817200", Brand::Unknown),
        ] {
            assert_eq!(starts(first), expect, "{first}");
        }
    }

    #[test]
    fn the_ranges_do_not_overlap() {
        for pair in RANGES.windows(2) {
            assert!(pair[0].1 < pair[1].0, "{pair:?}");
        }
    }

    #[test]
    fn too_few_digits_have_no_network() {
        assert_eq!(brand("4242"), Brand::Unknown);
    }

    #[test]
    fn every_test_number_could_be_a_card() {
        for (number, _) in TEST_NUMBERS {
            let pan = Pan::parse(number).unwrap();
            assert!(pan.is_test());
            assert_ne!(pan.brand(), Brand::Unknown, "{number}");
        }
    }

    #[test]
    fn a_number_outside_the_list_is_not_for_tests() {
        assert!(!is_test("4111111111111111"));
        assert_eq!(funding("4111111111111111"), Funding::Unknown);
    }

    #[test]
    fn the_numbers_for_declines_are_for_tests() {
        assert!(is_test("4000000000000002"));
        assert_eq!(funding("4000000000009995"), Funding::Credit);
        assert_eq!(funding("4000056655665556"), Funding::Debit);
    }
}
