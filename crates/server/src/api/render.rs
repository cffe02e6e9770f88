//! Records as Stripe's clients expect them: every field that the official packages declare is
//! there, null where this service has nothing to say.
//!
//! Owns names and types on the wire, and no decision. The functions are pure, because the engine
//! calls them wherever an outcome is committed, when no request may be in sight.

mod absent;
mod balance;
mod charge;
mod checkout_session;
mod customer;
mod event;
mod expand;
pub(crate) mod line_item;
mod payment_intent;
mod payment_link;
mod payment_method;
mod payout;
mod price;
mod product;
mod refund;
mod webhook;

#[cfg(test)]
pub(crate) mod sample;
#[cfg(test)]
pub(crate) mod shapes;
#[cfg(test)]
mod tests;

use domain::event::Subject;
use domain::payment::PaymentStatus;
use domain::{CheckoutSession, EventKind, Mode, Payment, PaymentLink};
use engine::{ReplyKind, View};

pub(crate) use balance::{balance, type_of};
pub(crate) use event::event;
pub(crate) use expand::{Expand, Kind};
pub(crate) use webhook::delivery;

use crate::Answer;
use crate::error::{ApiError, Cause};
use crate::json::Object;

/// The one version of Stripe's API whose shapes are rendered here.
pub(crate) const API_VERSION: &str = "2026-10-28.endive";

/// Bytes that hold most objects without growing.
const USUAL_BYTES: usize = 4096;

/// Addresses that stand in objects.
#[derive(Clone, Debug)]
pub struct Links {
    public_url: String,
}

impl Links {
    /// Addresses under an origin without a slash at its end.
    pub const fn new(public_url: String) -> Self {
        Self { public_url }
    }

    /// Where the payer pays what `session` asks for.
    pub fn checkout(&self, session: &CheckoutSession, payment: &Payment) -> String {
        self.page("", *session.id.bytes(), payment)
    }

    /// Where anybody may pay what `link` asks for.
    pub fn payment_link(&self, link: &PaymentLink) -> String {
        let digits = domain::to_base62(*link.id.bytes());
        format!("{}/pay/link/{digits}", self.public_url)
    }

    /// Where the receipt of `payment` is.
    pub fn receipt(&self, payment: &Payment) -> String {
        self.page("receipt/", *payment.id.bytes(), payment)
    }

    /// Where the payer proves who they are.
    pub fn challenge(&self, payment: &Payment) -> String {
        self.page("challenge/", *payment.id.bytes(), payment)
    }

    /// An address with all that opens it: the 22 digits of an id and of the payment's secret.
    fn page(&self, room: &str, id: [u8; 16], payment: &Payment) -> String {
        let digits = domain::to_base62(id);
        format!(
            "{}/pay/{room}{digits}{}",
            self.public_url,
            payment.secret.reveal()
        )
    }
}

/// What is rendered, and the addresses that stand in it.
#[derive(Clone, Copy)]
pub(crate) struct Scene<'a> {
    /// The records.
    pub view: View<'a>,
    /// The addresses.
    pub links: &'a Links,
}

/// The object of an event, as it is now. Nothing is expanded in events.
pub(crate) fn event_object(kind: EventKind, scene: &Scene<'_>) -> Vec<u8> {
    let kind = match kind.subject() {
        Subject::Charge => Kind::Charge,
        Subject::Checkout => Kind::CheckoutSession,
        Subject::Customer => return one(scene.view.customer, customer::whole),
        Subject::Payment => Kind::PaymentIntent,
        Subject::PaymentLink => Kind::PaymentLink,
        Subject::PaymentMethod => Kind::PaymentMethod,
        Subject::Payout => Kind::Payout,
        Subject::Price => Kind::Price,
        Subject::Product => Kind::Product,
        Subject::Refund => Kind::Refund,
    };
    object(kind, scene, &Expand::default())
}

