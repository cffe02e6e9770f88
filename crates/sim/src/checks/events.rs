//! Whether every end was told exactly once.
//!
//! Events are opaque here but for the ids in them, so that any rendering can be checked.

use std::collections::{BTreeSet, HashMap};

use domain::{AttemptId, PaymentId, RefundId};
use domain::{AttemptStatus, EventKind, PaymentStatus, RefundStatus};

use super::Books;

/// The digits behind an id's prefix.
const DIGITS: usize = 22;

/// How often a kind of event named an id.
struct Counts(HashMap<(&'static str, String), usize>);

impl Counts {
    fn of(&self, kinds: &[EventKind], id: &str) -> usize {
        let count = |kind: &EventKind| self.0.get(&(kind.as_str(), id.to_owned())).copied();
        kinds.iter().filter_map(count).sum()
    }
}

pub(super) fn findings(books: &Books) -> Vec<String> {
    let mut counts = Counts(HashMap::new());
    for event in &books.events {
        let text = String::from_utf8_lossy(&event.object);
        for id in ids(&text) {
            *counts.0.entry((event.kind.as_str(), id)).or_default() += 1;
        }
    }
    let mut found = Vec::new();
    let mut expect = |id: String, kinds: &[EventKind], times: usize| {
        let told = counts.of(kinds, &id);
        if told != times {
            let kind = kinds.first().map_or("", |kind| kind.as_str());
            found.push(format!(
                "{id}: {kind} was told {told} times instead of {times}"
            ));
        }
    };
    for payment in books.payments.values() {
        let id = payment.id.to_string();
        let paid = usize::from(payment.status == PaymentStatus::Succeeded);
        let given_up = usize::from(payment.status == PaymentStatus::Canceled);
        expect(id.clone(), &[EventKind::PaymentCreated], 1);
        expect(id.clone(), &[EventKind::PaymentSucceeded], paid);
        expect(id, &[EventKind::PaymentCanceled], given_up);
    }
    for attempt in books.attempts.values() {
        let ended = !matches!(attempt.status, AttemptStatus::Challenged);
        let kinds = [EventKind::ChargeSucceeded, EventKind::ChargeFailed];
        expect(attempt.id.to_string(), &kinds, usize::from(ended));
    }
    for refund in books.refunds.values() {
        let id = refund.id.to_string();
        let given = usize::from(refund.status == RefundStatus::Succeeded);
        let failed = usize::from(refund.status == RefundStatus::Failed);
        expect(id.clone(), &[EventKind::RefundCreated], 1);
        expect(id.clone(), &[EventKind::RefundUpdated], given);
        expect(id, &[EventKind::RefundFailed], failed);
    }
    found
}

/// The ids of payments, attempts and refunds in a text, each once.
fn ids(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for prefix in [PaymentId::PREFIX, AttemptId::PREFIX, RefundId::PREFIX] {
        for (start, _) in text.match_indices(prefix) {
            let Some(id) = text.get(start..start + prefix.len() + DIGITS) else {
                continue;
            };
            let is_one = PaymentId::parse(id).is_some()
                || AttemptId::parse(id).is_some()
                || RefundId::parse(id).is_some();
            if is_one {
                found.insert(id.to_owned());
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_found_in_any_rendering_and_once_each() {
        let payment = PaymentId::from_bytes([3; 16]).to_string();
        let attempt = AttemptId::from_bytes([4; 16]).to_string();
        let text = format!("{{\"id\":\"{attempt}\",\"a\":\"{payment}\",\"b\":\"{payment}\"}} ch_x");
        let expected = BTreeSet::from([payment, attempt]);
        assert_eq!(ids(&text), expected);
    }
}
