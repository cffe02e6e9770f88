//! Proves the books: the ledger against itself, and the payments against the ledger.
//!
//! Reads everything in one view, so it can run beside a serving process. Balances are sums of
//! transfers; there is no balance row to compare with.

use domain::ledger::Parent;
use domain::{
    Account, AdviceId, AttemptId, Cause, MerchantId, Owner, PaymentId, PayoutId, RefundId,
};

use crate::balances::due_sum;
use crate::statements::statements;
use crate::value::{StoredId, values};
use crate::{Error, Tx};

/// Something that must not be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule that does not hold.
    pub rule: &'static str,
    /// The payment, payout or merchant it is about.
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

statements! {
    ONE_SIDED = "SELECT payment_id, cause FROM transfers WHERE debit = credit \
        OR amount_minor <= 0 OR debit NOT IN ('acquirer_receivable', 'bank', 'merchant_payable', \
        'payouts_in_transit', 'service_fees') OR credit NOT IN ('acquirer_receivable', 'bank', \
        'merchant_payable', 'payouts_in_transit', 'service_fees') LIMIT 100";
    WITHOUT_CAUSE = "SELECT payment_id, cause FROM transfers WHERE CASE \
        WHEN cause = 'authorisation' THEN state = 'pending' AND debit = 'acquirer_receivable' \
        WHEN cause IN ('purchase', 'capture') \
        THEN state = 'posted' AND debit = 'acquirer_receivable' \
        WHEN cause = 'release' THEN state = 'voided' AND debit = 'acquirer_receivable' \
        WHEN cause = 'refund_reserved' THEN state = 'pending' AND debit = 'merchant_payable' \
        WHEN cause = 'refund' THEN state = 'posted' AND debit = 'merchant_payable' \
        WHEN cause = 'refund_failed' THEN state = 'voided' AND debit = 'merchant_payable' \
        WHEN cause IN ('fee', 'payout') THEN state = 'posted' AND debit = 'merchant_payable' \
        WHEN cause IN ('payout_paid', 'payout_failed', 'payout_canceled') \
        THEN state = 'posted' AND debit = 'payouts_in_transit' ELSE 0 END = 0 \
        OR credit <> CASE \
        WHEN cause IN ('authorisation', 'purchase', 'capture', 'release', 'payout_failed', \
        'payout_canceled') THEN 'merchant_payable' \
        WHEN cause IN ('refund_reserved', 'refund', 'refund_failed') THEN 'acquirer_receivable' \
        WHEN cause = 'fee' THEN 'service_fees' WHEN cause = 'payout' THEN 'payouts_in_transit' \
        WHEN cause = 'payout_paid' THEN 'bank' ELSE '' END LIMIT 100";
    RESOLVED_WRONGLY = "SELECT t.payment_id, t.cause FROM transfers t \
        LEFT JOIN transfers p ON p.id = t.resolves WHERE CASE \
        WHEN t.cause IN ('capture', 'release') THEN COALESCE(p.cause, '') = 'authorisation' \
        WHEN t.cause IN ('refund', 'refund_failed') \
        THEN COALESCE(p.cause, '') = 'refund_reserved' \
        WHEN t.cause IN ('payout_paid', 'payout_failed', 'payout_canceled') \
        THEN COALESCE(p.cause, '') = 'payout' \
        ELSE t.resolves IS NULL END = 0 \
        OR p.payment_id <> t.payment_id OR p.currency <> t.currency \
        OR t.amount_minor > p.amount_minor \
        OR (t.cause <> 'capture' AND t.amount_minor <> p.amount_minor) LIMIT 100";
    WITHOUT_PAYMENT = "SELECT t.payment_id FROM transfers t \
        LEFT JOIN payments p ON p.id = t.payment_id WHERE t.cause NOT IN ('payout', \
        'payout_paid', 'payout_failed', 'payout_canceled') AND (p.id IS NULL \
        OR p.merchant_id <> t.merchant_id OR p.livemode <> t.livemode \
        OR p.currency <> t.currency) LIMIT 100";
    // Half up: (x - x % 10000) / 10000 with x = amount * share + 5000, compared without dividing.
    FEES_WRONGLY = "SELECT t.payment_id FROM transfers t \
        LEFT JOIN transfers f ON f.payment_id = t.payment_id AND f.cause = 'fee' \
        LEFT JOIN fee_rules r ON r.merchant_id = t.merchant_id AND r.effective_at = \
        (SELECT MAX(e.effective_at) FROM fee_rules e \
        WHERE e.merchant_id = t.merchant_id AND e.effective_at <= t.created_at) \
        WHERE t.cause IN ('purchase', 'capture') AND COALESCE(f.amount_minor, 0) * 10000 <> \
        CASE WHEN r.merchant_id IS NULL THEN 0 \
        WHEN t.amount_minor * r.basis_points + 5000 \
        - (t.amount_minor * r.basis_points + 5000) % 10000 + r.fixed_minor * 10000 \
        > t.amount_minor * 10000 THEN t.amount_minor * 10000 \
        ELSE t.amount_minor * r.basis_points + 5000 \
        - (t.amount_minor * r.basis_points + 5000) % 10000 + r.fixed_minor * 10000 END LIMIT 100";
    FEES_ALONE = "SELECT f.payment_id FROM transfers f \
        LEFT JOIN transfers t ON t.payment_id = f.payment_id \
        AND t.cause IN ('purchase', 'capture') WHERE f.cause = 'fee' \
        AND (t.id IS NULL OR SUBSTR(t.id, 1, 16) <> SUBSTR(f.id, 1, 16)) LIMIT 100";
    PAYOUTS_WRONGLY = "SELECT p.id FROM payouts p \
        LEFT JOIN transfers b ON b.payment_id = p.id AND b.cause = 'payout' \
        LEFT JOIN transfers e ON e.resolves = b.id WHERE b.id IS NULL \
        OR b.merchant_id <> p.merchant_id OR b.livemode <> p.livemode \
        OR b.currency <> p.currency OR b.amount_minor <> p.amount_minor \
        OR COALESCE(e.cause, 'payout_pending') <> CASE WHEN p.status = 'pending' \
        THEN 'payout_pending' WHEN p.status = 'paid' THEN 'payout_paid' \
        WHEN p.status = 'failed' THEN 'payout_failed' ELSE 'payout_canceled' END LIMIT 100";
    WITHOUT_PAYOUT = "SELECT t.payment_id FROM transfers t \
        LEFT JOIN payouts p ON p.id = t.payment_id WHERE p.id IS NULL AND t.cause IN ('payout', \
        'payout_paid', 'payout_failed', 'payout_canceled') LIMIT 100";
    GUARDS_WRONGLY = "SELECT p.merchant_id FROM (SELECT merchant_id, livemode, currency, \
        COUNT(*) AS decided FROM payouts GROUP BY merchant_id, livemode, currency) p \
        LEFT JOIN balance_guards g ON g.merchant_id = p.merchant_id \
        AND g.livemode = p.livemode AND g.currency = p.currency \
        WHERE COALESCE(g.version, 0) <> p.decided LIMIT 100";
    SNAPSHOTS_WRONGLY = concat!(
        "SELECT s.merchant_id FROM balance_snapshots s WHERE s.due_minor <> COALESCE((SELECT ",
        due_sum!(),
        " FROM transfers t WHERE t.merchant_id = s.merchant_id AND t.livemode = s.livemode \
         AND t.currency = s.currency AND t.created_at <= s.through), 0) LIMIT 100"
    );
    CAPTURED_WRONGLY = "SELECT p.id FROM payments p \
        LEFT JOIN (SELECT payment_id, SUM(amount_minor) AS taken FROM transfers \
        WHERE state = 'posted' AND cause IN ('purchase', 'capture') GROUP BY payment_id) t \
        ON t.payment_id = p.id WHERE p.captured_minor <> COALESCE(t.taken, 0) LIMIT 100";
    REFUNDED_WRONGLY = "SELECT p.id FROM payments p \
        LEFT JOIN (SELECT r.payment_id, SUM(r.amount_minor) AS given FROM transfers r \
        LEFT JOIN transfers v ON v.resolves = r.id AND v.state = 'voided' \
        WHERE r.cause = 'refund_reserved' AND v.id IS NULL GROUP BY r.payment_id) t \
        ON t.payment_id = p.id WHERE p.refunded_minor <> COALESCE(t.given, 0) LIMIT 100";
    ABOVE_CAPTURED = "SELECT id FROM payments WHERE refunded_minor > captured_minor \
        OR captured_minor > amount_minor OR refunded_minor < 0 OR captured_minor < 0 LIMIT 100";
    STATUS_WRONGLY = "SELECT id FROM payments \
        WHERE (status = 'succeeded' AND captured_minor = 0) \
        OR (status <> 'succeeded' AND captured_minor <> 0) LIMIT 100";
    CAPTURABLE_WRONGLY = "SELECT p.id FROM payments p \
        LEFT JOIN (SELECT a.payment_id, COUNT(*) AS held FROM transfers a \
        LEFT JOIN transfers r ON r.resolves = a.id \
        WHERE a.cause = 'authorisation' AND r.id IS NULL GROUP BY a.payment_id) t \
        ON t.payment_id = p.id \
        WHERE (CASE WHEN p.status = 'requires_capture' THEN 1 ELSE 0 END) <> COALESCE(t.held, 0) \
        LIMIT 100";
    ATTEMPTS_WRONGLY = "SELECT p.id FROM payments p \
        LEFT JOIN (SELECT payment_id, SUM(captured_minor) AS taken, SUM(refunded_minor) AS given \
        FROM attempts GROUP BY payment_id) a ON a.payment_id = p.id \
        WHERE p.captured_minor <> COALESCE(a.taken, 0) \
        OR p.refunded_minor <> COALESCE(a.given, 0) LIMIT 100";
    REFUNDS_WRONGLY = "SELECT r.payment_id FROM refunds r \
        LEFT JOIN (SELECT SUBSTR(id, 1, 16) AS refund_id, \
        SUM(CASE WHEN cause = 'refund_reserved' THEN amount_minor ELSE 0 END) AS reserved, \
        SUM(CASE WHEN cause = 'refund' THEN amount_minor ELSE 0 END) AS given, \
        SUM(CASE WHEN cause = 'refund_failed' THEN amount_minor ELSE 0 END) AS released \
        FROM transfers WHERE cause IN ('refund_reserved', 'refund', 'refund_failed') \
        GROUP BY SUBSTR(id, 1, 16)) t ON t.refund_id = r.id \
        WHERE r.amount_minor <> COALESCE(t.reserved, 0) \
        OR (CASE WHEN r.status = 'succeeded' THEN r.amount_minor ELSE 0 END) <> t.given \
        OR (CASE WHEN r.status = 'failed' THEN r.amount_minor ELSE 0 END) <> t.released LIMIT 100";
    VERSIONS_WRONGLY = "SELECT p.id FROM payments p \
        LEFT JOIN (SELECT payment_id, COUNT(*) AS steps, MAX(version) AS newest \
        FROM payment_steps GROUP BY payment_id) s ON s.payment_id = p.id \
        WHERE p.version <> COALESCE(s.steps, 0) OR p.version <> s.newest LIMIT 100";
    TRACES_SHARED = "SELECT MIN(payment_id) FROM (\
        SELECT payment_id, acquirer, terminal, sent_at, stan FROM attempts UNION ALL \
        SELECT payment_id, acquirer, terminal, sent_at, stan FROM refunds UNION ALL \
        SELECT payment_id, acquirer, terminal, sent_at, stan FROM advices \
        WHERE stan IS NOT NULL) messages \
        GROUP BY acquirer, terminal, sent_at, stan HAVING COUNT(*) > 1 LIMIT 100";
    TRANSFERS = "SELECT COUNT(*) FROM transfers";
    PAYMENTS = "SELECT COUNT(*) FROM payments";
    UNKNOWN_ATTEMPTS =
        "SELECT id FROM attempts WHERE status IN ('sent', 'unknown') ORDER BY id LIMIT 1000";
    UNKNOWN_REFUNDS =
        "SELECT id FROM refunds WHERE status IN ('sent', 'unknown') ORDER BY id LIMIT 1000";
    OWED = "SELECT COUNT(*) FROM advices WHERE status = 'owed'";
    FAILED = "SELECT id FROM advices WHERE status IN ('refused', 'needs_operator') \
        ORDER BY id LIMIT 1000";
    BALANCES = "SELECT merchant_id, livemode, account, currency, \
        CAST(SUM(amount) AS SIGNED) FROM (SELECT merchant_id, livemode, debit AS account, \
        currency, amount_minor AS amount FROM transfers WHERE state = 'posted' UNION ALL \
        SELECT merchant_id, livemode, credit, currency, -amount_minor FROM transfers \
        WHERE state = 'posted') sides GROUP BY merchant_id, livemode, account, currency \
        ORDER BY merchant_id, livemode, currency, account";
}

