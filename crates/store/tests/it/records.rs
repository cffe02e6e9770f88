//! Records the claims begin with, each with an id of its own.

use std::sync::atomic::{AtomicU64, Ordering};

use domain::payment::{self, Metadata, Open, Start};
use domain::{
    AdviceId, Approval, Attempt, Brand, CaptureMethod, Card, ClientSecret, Currency, CvcCheck,
    DeclineReason, EventKind, Expiry, Funding, Merchant, MerchantId, Mode, Money, NodeId, Outcome,
    Owner, Payment, PaymentMethod, Refund, Step, Timestamp, Trace, refund,
};
use store::events::Event;
use store::idempotency::{Answer, Key};
use store::payment_methods::SealedCard;
use store::{Entry, StoredId};

use crate::engines::Database;

pub(crate) const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

/// The time `seconds` after [`NOW`].
pub(crate) const fn after(seconds: i64) -> Timestamp {
    NOW.plus_millis(seconds * 1_000)
}

fn count() -> u64 {
    static COUNT: AtomicU64 = AtomicU64::new(1);
    COUNT.fetch_add(1, Ordering::Relaxed)
}

/// An id that no other record has, above all that were made before in this process.
pub(crate) fn id<T: StoredId>() -> T {
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&count().to_be_bytes());
    bytes[8..12].copy_from_slice(&std::process::id().to_be_bytes());
    T::from_stored(bytes)
}

pub(crate) fn owner() -> Owner {
    Owner {
        merchant: id(),
        mode: Mode::Test,
    }
}

pub(crate) fn euros(minor: i64) -> Money {
    Money::new(minor, Currency::EUR)
}

pub(crate) fn merchant(id: MerchantId) -> Merchant {
    Merchant {
        id,
        name: "Café".into(),
        time_zone: "Europe/Paris".into(),
        country: "FR".into(),
        locale: "fr-FR".into(),
        currencies: vec![Currency::EUR, Currency::parse("jpy").unwrap()],
        acceptor: "000000000000001".into(),
        fees: domain::FeeRules::default(),
        payout_delay_days: 0,
    }
}

/// A trace that no other message has.
pub(crate) fn trace() -> Trace {
    let count = count();
    let seconds = i64::try_from(count / 999_999).unwrap();
    Trace {
        acquirer: "sandbox".into(),
        terminal: format!("{:08}", std::process::id()),
        stan: u32::try_from(count % 999_999).unwrap() + 1,
        sent_at: after(seconds),
    }
}

/// A payment of 12.50 € that is asked for.
pub(crate) fn opened(owner: Owner, capture_method: CaptureMethod) -> Step {
    let request = Open {
        id: id(),
        owner,
        secret: ClientSecret::from_bytes(*id::<AdviceId>().bytes()),
        amount: euros(1250),
        capture_method,
        method: None,
        customer: None,
        session: None,
        description: None,
        statement_descriptor: None,
        receipt_email: None,
        return_url: None,
        metadata: Metadata::new(),
    };
    payment::open(request, &merchant(owner.merchant), NOW).unwrap()
}

/// The intent to charge `payment`, sent by `node`.
pub(crate) fn confirmed(payment: &Payment, node: NodeId) -> Step {
    let start = Start {
        attempt: id(),
        trace: trace(),
        node,
        key: None,
    };
    payment::confirm(payment, Some(id()), start, NOW).unwrap()
}

/// A payment opened and sent by one request.
pub(crate) fn sent(owner: Owner, capture_method: CaptureMethod) -> Step {
    let opened = opened(owner, capture_method);
    let confirmed = confirmed(&opened.payment, id());
    opened.then(confirmed)
}

pub(crate) fn approval() -> Outcome {
    Outcome::Approved(Approval {
        amount_minor: 1250,
        approval_code: Some("A1B2C3".into()),
        response_code: "00".into(),
        cvc_check: CvcCheck::Pass,
    })
}

pub(crate) fn decline() -> Outcome {
    Outcome::Declined {
        reason: DeclineReason::InsufficientFunds,
        response_code: "51".into(),
        cvc_check: CvcCheck::Unavailable,
    }
}

/// What `outcome` does to the payment and attempt of a sent step.
pub(crate) fn concluded(sent: &Step, outcome: &Outcome) -> Step {
    let attempt = sent.attempt.as_ref().unwrap();
    payment::conclude(&sent.payment, attempt, outcome, id(), NOW).unwrap()
}

