//! Proves the books: the ledger against itself, and the payments against the ledger.
//!
//! Reads everything in one view, so it can run beside a serving process. Balances are sums of transfers; there is no
//! balance row to compare with.

use domain::{Account, Owner};

use crate::value::values;
use crate::{Error, Tx};

/// Something that must not be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule that does not hold.
    pub rule: &'static str,
    /// The payment or transfer it is about.
    pub subject: String,
}

/// The state of the books.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// How many payments were looked at.
    pub payments: i64,
    /// How many transfers.
    pub transfers: i64,
    /// What must not be.
    pub findings: Vec<Finding>,
    /// Attempts whose end is not known yet.
    pub unknown_attempts: Vec<String>,
    /// Refunds whose end is not known yet.
    pub unknown_refunds: Vec<String>,
    /// Messages still owed to a rail.
    pub owed_advices: i64,
    /// Messages a rail refused, or never answered: a person must look.
    pub failed_advices: Vec<String>,
}

/// Sum of one account of one owner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Balance {
    /// Whose.
    pub owner: Owner,
    /// Which account.
    pub account: Account,
    /// ISO 4217 code.
    pub currency: String,
    /// Posted debits less posted credits, in minor units.
    pub posted_minor: i64,
}

const ONE_SIDED: &str = "SELECT payment_id FROM transfers \
    WHERE debit = credit OR amount_minor <= 0 LIMIT 100";
const RESOLVED_WRONGLY: &str = "SELECT t.payment_id FROM transfers t \
    LEFT JOIN transfers p ON p.id = t.resolves WHERE t.resolves IS NOT NULL \
    AND (p.id IS NULL OR p.state <> 'pending' OR p.payment_id <> t.payment_id \
    OR p.debit <> t.debit OR p.credit <> t.credit OR p.currency <> t.currency \
    OR t.amount_minor > p.amount_minor) LIMIT 100";
const WITHOUT_PAYMENT: &str = "SELECT t.payment_id FROM transfers t \
    LEFT JOIN payments p ON p.id = t.payment_id WHERE p.id IS NULL \
    OR p.merchant_id <> t.merchant_id OR p.livemode <> t.livemode \
    OR p.currency <> t.currency LIMIT 100";
const CAPTURED_WRONGLY: &str = "SELECT p.id FROM payments p \
    LEFT JOIN (SELECT payment_id, SUM(amount_minor) AS taken FROM transfers \
    WHERE state = 'posted' AND cause IN ('purchase', 'capture') GROUP BY payment_id) t \
    ON t.payment_id = p.id WHERE p.captured_minor <> COALESCE(t.taken, 0) LIMIT 100";
const REFUNDED_WRONGLY: &str = "SELECT p.id FROM payments p \
    LEFT JOIN (SELECT r.payment_id, SUM(r.amount_minor) AS given FROM transfers r \
    LEFT JOIN transfers v ON v.resolves = r.id AND v.state = 'voided' \
    WHERE r.cause = 'refund_reserved' AND v.id IS NULL GROUP BY r.payment_id) t \
    ON t.payment_id = p.id WHERE p.refunded_minor <> COALESCE(t.given, 0) LIMIT 100";
const ABOVE_CAPTURED: &str = "SELECT id FROM payments WHERE refunded_minor > captured_minor \
    OR captured_minor > amount_minor OR refunded_minor < 0 OR captured_minor < 0 LIMIT 100";
const STATUS_WRONGLY: &str = "SELECT id FROM payments \
    WHERE (status = 'succeeded' AND captured_minor = 0) \
    OR (status <> 'succeeded' AND captured_minor <> 0) LIMIT 100";
const CAPTURABLE_WRONGLY: &str = "SELECT p.id FROM payments p \
    LEFT JOIN (SELECT a.payment_id, COUNT(*) AS held FROM transfers a \
    LEFT JOIN transfers r ON r.resolves = a.id \
    WHERE a.cause = 'authorisation' AND r.id IS NULL GROUP BY a.payment_id) t \
    ON t.payment_id = p.id \
    WHERE (CASE WHEN p.status = 'requires_capture' THEN 1 ELSE 0 END) <> COALESCE(t.held, 0) \
    LIMIT 100";
const ATTEMPTS_WRONGLY: &str = "SELECT p.id FROM payments p \
    LEFT JOIN (SELECT payment_id, SUM(captured_minor) AS taken, SUM(refunded_minor) AS given \
    FROM attempts GROUP BY payment_id) a ON a.payment_id = p.id \
    WHERE p.captured_minor <> COALESCE(a.taken, 0) \
    OR p.refunded_minor <> COALESCE(a.given, 0) LIMIT 100";
const TOTAL: &str = "SELECT SUM(CASE WHEN state = 'posted' THEN 1 ELSE 0 END), COUNT(*) \
    FROM transfers";
