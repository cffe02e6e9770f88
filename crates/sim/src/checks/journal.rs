//! Our side against the acquirer's: transaction by transaction in both directions, and in sum.

use std::collections::HashMap;

use domain::{Account, Attempt, AttemptStatus, Money, Refund, RefundStatus, Timestamp, Trace};
use sandbox::{Key, Kind, Standing, State};

use super::Books;

/// What of ours a transaction of theirs is.
#[derive(Clone, Copy)]
enum Ours<'a> {
    Attempt(&'a Attempt),
    Refund(&'a Refund),
}

pub(super) fn findings(books: &Books, standings: &[Standing]) -> Vec<String> {
    let mut found = Vec::new();
    let mut ours: HashMap<Key, Ours<'_>> = HashMap::new();
    let attempts = books.attempts.values();
    let attempts = attempts.map(|one| (&one.trace, Ours::Attempt(one)));
    let refunds = books.refunds.values();
    let refunds = refunds.map(|one| (&one.trace, Ours::Refund(one)));
    for (trace, one) in attempts.chain(refunds) {
        match key(trace) {
            Some(key) if !ours.contains_key(&key) => {
                ours.insert(key, one);
            }
            _ => found.push(format!("the trace {trace:?} does not identify a message")),
        }
    }
    let theirs: HashMap<Key, &Standing> = standings.iter().map(|one| (one.key, one)).collect();
    for standing in standings {
        let differs = match ours.get(&standing.key) {
            None => Some("is none of ours".to_owned()),
            Some(Ours::Attempt(attempt)) => against_attempt(standing, attempt),
            Some(Ours::Refund(refund)) => against_refund(standing, refund),
        };
        found.extend(differs.map(|how| format!("the acquirer's {} {how}", standing.key)));
    }
    for (key, one) in &ours {
        let theirs = theirs.get(key).filter(|one| one.state == State::Approved);
        if let (true, None) = (has_money(*one), theirs) {
            found.push(format!("{}: the acquirer has nothing of it", name(*one)));
        }
    }
    found.extend(sums(books, standings));
    found
}

/// The acquirer's identity of a message of ours: terminal, DE 7 in UTC, trace number.
fn key(trace: &Trace) -> Option<Key> {
    Key::new(&trace.terminal, transmitted(trace.sent_at)?, trace.stan)
}

/// DE 7: MMDDhhmmss.
fn transmitted(at: Timestamp) -> Option<u64> {
    let time = jiff::Timestamp::from_second(at.seconds()).ok()?;
    let time = time.to_zoned(jiff::tz::TimeZone::UTC);
    time.strftime("%m%d%H%M%S").to_string().parse().ok()
}

fn has_money(one: Ours<'_>) -> bool {
    match one {
        Ours::Attempt(attempt) => attempt.status == AttemptStatus::Approved,
        Ours::Refund(refund) => refund.status == RefundStatus::Succeeded,
    }
}

fn name(one: Ours<'_>) -> String {
    match one {
        Ours::Attempt(attempt) => format!("{} of {}", attempt.id, attempt.payment),
        Ours::Refund(refund) => format!("{} of {}", refund.id, refund.payment),
    }
}

fn against_attempt(standing: &Standing, attempt: &Attempt) -> Option<String> {
    let id = attempt.id;
    let status = attempt.status;
    if standing.kind == Kind::Refund {
        return Some(format!("is a refund, our {id} is none"));
    }
    if status == AttemptStatus::NotSent {
        return Some(format!("came, although our {id} was certainly not sent"));
    }
    let counts = standing.state == State::Approved;
    let is_ours = status == AttemptStatus::Approved;
    if counts != is_ours {
        return Some(format!("is {:?}, our {id} is {status}", standing.state));
    }
    if !counts {
        let taken = attempt.captured_minor;
        return (taken != 0).then(|| format!("counts for nothing, our {id} took {taken}"));
    }
    if !is_equal(attempt.amount, standing.amount_minor, &standing.currency) {
        return Some(format!("is of another amount than our {id}"));
    }
    if minor(standing.captured_minor) != attempt.captured_minor {
        let (theirs, ours) = (standing.captured_minor, attempt.captured_minor);
        return Some(format!("took {theirs}, our {id} took {ours}"));
    }
    let (theirs, ours) = (standing.refunded_minor, attempt.refunded_minor);
    (minor(theirs) != ours).then(|| format!("gave back {theirs}, our {id} gave back {ours}"))
}

fn against_refund(standing: &Standing, refund: &Refund) -> Option<String> {
    let (id, status) = (refund.id, refund.status);
    if standing.kind != Kind::Refund {
        return Some(format!("is no refund, our {id} is one"));
    }
    let counts = standing.state == State::Approved;
    if counts != (status == RefundStatus::Succeeded) {
        return Some(format!("is {:?}, our {id} is {status}", standing.state));
    }
    let is_same = is_equal(refund.amount, standing.amount_minor, &standing.currency);
    (counts && !is_same).then(|| format!("is of another amount than our {id}"))
}

fn is_equal(ours: Money, amount_minor: u64, currency: &str) -> bool {
    let numeric = format!("{:03}", ours.currency.numeric());
    minor(amount_minor) == ours.minor && currency == numeric
}

/// An amount beyond every payment equals none of ours.
fn minor(amount: u64) -> i64 {
    i64::try_from(amount).unwrap_or(i64::MIN)
}

/// What the acquirer owes us by our books is what it took and did not give back by its own.
fn sums(books: &Books, standings: &[Standing]) -> Vec<String> {
    let mut theirs: HashMap<String, i64> = HashMap::new();
    for one in standings.iter().filter(|one| one.state == State::Approved) {
        let moved = if one.kind == Kind::Refund {
            -minor(one.amount_minor)
        } else {
            minor(one.captured_minor)
        };
        *theirs.entry(one.currency.clone()).or_default() += moved;
    }
    let receivable = books.balances.iter().filter(|balance| {
        balance.account == Account::AcquirerReceivable && balance.owner == books.owner
    });
    for balance in receivable {
        let numeric = domain::Currency::parse(&balance.currency).map_or(0, |one| one.numeric());
        *theirs.entry(format!("{numeric:03}")).or_default() -= balance.posted_minor;
    }
    let different = theirs
        .into_iter()
        .filter(|(_, difference)| *difference != 0);
    different
        .map(|(currency, by)| format!("the acquirer owes {by} more in {currency} than we have"))
        .collect()
}
