//! Prints `docs/reference/errors.md` from the table, so that it cannot go stale.

use std::fmt::Write as _;
use std::path::Path;

use domain::payment::{PaymentError, PaymentStatus};
use domain::{DeclineReason, Refusal};

use super::{AccessFault, CardFault, Cause, row};
use crate::form::FaultKind;

/// Every refusal there is: the list follows the enum, because a new one breaks `place` below.
fn refusals() -> Vec<Refusal> {
    let mut all: Vec<Refusal> = PaymentStatus::ALL
        .iter()
        .map(|status| Refusal::UnexpectedStatus(*status))
        .collect();
    all.extend([
        Refusal::AmountTooSmall,
        Refusal::AmountTooLarge,
        Refusal::CurrencyNotTaken,
        Refusal::PaymentMethodMissing,
        Refusal::PaymentMethodOfAnotherCustomer,
        Refusal::TestCardInLiveMode,
        Refusal::RealCardInTestMode,
        Refusal::LiveModeNotConfigured,
        Refusal::AmountAboveCapturable,
        Refusal::NothingToRefund,
        Refusal::AlreadyRefunded,
        Refusal::AmountAboveRefundable,
        Refusal::PriceInactive,
        Refusal::PriceRecurring,
        Refusal::PriceOfAnotherProduct,
        Refusal::PriceIsDefault,
        Refusal::LookupKeyTaken,
        Refusal::ProductHasPrices,
        Refusal::CurrenciesMixed,
        Refusal::PaymentLinkClosed,
    ]);
    all
}

/// Where a refusal stands in the list above; the compiler asks for a new one here.
const fn place(refusal: Refusal) -> usize {
    match refusal {
        Refusal::UnexpectedStatus(_) => 0,
        Refusal::AmountTooSmall => 1,
        Refusal::AmountTooLarge => 2,
        Refusal::CurrencyNotTaken => 3,
        Refusal::PaymentMethodMissing => 4,
        Refusal::PaymentMethodOfAnotherCustomer => 5,
        Refusal::TestCardInLiveMode => 6,
        Refusal::RealCardInTestMode => 7,
        Refusal::LiveModeNotConfigured => 8,
        Refusal::AmountAboveCapturable => 9,
        Refusal::NothingToRefund => 10,
        Refusal::AlreadyRefunded => 11,
        Refusal::AmountAboveRefundable => 12,
        Refusal::PriceInactive => 13,
        Refusal::PriceRecurring => 14,
        Refusal::PriceOfAnotherProduct => 15,
        Refusal::PriceIsDefault => 16,
        Refusal::LookupKeyTaken => 17,
        Refusal::ProductHasPrices => 18,
        Refusal::CurrenciesMixed => 19,
        Refusal::PaymentLinkClosed => 20,
    }
}

fn sections() -> Vec<(&'static str, Vec<Cause>)> {
    let errors = DeclineReason::ALL
        .iter()
        .map(|reason| PaymentError::Declined(*reason));
    let errors = errors.chain([PaymentError::Processing, PaymentError::AuthenticationFailed]);
    let requests = FaultKind::ALL.iter().copied().map(Cause::Request);
    let others = [
        Cause::ResourceMissing,
        Cause::PathUnknown,
        Cause::MethodUnknown,
        Cause::KeyReused,
        Cause::KeyInUse,
        Cause::Busy,
        Cause::NotExpandable,
        Cause::Internal,
    ];
    vec![
        (
            "Refused by the rules of money",
            refusals().into_iter().map(Cause::Refused).collect(),
        ),
        (
            "Payments that were not made",
            errors.map(Cause::Payment).collect(),
        ),
        (
            "Card data that cannot be right",
            CardFault::ALL.iter().copied().map(Cause::Card).collect(),
        ),
        ("Requests that cannot be read", requests.collect()),
        (
            "Who asks",
            AccessFault::ALL
                .iter()
                .copied()
                .map(Cause::Access)
                .collect(),
        ),
        ("Everything else", others.to_vec()),
    ]
}

fn page() -> String {
    let mut text = String::from(
        "# Errors\n\nPrinted by a test of `server`; do not edit.\n\nEvery answer that is not a \
         success is `{\"error\": {…}}` with the fields below; those without a value are left out. \
         A failed payment carries the payment as `payment_intent` and its `charge`. A message may \
         change; a code does not.\n",
    );
    for (title, causes) in sections() {
        let _ = write!(
            text,
            "\n## {title}\n\n| status | type | code | decline_code | param | message |\n\
             |---|---|---|---|---|---|\n"
        );
        for cause in causes {
            let row = row(cause);
            let code = |text: &str| match text {
                "" => "–".to_owned(),
                text => format!("`{text}`"),
            };
            let _ = writeln!(
                text,
                "| {} | `{}` | {} | {} | {} | {} |",
                row.status,
                row.kind.as_str(),
                code(row.code),
                code(row.decline_code),
                code(row.param),
                row.message.replace(['{', '}'], "*"),
            );
        }
    }
    text
}

#[test]
fn the_page_of_errors_is_the_table() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/errors.md");
    let stored = std::fs::read_to_string(&path).unwrap_or_default();
    if stored != page() {
        std::fs::write(&path, page()).unwrap();
        panic!("errors.md was stale and is written anew: look at it and commit it");
    }
}

#[test]
fn the_page_lists_every_refusal() {
    let mut places: Vec<usize> = refusals().into_iter().map(place).collect();
    places.dedup();
    assert_eq!(places, (0..=20).collect::<Vec<_>>());
}

#[test]
fn every_line_is_a_whole_one() {
    for cause in sections().into_iter().flat_map(|(_, causes)| causes) {
        let row = row(cause);
        assert!(
            axum::http::StatusCode::from_u16(row.status).is_ok(),
            "{cause:?}"
        );
        assert!(!row.message.is_empty(), "{cause:?}");
        for gap in row.message.split('{').skip(1) {
            let is_known = gap.starts_with("param}") || gap.starts_with("detail}");
            assert!(is_known, "{cause:?}: {}", row.message);
        }
    }
}
