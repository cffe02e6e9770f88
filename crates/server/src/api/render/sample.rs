//! Records the tests of this room begin with, made by the rules of `domain`.

use domain::catalogue::{Interval, Recurring, TaxBehavior};
use domain::checkout::LineItem;
use domain::ledger::PayoutEnd;
use domain::payment::{CaptureMethod, Metadata, Open, Payment, Start, conclude, confirm, open};
use domain::payment_link::AfterCompletion;
use domain::webhook::{DisabledReason, EndpointStatus, Wanted};
use domain::{
    AdviceId, Approval, Attempt, AttemptId, Brand, Card, CheckoutSession, CheckoutSessionId,
    ClientSecret, Currency, CustomerId, CvcCheck, DeclineReason, EventId, EventKind, Expiry,
    Funding, Merchant, MerchantId, Mode, Money, NodeId, Outcome, Owner, PaymentId, PaymentLink,
    PaymentLinkId, PaymentMethod, PaymentMethodId, Payout, PayoutFailure, PayoutId, Price, PriceId,
    Priced, Product, ProductId, Refund, RefundId, RefundReason, Timestamp, Trace, Transfer,
    WebhookEndpointId, refund,
};
use engine::View;
use engine::balances::{Balance, BalanceTransaction};
use engine::store_types::Endpoint;

use super::{Links, Scene};
use crate::{Customer, Event};

const NOW: Timestamp = Timestamp::from_micros(1_800_000_000_900_000);
const METHOD: PaymentMethodId = PaymentMethodId::from_bytes([5; 16]);
const CUSTOMER: CustomerId = CustomerId::from_bytes([8; 16]);
const PRODUCT: ProductId = ProductId::from_bytes([12; 16]);
const LINK: PaymentLinkId = PaymentLinkId::from_bytes([14; 16]);
const PRICE: PriceId = PriceId::from_bytes([13; 16]);
const SESSION: CheckoutSessionId = CheckoutSessionId::from_bytes([9; 16]);
const OWNER: Owner = Owner {
    merchant: MerchantId::from_bytes([1; 16]),
    mode: Mode::Test,
};

/// Everything around one payment.
#[derive(Clone)]
pub(crate) struct Records {
    pub(crate) payment: Payment,
    pub(crate) attempt: Option<Attempt>,
    pub(crate) method: PaymentMethod,
    pub(crate) refund: Option<Refund>,
    pub(crate) session: CheckoutSession,
    pub(crate) customer: Customer,
    pub(crate) payout: Payout,
    pub(crate) link: PaymentLink,
    priced: Vec<Priced>,
    links: Links,
}

impl Records {
    pub(crate) fn scene(&self) -> Scene<'_> {
        let view = View {
            payment: Some(&self.payment),
            attempt: self.attempt.as_ref(),
            method: Some(&self.method),
            refund: self.refund.as_ref(),
            session: Some(&self.session),
            customer: Some(&self.customer),
            payout: Some(&self.payout),
            product: Some(&self.priced[0].product),
            price: Some(&self.priced[0].price),
            link: Some(&self.link),
            priced: &self.priced,
            ..View::default()
        };
        Scene {
            view,
            links: &self.links,
        }
    }
}

fn merchant() -> Merchant {
    Merchant {
        id: OWNER.merchant,
        name: "Café".into(),
        time_zone: "Europe/Paris".into(),
        country: "FR".into(),
        locale: "fr-FR".into(),
        currencies: vec![Currency::EUR],
        acceptor: "000000000000001".into(),
        fees: domain::FeeRules::default(),
        payout_delay_days: 0,
    }
}

fn request(capture_method: CaptureMethod) -> Open {
    Open {
        id: PaymentId::from_bytes([2; 16]),
        owner: OWNER,
        secret: ClientSecret::from_bytes([3; 16]),
        amount: Money::new(1250, Currency::EUR),
        capture_method,
        method: None,
        customer: Some(CUSTOMER),
        session: Some(SESSION),
        description: Some("Un \"café\"".into()),
        statement_descriptor: Some("CAFE".into()),
        receipt_email: Some("a@example.com".into()),
        return_url: Some("https://shop.example/back".into()),
        metadata: Metadata::from([("order".into(), "7".into())]),
    }
}

fn trace() -> Trace {
    Trace {
        acquirer: "sandbox".into(),
        terminal: "ENC00001".into(),
        stan: 17,
        sent_at: NOW,
    }
}