const PAYMENTS: &str = "SELECT COUNT(*) FROM payments";
const UNKNOWN_ATTEMPTS: &str =
    "SELECT id FROM attempts WHERE status IN ('sent', 'unknown') ORDER BY id LIMIT 1000";
const UNKNOWN_REFUNDS: &str =
    "SELECT id FROM refunds WHERE status IN ('sent', 'unknown') ORDER BY id LIMIT 1000";
const OWED: &str = "SELECT COUNT(*) FROM advices WHERE status = 'owed'";
const FAILED: &str = "SELECT id FROM advices WHERE status IN ('refused', 'needs_operator') \
    ORDER BY id LIMIT 1000";
const BALANCES: &str = "SELECT merchant_id, livemode, account, currency, \
    CAST(SUM(amount) AS SIGNED) FROM (SELECT merchant_id, livemode, debit AS account, currency, \
    amount_minor AS amount FROM transfers WHERE state = 'posted' UNION ALL \
    SELECT merchant_id, livemode, credit, currency, -amount_minor FROM transfers \
    WHERE state = 'posted') sides GROUP BY merchant_id, livemode, account, currency \
    ORDER BY merchant_id, livemode, currency, account";

/// The rules, each with the statement that finds what breaks it.
const RULES: &[(&str, &str)] = &[
    ("every transfer moves money between two accounts", ONE_SIDED),
    (
        "a resolution names a pending transfer and is not above it",
        RESOLVED_WRONGLY,
    ),
    (
        "a transfer belongs to a payment of its owner and currency",
        WITHOUT_PAYMENT,
    ),
    (
        "what a payment captured is what was posted",
        CAPTURED_WRONGLY,
    ),
    (
        "what a payment gave back is what was reserved and not released",
        REFUNDED_WRONGLY,
    ),
    (
        "never more given back than captured, never more captured than asked",
        ABOVE_CAPTURED,
    ),
    ("exactly the succeeded payments have money", STATUS_WRONGLY),
    (
        "exactly the capturable payments have money set aside",
        CAPTURABLE_WRONGLY,
    ),
    ("attempts add up to their payment", ATTEMPTS_WRONGLY),
];

/// Proves the books.
///
/// # Errors
/// As [`crate::Store::read`].
pub fn verify(tx: &Tx<'_>) -> Result<Report, Error> {
    let mut report = Report::default();
    for (rule, sql) in RULES {
        let broken = tx.all(sql, values![], |row| row.id::<domain::PaymentId>(0))?;
        let subjects = broken.into_iter().map(|id| id.to_string());
        report
            .findings
            .extend(subjects.map(|subject| Finding { rule, subject }));
    }
    let unbalanced = balances(tx)?;
    report.findings.extend(unbalanced_books(&unbalanced));
    report.transfers = tx.one(TOTAL, values![], |row| row.int(1))?.unwrap_or(0);
    report.payments = tx.one(PAYMENTS, values![], |row| row.int(0))?.unwrap_or(0);
    report.owed_advices = tx.one(OWED, values![], |row| row.int(0))?.unwrap_or(0);
    report.unknown_attempts = tx.all(UNKNOWN_ATTEMPTS, values![], |row| {
        Ok(row.id::<domain::AttemptId>(0)?.to_string())
    })?;
    report.unknown_refunds = tx.all(UNKNOWN_REFUNDS, values![], |row| {
        Ok(row.id::<domain::RefundId>(0)?.to_string())
    })?;
    report.failed_advices = tx.all(FAILED, values![], |row| {
        Ok(row.id::<domain::AdviceId>(0)?.to_string())
    })?;
    Ok(report)
}

/// Both sides of every owner and currency must cancel out.
fn unbalanced_books(balances: &[Balance]) -> Vec<Finding> {
    let mut sums: std::collections::BTreeMap<String, i128> = std::collections::BTreeMap::new();
    for balance in balances {
        let Balance {
            owner, currency, ..
        } = balance;
        let book = format!("{} {} {currency}", owner.merchant, owner.mode);
        *sums.entry(book).or_default() += i128::from(balance.posted_minor);
    }
    let broken = sums.into_iter().filter(|(_, sum)| *sum != 0);
    broken
        .map(|(subject, _)| Finding {
            rule: "debits equal credits",
            subject,
        })
        .collect()
}

/// The posted balance of every account.
///
/// # Errors
/// As [`crate::Store::read`].
pub fn balances(tx: &Tx<'_>) -> Result<Vec<Balance>, Error> {
    tx.all(BALANCES, values![], |row| {
        Ok(Balance {
            owner: Owner {
                merchant: row.id(0)?,
                mode: row.mode(1)?,
            },
            account: row.named(2, Account::parse)?,
            currency: row.text(3)?,
            posted_minor: row.int(4)?,
        })
    })
}