/// A payment and its attempt as they are stored.
#[derive(Clone, Debug)]
pub(crate) struct Sale {
    pub(crate) payment: Payment,
    pub(crate) attempt: Attempt,
}

/// A payment stored as `outcome` ended it, with the step that did.
pub(crate) async fn ended(
    database: &Database,
    (owner, way): (Owner, CaptureMethod),
    outcome: &Outcome,
) -> (Sale, Step) {
    let sent = sent(owner, way);
    let step = concluded(&sent, outcome);
    database.apply(sent).await.unwrap();
    database.apply(step.clone()).await.unwrap();
    let sale = Sale {
        payment: step.payment.clone(),
        attempt: step.attempt.clone().unwrap(),
    };
    (sale, step)
}

/// A payment that is paid and stored.
pub(crate) async fn paid(database: &Database, owner: Owner) -> Sale {
    let what = (owner, CaptureMethod::Automatic);
    ended(database, what, &approval()).await.0
}

/// A payment whose money is set aside, stored.
pub(crate) async fn authorised(database: &Database, owner: Owner) -> Sale {
    let what = (owner, CaptureMethod::Manual);
    ended(database, what, &approval()).await.0
}

/// A payment whose end is not known, stored; a reversal is owed.
pub(crate) async fn in_doubt(database: &Database, owner: Owner) -> (Sale, Step) {
    let what = (owner, CaptureMethod::Automatic);
    ended(database, what, &Outcome::Unknown).await
}

/// The reservation of a refund of `sale`.
pub(crate) fn reserved(sale: &Sale, minor: i64) -> Step {
    let request = refund::Open {
        id: id(),
        amount_minor: Some(minor),
        reason: None,
        metadata: Metadata::new(),
        trace: trace(),
        node: id(),
        key: None,
    };
    refund::open(&sale.payment, &sale.attempt, request, NOW).unwrap()
}

/// What `outcome` does to the refund of a reserved step.
pub(crate) fn refunded(reserved: &Step, outcome: &Outcome) -> Step {
    let attempt = reserved.attempt.as_ref().unwrap();
    let refund = reserved.refund.as_ref().unwrap();
    refund::conclude((&reserved.payment, attempt), refund, outcome, id(), NOW).unwrap()
}

/// An approval of exactly what `refund` gives back.
pub(crate) fn approval_of(refund: &Refund) -> Outcome {
    Outcome::Approved(Approval {
        amount_minor: refund.amount.minor,
        approval_code: None,
        response_code: "00".into(),
        cvc_check: CvcCheck::Unavailable,
    })
}

/// A step with nothing beside it.
pub(crate) fn entry(step: Step) -> Entry {
    Entry {
        id: id(),
        at: NOW,
        step,
        method: None,
        session: None,
        place: None,
        events: Vec::new(),
        key: None,
        audit: Vec::new(),
    }
}

pub(crate) fn event(owner: Owner) -> Event {
    Event {
        id: id(),
        owner,
        kind: EventKind::PaymentSucceeded,
        object: br#"{"object":"payment_intent","amount":1250}"#.to_vec(),
        request_id: Some("req_1".into()),
        key: None,
        created_at: NOW,
    }
}

pub(crate) fn key(owner: Owner, key: &str) -> Key {
    Key {
        owner,
        key: key.into(),
        fingerprint: [7; 32],
    }
}

pub(crate) fn answer(body: &str) -> Answer {
    Answer {
        status: 200,
        body: body.into(),
    }
}

pub(crate) fn method(owner: Owner) -> PaymentMethod {
    PaymentMethod {
        id: id(),
        owner,
        customer: None,
        card: Card {
            brand: Brand::Visa,
            funding: Funding::Credit,
            bin: "424242".into(),
            last4: "4242".into(),
            expiry: Expiry::new(8, 2030).unwrap(),
            fingerprint: "AOB934RVNwzk6xtn".into(),
            country: Some("US".into()),
        },
        holder: None,
        email: None,
        created_at: NOW,
    }
}

pub(crate) fn sealed_by(key_id: [u8; 16]) -> SealedCard {
    SealedCard {
        key_id,
        wrapped_key: vec![1; 60],
        ciphertext: vec![2; 44],
    }
}