/// The rules about transfers, each with the statement that finds what they are of.
///
/// That debits equal credits is none of them: one row holds both sides of a transfer, so it follows
/// from the first.
const TRANSFER_RULES: &[Rule] = &[
    (
        "every transfer moves money from one account to the other",
        ONE_SIDED,
    ),
    (
        "the state and direction of a transfer follow from its cause",
        WITHOUT_CAUSE,
    ),
    (
        "a resolution names a pending transfer and is not above it",
        RESOLVED_WRONGLY,
    ),
];

/// The rules about payments.
const PAYMENT_RULES: &[Rule] = &[
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
    (
        "a refund is reserved, and booked as it ended",
        REFUNDS_WRONGLY,
    ),
    (
        "every version of a payment was made by one step",
        VERSIONS_WRONGLY,
    ),
    ("no two messages share a trace", TRACES_SHARED),
    (
        "what was taken has the fee of its moment, no more and no less",
        FEES_WRONGLY,
    ),
    ("a fee goes with the money it is on", FEES_ALONE),
];

/// The rules about payouts.
const PAYOUT_RULES: &[Rule] = &[
    ("a payout is booked as it ended", PAYOUTS_WRONGLY),
    ("what moves a payout belongs to one", WITHOUT_PAYOUT),
];

/// The rules about merchants.
const MERCHANT_RULES: &[Rule] = &[
    (
        "each payout was decided on a balance of its own",
        GUARDS_WRONGLY,
    ),
    ("a snapshot is the sum of what it covers", SNAPSHOTS_WRONGLY),
];