fn around(payment: Payment, attempt: Option<Attempt>) -> Records {
    let method = PaymentMethod {
        id: METHOD,
        owner: OWNER,
        customer: Some(CUSTOMER),
        card: Card {
            brand: Brand::Visa,
            funding: Funding::Credit,
            bin: "424242".into(),
            last4: "4242".into(),
            expiry: Expiry::new(4, 2030).unwrap(),
            fingerprint: "f1".into(),
            country: Some("US".into()),
        },
        holder: Some("Zoé".into()),
        email: Some("zoe@example.com".into()),
        created_at: NOW,
    };
    let session = CheckoutSession {
        id: SESSION,
        owner: OWNER,
        payment: payment.id,
        items: vec![item()],
        client_reference: Some("table 4".into()),
        success_url: Some("https://shop.example/thanks".into()),
        cancel_url: None,
        locale: Some("fr".into()),
        customer_email: None,
        link: Some(LINK),
        metadata: Default::default(),
        expires_at: NOW.plus_millis(86_400_000),
        created_at: NOW,
    };
    let customer = Customer {
        id: CUSTOMER,
        owner: OWNER,
        name: Some("Zoé".into()),
        email: None,
        phone: None,
        description: None,
        metadata: Metadata::new(),
        created_at: NOW,
        deleted_at: None,
    };
    Records {
        payment,
        attempt,
        method,
        refund: None,
        session,
        customer,
        payout: payouts().remove(0),
        link: link(),
        priced: vec![Priced {
            price: price(),
            product: product(),
        }],
        links: Links::new("https://pay.example".into()),
    }
}

fn product() -> Product {
    Product {
        id: PRODUCT,
        owner: OWNER,
        version: 2,
        is_active: true,
        name: "Croissant".into(),
        description: Some("Au beurre".into()),
        images: vec!["https://shop.example/croissant.jpg".into()],
        statement_descriptor: None,
        unit_label: None,
        url: None,
        default_price: Some(PRICE),
        metadata: Metadata::new(),
        created_at: NOW,
        updated_at: NOW,
    }
}

fn link() -> PaymentLink {
    PaymentLink {
        id: LINK,
        owner: OWNER,
        version: 1,
        is_active: true,
        items: vec![item()],
        currency: Currency::EUR,
        after: AfterCompletion::Confirmation(Some("À bientôt".into())),
        limit: Some(3),
        taken: 2,
        completed: 1,
        inactive_message: None,
        metadata: Metadata::new(),
        created_at: NOW,
    }
}

fn item() -> LineItem {
    LineItem {
        name: "Croissant".into(),
        unit_minor: 250,
        quantity: 5,
        price: Some(PRICE),
    }
}

fn price() -> Price {
    Price {
        id: PRICE,
        owner: OWNER,
        product: PRODUCT,
        version: 1,
        is_active: true,
        amount: Money::new(250, Currency::EUR),
        recurring: Some(Recurring {
            interval: Interval::Month,
            count: 1,
        }),
        nickname: None,
        lookup_key: Some("croissant".into()),
        tax_behavior: TaxBehavior::Inclusive,
        metadata: Metadata::new(),
        created_at: NOW,
    }
}

pub(crate) fn opened() -> Records {
    let open = open(request(CaptureMethod::Automatic), &merchant(), NOW).unwrap();
    around(open.payment, None)
}

fn ended(capture_method: CaptureMethod, outcome: &Outcome) -> Records {
    let payment = open(request(capture_method), &merchant(), NOW)
        .unwrap()
        .payment;
    let start = Start {
        attempt: AttemptId::from_bytes([4; 16]),
        trace: trace(),
        node: NodeId::from_bytes([7; 16]),
        key: None,
    };
    let sent = confirm(&payment, Some(METHOD), start, NOW).unwrap();
    let attempt = sent.attempt.unwrap();
    let advice = AdviceId::from_bytes([6; 16]);
    let step = conclude(&sent.payment, &attempt, outcome, advice, NOW).unwrap();
    around(step.payment, step.attempt)
}

fn approval(amount_minor: i64) -> Outcome {
    Outcome::Approved(Approval {
        amount_minor,
        approval_code: Some("A1B2C3".into()),
        response_code: "00".into(),
        cvc_check: CvcCheck::Pass,
    })
}

pub(crate) fn paid() -> Records {
    ended(CaptureMethod::Automatic, &approval(1250))
}

