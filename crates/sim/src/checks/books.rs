//! Our side: all records of one owner, and whether they agree among themselves.

use std::collections::HashMap;

use domain::{Account, Attempt, AttemptId, Owner, Payment, PaymentId, Refund, RefundId};
use store::events::Event;
use store::ledger::{Balance, Report};
use store::{Cursor, Page, Store, Tx};

use super::MARKER;

/// More records than any run makes.
const ALL: i64 = 10_000_000;

/// All records of one owner.
#[derive(Debug)]
pub struct Books {
    /// Whose.
    pub owner: Owner,
    pub(crate) payments: HashMap<PaymentId, Payment>,
    pub(crate) attempts: HashMap<AttemptId, Attempt>,
    pub(crate) refunds: HashMap<RefundId, Refund>,
    pub(crate) events: Vec<Event>,
    pub(crate) balances: Vec<Balance>,
    pub(crate) report: Report,
}

impl Books {
    /// Reads them in one view.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn read(store: &Store, owner: Owner) -> Result<Self, store::Error> {
        store.read(move |tx| read(tx, owner)).await
    }

    /// Whether everything has ended: nothing unknown, nothing owed.
    pub fn is_at_rest(&self) -> bool {
        let Report {
            unknown_attempts,
            unknown_refunds,
            owed_advices,
            ..
        } = &self.report;
        unknown_attempts.is_empty() && unknown_refunds.is_empty() && *owed_advices == 0
    }

    /// What the acquirer owes in sum, in minor units; of one currency only.
    pub fn owed_minor(&self) -> i64 {
        let receivable = self.balances.iter();
        let receivable = receivable.filter(|one| one.account == Account::AcquirerReceivable);
        receivable.map(|one| one.posted_minor).sum()
    }

    /// What is wrong without looking anywhere else.
    pub(super) fn findings(&self) -> Vec<String> {
        let Report {
            findings,
            unknown_attempts,
            unknown_refunds,
            ..
        } = &self.report;
        let broken = findings.iter();
        let mut found: Vec<String> = broken
            .map(|one| format!("{}: the rule \"{}\" is broken", one.subject, one.rule))
            .collect();
        for id in unknown_attempts.iter().chain(unknown_refunds) {
            found.push(format!("{id}: its end is not known"));
        }
        if self.report.owed_advices > 0 {
            let owed = self.report.owed_advices;
            found.push(format!("{owed} messages are still owed to the acquirer"));
        }
        for id in &self.report.failed_advices {
            found.push(format!("{id}: the acquirer did not accept it"));
        }
        found.extend(self.given_back_too_much());
        found.extend(self.paid_twice());
        found
    }

    fn given_back_too_much(&self) -> Vec<String> {
        let mut given: HashMap<PaymentId, i64> = HashMap::new();
        for refund in self.refunds.values() {
            if refund.status == domain::RefundStatus::Succeeded {
                *given.entry(refund.payment).or_default() += refund.amount.minor;
            }
        }
        let taken = |id| {
            self.payments
                .get(id)
                .map_or(0, |payment| payment.captured_minor)
        };
        let too_much = given.iter().filter(|(id, given)| **given > taken(id));
        too_much
            .map(|(id, given)| format!("{id}: {given} given back of {} taken", taken(id)))
            .collect()
    }

    fn paid_twice(&self) -> Vec<String> {
        let mut by_marker: HashMap<&str, Vec<String>> = HashMap::new();
        for payment in self.payments.values() {
            if let Some(marker) = payment.metadata.get(MARKER) {
                by_marker
                    .entry(marker)
                    .or_default()
                    .push(payment.id.to_string());
            }
        }
        let twice = by_marker.into_iter().filter(|(_, ids)| ids.len() > 1);
        twice
            .map(|(marker, ids)| format!("{}: all were made for {marker}", ids.join(", ")))
            .collect()
    }
}

fn read(tx: &Tx<'_>, owner: Owner) -> Result<Books, store::Error> {
    let payments = store::payments::list(tx, owner, &all())?;
    let attempts = store::attempts::list(tx, owner, &all())?;
    let refunds = store::refunds::list(tx, owner, &all())?;
    Ok(Books {
        owner,
        payments: payments.into_iter().map(|one| (one.id, one)).collect(),
        attempts: attempts.into_iter().map(|one| (one.id, one)).collect(),
        refunds: refunds.into_iter().map(|one| (one.id, one)).collect(),
        events: store::events::list(tx, owner, &all())?,
        balances: store::ledger::balances(tx)?,
        report: store::ledger::verify(tx)?,
    })
}

const fn all<Id>() -> Page<Id> {
    Page::new(ALL, Cursor::Newest)
}