/// The answer of an operation. `expand` names what to show in place of its id; what cannot be
/// expanded was refused before the operation began.
pub(crate) fn answer(kind: ReplyKind, scene: &Scene<'_>, expand: &[String]) -> Answer {
    let expand = Expand::of(expand);
    let object = |kind| object(kind, scene, &expand);
    let body = match kind {
        ReplyKind::Charged => return charged(scene, object(Kind::PaymentIntent)),
        ReplyKind::Payment => object(Kind::PaymentIntent),
        ReplyKind::Refund => object(Kind::Refund),
        ReplyKind::Payout => object(Kind::Payout),
        ReplyKind::Checkout => object(Kind::CheckoutSession),
        ReplyKind::PaymentMethod => object(Kind::PaymentMethod),
        ReplyKind::Customer => object(Kind::Customer),
        ReplyKind::Endpoint => object(Kind::WebhookEndpoint),
        ReplyKind::EndpointDeleted => one(scene.view.endpoint, webhook::gone),
        ReplyKind::Product => object(Kind::Product),
        ReplyKind::ProductDeleted => one(scene.view.product, product::gone),
        ReplyKind::PaymentLink => object(Kind::PaymentLink),
        ReplyKind::Price => object(Kind::Price),
        ReplyKind::CustomerDeleted => one(scene.view.customer, customer::gone),
    };
    Answer { status: 200, body }
}

/// A payment after an attempt to charge it: an error that carries the payment, when it failed.
fn charged(scene: &Scene<'_>, body: Vec<u8>) -> Answer {
    let payment = scene.view.payment;
    let failed = payment.filter(|payment| payment.status == PaymentStatus::RequiresPaymentMethod);
    let Some((payment, error)) = failed.and_then(|payment| Some((payment, payment.last_error?)))
    else {
        return Answer { status: 200, body };
    };
    let charge = payment.attempt.map(|id| id.to_string());
    let error = ApiError::new(Cause::Payment(error)).with_payment(body, charge);
    Answer {
        status: error.row().status,
        body: error.body(),
    }
}

/// One object. Null when its record is not in `scene`, which would be a defect of the caller.
pub(crate) fn object(kind: Kind, scene: &Scene<'_>, expand: &Expand) -> Vec<u8> {
    let view = &scene.view;
    let mut bytes = Vec::with_capacity(USUAL_BYTES);
    let out = &mut bytes;
    match kind {
        Kind::BalanceTransaction => view.transactions.first().map(|transaction| {
            Object::write(out, |o| balance::fields(o, transaction));
        }),
        Kind::Charge => view.attempt.map(|attempt| {
            Object::write(out, |o| charge::fields(o, attempt, scene, expand));
        }),
        Kind::CheckoutSession => view.session.zip(view.payment).map(|pair| {
            Object::write(out, |o| checkout_session::fields(o, pair, scene, expand));
        }),
        Kind::Customer => view.customer.map(|customer| {
            Object::write(out, |o| customer::fields(o, customer));
        }),
        Kind::PaymentIntent => view.payment.map(|payment| {
            Object::write(out, |o| payment_intent::fields(o, payment, scene, expand));
        }),
        Kind::PaymentLink => view.link.map(|link| {
            Object::write(out, |o| payment_link::fields(o, link, scene, expand));
        }),
        Kind::PaymentMethod => view.method.map(|method| {
            Object::write(out, |o| payment_method::fields(o, method, scene, expand));
        }),
        Kind::Payout => view.payout.map(|payout| {
            Object::write(out, |o| payout::fields(o, payout, scene, expand));
        }),
        Kind::Price => view.price.map(|price| {
            Object::write(out, |o| price::fields(o, price, scene, expand));
        }),
        Kind::Product => view.product.map(|product| {
            Object::write(out, |o| product::fields(o, product, scene, expand));
        }),
        Kind::Refund => view.refund.map(|refund| {
            Object::write(out, |o| refund::fields(o, refund, scene, expand));
        }),
        Kind::WebhookEndpoint => view.endpoint.map(|endpoint| {
            Object::write(out, |o| webhook::fields(o, endpoint, view.secret));
        }),
        Kind::LineItem | Kind::LineItems | Kind::Nothing => None,
    }
    .unwrap_or_else(|| bytes.extend_from_slice(b"null"));
    bytes
}