/// What must hold, and the statement that finds what breaks it.
type Rule = (&'static str, &'static str);

/// Proves the books.
///
/// # Errors
/// As [`crate::Store::read`].
pub fn verify(tx: &Tx<'_>) -> Result<Report, Error> {
    let mut report = Report {
        payments: count(tx, PAYMENTS)?,
        transfers: count(tx, TRANSFERS)?,
        unknown_attempts: names::<AttemptId>(tx, UNKNOWN_ATTEMPTS)?,
        unknown_refunds: names::<RefundId>(tx, UNKNOWN_REFUNDS)?,
        owed_advices: count(tx, OWED)?,
        failed_advices: names::<AdviceId>(tx, FAILED)?,
        findings: Vec::new(),
    };
    let mut find = |rules: &[Rule], names: Names| -> Result<(), Error> {
        for (rule, sql) in rules {
            let broken = names(tx, sql)?.into_iter();
            let findings = broken.map(|subject| Finding { rule, subject });
            report.findings.extend(findings);
        }
        Ok(())
    };
    find(TRANSFER_RULES, parents)?;
    find(PAYMENT_RULES, names::<PaymentId>)?;
    find(PAYOUT_RULES, names::<PayoutId>)?;
    find(MERCHANT_RULES, names::<MerchantId>)?;
    Ok(report)
}

/// Runs a statement and names what it finds.
type Names = fn(&Tx<'_>, &'static str) -> Result<Vec<String>, Error>;

fn parents(tx: &Tx<'_>, sql: &'static str) -> Result<Vec<String>, Error> {
    tx.all(sql, values![], |row| {
        // A cause that does not exist is one of the things to find.
        let cause = Cause::parse(&row.text(1)?).unwrap_or(Cause::Purchase);
        Ok(match Parent::of(cause, row.array(0)?) {
            Parent::Payment(id) => id.to_string(),
            Parent::Payout(id) => id.to_string(),
        })
    })
}

fn count(tx: &Tx<'_>, sql: &'static str) -> Result<i64, Error> {
    Ok(tx.one(sql, values![], |row| row.int(0))?.unwrap_or(0))
}

fn names<T: StoredId + ToString>(tx: &Tx<'_>, sql: &'static str) -> Result<Vec<String>, Error> {
    tx.all(sql, values![], |row| Ok(row.id::<T>(0)?.to_string()))
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