pub(crate) fn authorised() -> Records {
    ended(CaptureMethod::Manual, &approval(1250))
}

pub(crate) fn declined(reason: DeclineReason) -> Records {
    let outcome = Outcome::Declined {
        reason,
        response_code: "51".into(),
        cvc_check: CvcCheck::Fail,
    };
    ended(CaptureMethod::Automatic, &outcome)
}

pub(crate) fn challenged() -> Records {
    let outcome = Outcome::ActionNeeded {
        reference: "c-1".into(),
    };
    ended(CaptureMethod::Automatic, &outcome)
}

pub(crate) fn silent() -> Records {
    ended(CaptureMethod::Automatic, &Outcome::Unknown)
}

pub(crate) fn refunded(minor: i64, outcome: &Outcome) -> Records {
    let mut records = paid();
    let request = refund::Open {
        id: RefundId::from_bytes([10; 16]),
        amount_minor: Some(minor),
        reason: Some(RefundReason::RequestedByCustomer),
        metadata: Metadata::new(),
        trace: trace(),
        node: NodeId::from_bytes([7; 16]),
        key: None,
    };
    let attempt = records.attempt.take().unwrap();
    let opened = refund::open(&records.payment, &attempt, request, NOW).unwrap();
    let pair = (&opened.payment, opened.attempt.as_ref().unwrap());
    let asked = opened.refund.as_ref().unwrap();
    let step = refund::conclude(pair, asked, outcome, AdviceId::from_bytes([6; 16]), NOW).unwrap();
    records.attempt = step.attempt.or(opened.attempt);
    records.refund = step.refund;
    records.payment = step.payment;
    records
}

pub(crate) fn given_back(minor: i64) -> Records {
    refunded(minor, &approval(minor))
}

pub(crate) fn endpoint() -> Endpoint {
    Endpoint {
        id: WebhookEndpointId::from_bytes([12; 16]),
        owner: OWNER,
        version: 1,
        url: "https://example.com/hook".into(),
        wanted: Wanted::parse(["charge.failed"]).unwrap(),
        status: EndpointStatus::Disabled,
        description: None,
        metadata: Metadata::new(),
        secret: Vec::new(),
        previous: None,
        failing_since: None,
        disabled: Some((NOW, DisabledReason::Gone)),
        created_at: NOW,
    }
}

pub(crate) fn event(object: Vec<u8>) -> Event {
    Event {
        id: EventId::from_bytes([11; 16]),
        owner: OWNER,
        kind: EventKind::PaymentSucceeded,
        object,
        request_id: Some("req_1".into()),
        key: None,
        created_at: NOW,
    }
}

pub(crate) fn balance() -> Balance {
    Balance {
        currency: Currency::EUR,
        available_minor: -5,
        pending_minor: 1250,
    }
}

/// A payout in every state.
pub(crate) fn payouts() -> Vec<Payout> {
    let request = domain::payout::Open {
        id: PayoutId::from_bytes([14; 16]),
        owner: OWNER,
        amount: Money::new(1000, Currency::EUR),
        description: Some("November".into()),
        statement_descriptor: Some("CAFE".into()),
        metadata: Metadata::from([("week".into(), "47".into())]),
    };
    let funds = domain::payout::Funds {
        available_minor: 1000,
        guard: 0,
    };
    let pending = domain::payout::open(request, funds, NOW).unwrap().payout;
    let mut all: Vec<_> = PayoutFailure::ALL
        .iter()
        .map(|why| domain::payout::fail(&pending, *why, NOW).unwrap().payout)
        .collect();
    all.push(domain::payout::pay(&pending, NOW).unwrap().payout);
    all.push(domain::payout::cancel(&pending, NOW).unwrap().payout);
    all.push(pending);
    all
}

/// What moved the balance for a payout, and for the payment of the other records.
pub(crate) fn transactions(payout: &Payout) -> Vec<BalanceTransaction> {
    let taken = Transfer::purchased(&paid().attempt.unwrap(), NOW);
    let ends = [PayoutEnd::Failed, PayoutEnd::Canceled];
    let ends = ends.map(|end| Transfer::payout_ended(payout, end, NOW));
    let all = [taken, Transfer::paid_out(payout, NOW)];
    all.into_iter()
        .chain(ends)
        .map(|transfer| BalanceTransaction {
            fee_minor: if transfer.cause.takes() { 44 } else { 0 },
            transfer,
            available_at: NOW,
            is_available: true,
        })
        .collect()
}
