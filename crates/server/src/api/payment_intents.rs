//! `/v1/payment_intents`.

use axum::extract::Path;
use axum::response::Response;
use domain::payment::Update;
use domain::{CancellationReason, CaptureMethod, CustomerId, Money, PaymentId, PaymentMethodId};
use engine::payments::Create;
use engine::{Error, Reply};

use crate::api::lists;
use crate::api::methods::Named;
use crate::api::render::{Expand, Kind, Scene, object};
use crate::api::search::{self, Wanted};
use crate::call::{Asked, Call, json, respond};
use crate::error::{ApiError, spelled};
use crate::form::{Fault, FaultKind, Form};

type Answered = Result<Response, ApiError>;

const KIND: Kind = Kind::PaymentIntent;

/// The id in a path.
fn parse_id(id: &str) -> Result<PaymentId, ApiError> {
    PaymentId::parse(id).ok_or_else(|| ApiError::missing("payment_intent", id, "intent"))
}

/// What one may say of a payment both when it is made and when it is changed.
struct Words {
    customer: Option<Option<CustomerId>>,
    description: Option<Option<String>>,
    statement_descriptor: Option<Option<String>>,
    receipt_email: Option<Option<String>>,
}

impl Words {
    fn read(form: &mut Form) -> Result<Self, Fault> {
        check_types(form)?;
        Ok(Self {
            customer: form
                .id("customer", "customer", CustomerId::parse)?
                .map(Some),
            description: form.clearable_text("description", 1000)?,
            statement_descriptor: form.clearable_text("statement_descriptor", 22)?,
            receipt_email: form.clearable_text("receipt_email", 800)?,
        })
    }
}

/// Cards are the only type there is; whoever says so explicitly is right.
fn check_types(form: &mut Form) -> Result<(), Fault> {
    if let Some(types) = form.texts("payment_method_types", 40)?
        && types.iter().any(|name| name != "card")
    {
        let fault = form.fault(FaultKind::NotOneOf, "payment_method_types");
        return Err(fault.with_detail("card"));
    }
    form.object("automatic_payment_methods", |automatic| {
        automatic.bool("enabled")?;
        automatic.one_of(
            "allow_redirects",
            |text| ["always", "never"].into_iter().find(|name| *name == text),
            &["always", "never"],
        )
    })?;
    Ok(())
}

fn read_amount(form: &mut Form) -> Result<Option<Money>, Fault> {
    let amount = form.integer("amount")?;
    let currency = form.currency("currency")?;
    match (amount, currency) {
        (Some(minor), Some(currency)) => Ok(Some(Money::new(minor, currency))),
        (None, None) => Ok(None),
        (None, Some(_)) => Err(form.missing("amount")),
        (Some(_), None) => Err(form.missing("currency")),
    }
}

/// `POST /v1/payment_intents`: asks for a payment, and charges it when `confirm` says so.
pub(crate) async fn create(call: Call) -> Answered {
    let (asked, (named, create)) = call.read(KIND, |form| {
        let amount = read_amount(form)?.ok_or_else(|| form.missing("amount"))?;
        let capture = form.one_of("capture_method", CaptureMethod::parse, CaptureMethod::ALL)?;
        let words = Words::read(form)?;
        let is_confirmed = form.bool("confirm")?.unwrap_or(false);
        let named = Named::read(form)?;
        let return_url = form.text("return_url", 2000)?;
        let create = Create {
            amount,
            capture_method: capture.unwrap_or(CaptureMethod::Automatic),
            method: engine::cards::MethodChoice::Unchanged,
            customer: words.customer.flatten(),
            description: words.description.flatten(),
            statement_descriptor: words.statement_descriptor.flatten(),
            receipt_email: words.receipt_email.flatten(),
            return_url,
            metadata: form.metadata("metadata")?,
            is_confirmed,
        };
        Ok((named, create))
    })?;
    let (method_id, customer) = (named.id(), spelled(create.customer));
    let method = named.choose(asked.app(), asked.request.caller.owner)?;
    let reply = asked
        .app()
        .create_payment(&asked.request, Create { method, ..create })
        .await;
    let ids = [("payment_method", &*method_id), ("customer", &*customer)];
    Ok(respond(
        reply.map_err(|error| ApiError::among(error, &ids))?,
    ))
}

/// `GET /v1/payment_intents/{id}`.
pub(crate) async fn retrieve(Path(id): Path<String>, call: Call) -> Answered {
    let payment = parse_id(&id)?;
    let (asked, secret) = call.read(KIND, |form| form.text("client_secret", 255))?;
    let found = asked
        .app()
        .get_payment(asked.request.caller.owner, payment)
        .await;
    let loaded = found.map_err(|error| ApiError::of(error, &id, "intent"))?;
    asked.check_secret(&loaded.payment, secret.as_deref())?;
    let loaded = asked.followed(loaded).await?;
    let body = object(KIND, &scene(&loaded, &asked), &asked.expand());
    Ok(json(asked.shown(body)))
}

