//! Prints `docs/reference/errors.md` from the table, so that it cannot go stale.

use std::fmt::Write as _;
use std::path::Path;

use domain::payment::{PaymentError, PaymentStatus};
use domain::{DeclineReason, PayoutStatus, Refusal};

use super::{AccessFault, CardFault, Cause, row};
use crate::form::FaultKind;

/// Every refusal there is, in the order of the page.
fn refusals() -> impl Iterator<Item = Refusal> {
    let states = PaymentStatus::ALL.iter();
    let states = states.map(|status| Refusal::UnexpectedStatus(*status));
    let first = Refusal::UnexpectedStatus(PaymentStatus::RequiresPaymentMethod);
    states.chain(std::iter::successors(after(first), |last| after(*last)))
}

/// What comes after a refusal on the page; the compiler asks for the place of a new one here.
const fn after(refusal: Refusal) -> Option<Refusal> {
    Some(match refusal {
        Refusal::UnexpectedStatus(_) => Refusal::AmountTooSmall,
        Refusal::AmountTooSmall => Refusal::AmountTooLarge,
        Refusal::AmountTooLarge => Refusal::CurrencyNotTaken,
        Refusal::CurrencyNotTaken => Refusal::PaymentMethodMissing,
        Refusal::PaymentMethodMissing => Refusal::PaymentMethodOfAnotherCustomer,
        Refusal::PaymentMethodOfAnotherCustomer => Refusal::PaymentMethodOfNobody,
        Refusal::PaymentMethodOfNobody => Refusal::TestCardInLiveMode,
        Refusal::TestCardInLiveMode => Refusal::RealCardInTestMode,
        Refusal::RealCardInTestMode => Refusal::LiveModeNotConfigured,
        Refusal::LiveModeNotConfigured => Refusal::AmountAboveCapturable,
        Refusal::AmountAboveCapturable => Refusal::NothingToRefund,
        Refusal::NothingToRefund => Refusal::AlreadyRefunded,
        Refusal::AlreadyRefunded => Refusal::AmountAboveRefundable,
        Refusal::AmountAboveRefundable => Refusal::TooManyPairs,
        Refusal::TooManyPairs => Refusal::ExpiryOutOfBounds,
        Refusal::ExpiryOutOfBounds => Refusal::EndpointsTooMany,
        Refusal::EndpointsTooMany => Refusal::EndpointDisabled,
        Refusal::EndpointDisabled => Refusal::PriceInactive,
        Refusal::PriceInactive => Refusal::PriceRecurring,
        Refusal::PriceRecurring => Refusal::PriceOfAnotherProduct,
        Refusal::PriceOfAnotherProduct => Refusal::PriceIsDefault,
        Refusal::PriceIsDefault => Refusal::LookupKeyTaken,
        Refusal::LookupKeyTaken => Refusal::ProductHasPrices,
        Refusal::ProductHasPrices => Refusal::CurrenciesMixed,
        Refusal::CurrenciesMixed => Refusal::PaymentLinkClosed,
        Refusal::PaymentLinkClosed => Refusal::BalanceInsufficient,
        Refusal::BalanceInsufficient => Refusal::PayoutEnded(PayoutStatus::Paid),
        Refusal::PayoutEnded(PayoutStatus::Paid) => Refusal::PayoutEnded(PayoutStatus::Failed),
        Refusal::PayoutEnded(PayoutStatus::Failed) => Refusal::PayoutEnded(PayoutStatus::Canceled),
        Refusal::PayoutEnded(_) => return None,
    })
}

/// Everything the outside may be told, by what it is about.
pub(crate) fn sections() -> Vec<(&'static str, Vec<Cause>)> {
    let errors = DeclineReason::ALL
        .iter()
        .map(|reason| PaymentError::Declined(*reason));
    let errors = errors.chain([PaymentError::Processing, PaymentError::AuthenticationFailed]);
    let requests = FaultKind::ALL.iter().copied().map(Cause::Request);
    let others = [
        Cause::PathUnknown,
        Cause::OperationUnsupported,
        Cause::MethodUnknown,
        Cause::KeyReused,
        Cause::KeyInUse,
        Cause::Busy,
        Cause::RateLimited,
        Cause::NotExpandable,
        Cause::Internal,
    ];
    vec![
        (
            "Refused by the rules of money",
            refusals().map(Cause::Refused).collect(),
        ),
        (
            "Payments that were not made",
            errors.map(Cause::Payment).collect(),
        ),
        (
            "Card data that cannot be right",
            CardFault::ALL.iter().copied().map(Cause::Card).collect(),
        ),
        ("Wrong parameters and bodies", requests.collect()),
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