/// One record by itself, without its surroundings. Null when it is not there.
fn one<T>(record: Option<&T>, fields: impl FnOnce(&mut Object<'_>, &T)) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(USUAL_BYTES);
    match record {
        Some(record) => Object::write(&mut bytes, |object| fields(object, record)),
        None => bytes.extend_from_slice(b"null"),
    }
    bytes
}

/// A page of a list. `url` is the address it was asked at, without its parameters.
pub(crate) fn list(url: &str, objects: &[Vec<u8>], has_more: bool) -> Vec<u8> {
    let bytes = objects.iter().map(Vec::len).sum::<usize>();
    let mut page = Vec::with_capacity(bytes + objects.len() + 128);
    Object::write(&mut page, |object| {
        object.text("object", "list");
        object.json_list("data", objects);
        object.bool("has_more", has_more);
        object.text("url", url);
    });
    page
}

/// A currency as Stripe writes it: in lower case.
fn currency(object: &mut Object<'_>, currency: domain::Currency) {
    object.id("currency", currency.code().to_ascii_lowercase());
}

fn livemode(object: &mut Object<'_>, mode: Mode) {
    object.bool("livemode", mode == Mode::Live);
}

fn metadata(object: &mut Object<'_>, pairs: &domain::payment::Metadata) {
    object.object("metadata", |inner| {
        for (key, value) in pairs {
            inner.pair(key, value);
        }
    });
}

/// A customer: their id, or they themselves when that is asked for and known.
fn customer_of(
    object: &mut Object<'_>,
    id: Option<domain::CustomerId>,
    scene: &Scene<'_>,
    expand: &Expand,
) {
    let known = scene
        .view
        .customer
        .filter(|customer| Some(customer.id) == id);
    match (expand.get("customer"), known) {
        (Some(_), Some(known)) => {
            object.object("customer", |inner| customer::fields(inner, known));
        }
        _ => object.optional_id("customer", id),
    }
}

/// A payment: its id, or the payment itself when that is asked for and known.
fn payment_of(object: &mut Object<'_>, id: domain::PaymentId, scene: &Scene<'_>, expand: &Expand) {
    let known = scene.view.payment.filter(|payment| payment.id == id);
    match (expand.get("payment_intent"), known) {
        (Some(inner), Some(known)) => object.object("payment_intent", |object| {
            payment_intent::fields(object, known, scene, inner);
        }),
        _ => object.id("payment_intent", id),
    }
}

/// An attempt under `name`: its id, or the charge itself when that is asked for and known.
fn charge_of(
    object: &mut Object<'_>,
    name: &'static str,
    id: Option<domain::AttemptId>,
    scene: &Scene<'_>,
    expand: &Expand,
) {
    let known = scene.view.attempt.filter(|attempt| Some(attempt.id) == id);
    match (expand.get(name), known) {
        (Some(inner), Some(known)) => {
            object.object(name, |object| charge::fields(object, known, scene, inner));
        }
        _ => object.optional_id(name, id),
    }
}

/// A means of payment: its id, or itself when that is asked for and known.
fn method_of(
    object: &mut Object<'_>,
    id: Option<domain::PaymentMethodId>,
    scene: &Scene<'_>,
    expand: &Expand,
) {
    let known = scene.view.method.filter(|method| Some(method.id) == id);
    match (expand.get("payment_method"), known) {
        (Some(inner), Some(known)) => object.object("payment_method", |object| {
            payment_method::fields(object, known, scene, inner);
        }),
        _ => object.optional_id("payment_method", id),
    }
}