/// `POST /v1/payment_intents/{id}`: changes a payment before it is charged.
pub(crate) async fn update(Path(id): Path<String>, call: Call) -> Answered {
    let payment = parse_id(&id)?;
    let (asked, update) = call.read(KIND, |form| {
        let (amount_minor, currency) = (form.integer("amount")?, form.currency("currency")?);
        let words = Words::read(form)?;
        Ok(Update {
            amount_minor,
            currency,
            // A card is kept or charged; a change of a payment does neither.
            method: form.id("payment_method", "payment_method", PaymentMethodId::parse)?,
            customer: words.customer,
            description: words.description,
            statement_descriptor: words.statement_descriptor,
            receipt_email: words.receipt_email,
            metadata: form.metadata_change("metadata")?,
        })
    })?;
    let (method_id, customer) = (spelled(update.method), spelled(update.customer.flatten()));
    let reply = asked
        .app()
        .update_payment(&asked.request, payment, update)
        .await;
    let ids = [
        ("intent", &*id),
        ("payment_method", &*method_id),
        ("customer", &*customer),
    ];
    answered(&asked, payment, reply, &ids).await
}

/// The engine's answer about a payment; a refusal shows the payment as it is now.
async fn answered(
    asked: &Asked,
    payment: PaymentId,
    reply: Result<Reply, Error>,
    ids: &[(&str, &str)],
) -> Answered {
    let error = match reply {
        Ok(mut reply) => {
            reply.answer.body = asked.shown(reply.answer.body);
            return Ok(respond(reply));
        }
        Err(error) => error,
    };
    let is_refusal = matches!(error, Error::Refused(_));
    let error = ApiError::among(error, ids);
    if !is_refusal {
        return Err(error);
    }
    let loaded = asked.app().get_payment(asked.request.caller.owner, payment);
    let body = object(KIND, &scene(&loaded.await?, asked), &Expand::default());
    Err(error.with_payment(asked.shown(body), None))
}

/// `POST /v1/payment_intents/{id}/confirm`: charges a payment.
pub(crate) async fn confirm(Path(id): Path<String>, call: Call) -> Answered {
    let payment = parse_id(&id)?;
    let (asked, (named, secret, return_url)) = call.read(KIND, |form| {
        check_types(form)?;
        let secret = form.text("client_secret", 255)?;
        let return_url = form.text("return_url", 2000)?;
        Ok((Named::read(form)?, secret, return_url))
    })?;
    let (app, owner) = (asked.app(), asked.request.caller.owner);
    let method_id = named.id();
    let ids = [("intent", &*id), ("payment_method", &*method_id)];
    let missing = |error| ApiError::among(error, &ids);
    let loaded = app.get_payment(owner, payment).await.map_err(missing)?;
    asked.check_secret(&loaded.payment, secret.as_deref())?;
    let method = named.choose(app, owner)?;
    let confirm = app.confirm_and_return(&asked.request, payment, method, return_url);
    let reply = confirm.await;
    answered(&asked, payment, reply, &ids).await
}

/// `POST /v1/payment_intents/{id}/capture`: takes what was set aside, or a part of it.
pub(crate) async fn capture(Path(id): Path<String>, call: Call) -> Answered {
    let payment = parse_id(&id)?;
    let (asked, minor) = call.read(KIND, |form| form.integer("amount_to_capture"))?;
    let reply = asked
        .app()
        .capture_payment(&asked.request, payment, minor)
        .await;
    answered(&asked, payment, reply, &[("intent", &id)]).await
}

/// `POST /v1/payment_intents/{id}/cancel`: gives a payment up.
pub(crate) async fn cancel(Path(id): Path<String>, call: Call) -> Answered {
    let payment = parse_id(&id)?;
    let (asked, reason) = call.read(KIND, |form| {
        form.one_of(
            "cancellation_reason",
            CancellationReason::parse,
            CancellationReason::ALL,
        )
    })?;
    let reply = asked
        .app()
        .cancel_payment(&asked.request, payment, reason)
        .await;
    answered(&asked, payment, reply, &[("intent", &id)]).await
}

/// `GET /v1/payment_intents`, newest first.
pub(crate) async fn list(call: Call) -> Answered {
    let (asked, (page, customer)) = call.read_list(KIND, |form| {
        let page = lists::read_dated_page(form, PaymentId::parse)?;
        Ok((page, form.id("customer", "customer", CustomerId::parse)?))
    })?;
    let owner = asked.request.caller.owner;
    let ids = [("customer", &*spelled(customer))];
    let found = asked.app().list_payments(owner, customer, page).await;
    let found = found.map_err(|error| lists::failed(error, &page, &ids))?;
    let found = asked.all_followed(found).await?;
    let expand = asked.expand();
    let body = lists::answer("/v1/payment_intents", &page, found, |loaded| {
        object(KIND, &scene(loaded, &asked), &expand)
    });
    Ok(json(body))
}

/// `GET /v1/payment_intents/search`, newest first.
pub(crate) async fn search(call: Call) -> Answered {
    let read = |form: &mut Form| search::read(form, search::PAYMENTS);
    let (asked, Wanted { query, page }, is_counted) = call.read_search(KIND, read)?;
    let (app, owner) = (asked.app(), asked.request.caller.owner);
    let found = app.search_payments(owner, &query, page).await;
    let mut found = found.map_err(|error| search::failed(error, &page))?;
    found.objects = asked.all_followed(found.objects).await?;
    let count = match is_counted {
        true => Some(app.count_payments(owner, &query).await?),
        false => None,
    };
    let expand = asked.expand();
    let render = |loaded: &engine::Loaded| object(KIND, &scene(loaded, &asked), &expand);
    let url = "/v1/payment_intents/search";
    Ok(json(search::answer(url, &found, count, render)))
}

/// The links of a call, for handlers that render one payment.
pub(super) fn scene<'a>(loaded: &'a engine::Loaded, asked: &'a Asked) -> Scene<'a> {
    Scene {
        view: loaded.view(),
        links: asked.links(),
    }
}
