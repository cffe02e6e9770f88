//! Records the tests of this crate begin with.

use crate::payment::{CaptureMethod, Metadata, Open, Payment, Start, conclude, confirm, open};
use crate::{
    AdviceId, Approval, Attempt, AttemptId, ClientSecret, Currency, CvcCheck, Merchant, MerchantId,
    Mode, Money, NodeId, Outcome, Owner, PaymentId, PaymentMethodId, Timestamp, Trace,
};

pub(crate) const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);
pub(crate) const METHOD: PaymentMethodId = PaymentMethodId::from_bytes([5; 16]);
pub(crate) const ADVICE: AdviceId = AdviceId::from_bytes([6; 16]);
const MERCHANT: MerchantId = MerchantId::from_bytes([1; 16]);
pub(crate) const OWNER: Owner = Owner {
    merchant: MERCHANT,
    mode: Mode::Test,
};

pub(crate) fn euros(minor: i64) -> Money {
    Money::new(minor, Currency::EUR)
}

pub(crate) fn merchant() -> Merchant {
    Merchant {
        id: MERCHANT,
        name: "Café".into(),
        time_zone: "Europe/Paris".into(),
        country: "FR".into(),
        locale: "fr-FR".into(),
        currencies: vec![Currency::EUR],
        acceptor: "000000000000001".into(),
        fees: crate::FeeRules::default(),
        payout_delay_days: 0,
    }
}

pub(crate) fn request() -> Open {
    Open {
        id: PaymentId::from_bytes([2; 16]),
        owner: OWNER,
        secret: ClientSecret::from_bytes([3; 16]),
        amount: euros(1250),
        capture_method: CaptureMethod::Automatic,
        method: None,
        customer: None,
        session: None,
        description: None,
        statement_descriptor: None,
        receipt_email: None,
        return_url: None,
        metadata: Metadata::new(),
    }
}

pub(crate) fn start() -> Start {
    Start {
        attempt: AttemptId::from_bytes([4; 16]),
        trace: Trace {
            acquirer: "sandbox".into(),
            terminal: "ENC00001".into(),
            stan: 17,
            sent_at: NOW,
        },
        node: NodeId::from_bytes([7; 16]),
        key: None,
    }
}

pub(crate) fn opened() -> Payment {
    open(request(), &merchant(), NOW).unwrap().payment
}

pub(crate) fn sent(capture_method: CaptureMethod) -> (Payment, Attempt) {
    let payment = open(
        Open {
            capture_method,
            ..request()
        },
        &merchant(),
        NOW,
    )
    .unwrap()
    .payment;
    let step = confirm(&payment, Some(METHOD), start(), NOW).unwrap();
    (step.payment, step.attempt.unwrap())
}

pub(crate) fn approval(amount_minor: i64) -> Outcome {
    Outcome::Approved(Approval {
        amount_minor,
        approval_code: Some("A1B2C3".into()),
        response_code: "00".into(),
        cvc_check: CvcCheck::Pass,
    })
}

fn approved(capture_method: CaptureMethod) -> (Payment, Attempt) {
    let (payment, attempt) = sent(capture_method);
    let step = conclude(&payment, &attempt, &approval(1250), ADVICE, NOW).unwrap();
    (step.payment, step.attempt.unwrap())
}

pub(crate) fn paid() -> (Payment, Attempt) {
    approved(CaptureMethod::Automatic)
}

pub(crate) fn authorised() -> (Payment, Attempt) {
    approved(CaptureMethod::Manual)
}
