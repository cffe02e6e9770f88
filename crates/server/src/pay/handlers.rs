//! The addresses of the payer's room, and what each does.
//!
//! Decides nothing about money and writes no HTML. A payment is confirmed at most once for each
//! page view: the token of the form is its idempotency key.

use std::future::Future;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, RawQuery, Request};
use axum::http::{HeaderValue, header};
use axum::response::Response;
use axum::routing::get;
use domain::{Mode, PaymentStatus, Refusal};
use engine::Error;
use engine::cards::{MethodChoice, NewCard};
use vault::CardData;

use super::card_form::{self, Entry, Fault, Faults, Faulty};
use super::link;
use super::standing;
use super::visit::{Visit, Visitor, private, redirect};
use super::{Challenge, Language, Screen, Setback, assets, qr, status};
use crate::call::read_tree;
use crate::error::CardFault;
use crate::form::{Node, Tree};
use crate::state::State;
use crate::tokenise::{Typed, month_now};

/// The addresses under `/pay`.
pub(crate) fn routes() -> Router<Arc<State>> {
    Router::new()
        .route("/pay/assets/{name}", get(asset))
        .route("/pay/{token}", get(show).post(pay))
        .route("/pay/link/{id}", get(link::show).post(link::take_up))
        .route("/pay/{token}/status", get(tell))
        .route("/pay/{token}/qr.svg", get(code))
        .route("/pay/receipt/{token}", get(receipt))
        .route("/pay/receipt/{token}/qr.svg", get(receipt_code))
        .route("/pay/challenge/{token}", get(challenge).post(end_challenge))
}

/// What `work` shows, or the page that says why it shows nothing.
pub(super) async fn shown(
    visitor: &Visitor,
    work: impl Future<Output = Result<Response, Error>>,
) -> Response {
    work.await.unwrap_or_else(|error| visitor.trouble(&error))
}

async fn asset(Path(name): Path<String>, RawQuery(query): RawQuery) -> Response {
    let version = query
        .as_deref()
        .and_then(|query| query.strip_prefix("v="))
        .unwrap_or_default();
    let Some(asset) = assets::find(&name, version) else {
        return private(404, "text/plain; charset=utf-8", String::new());
    };
    let mut response = private(200, asset.content_type, asset.body.to_owned());
    let keep = HeaderValue::from_static(asset.cache_control);
    response.headers_mut().insert(header::CACHE_CONTROL, keep);
    response
}

async fn show(visitor: Visitor, Path(token): Path<String>) -> Response {
    shown(&visitor, async {
        let visit = visitor.open_link(&token).await?;
        Ok(visit.page(&visit.screen()))
    })
    .await
}

async fn tell(visitor: Visitor, Path(token): Path<String>) -> Response {
    shown(&visitor, async {
        let visit = visitor.open_link(&token).await?;
        Ok(private(
            200,
            "application/json",
            status(&visit.screen(), visit.language()),
        ))
    })
    .await
}

async fn code(visitor: Visitor, Path(token): Path<String>) -> Response {
    shown(&visitor, async {
        let visit = visitor.open_link(&token).await?;
        Ok(picture(&visit.look(false).link))
    })
    .await
}

async fn receipt(visitor: Visitor, Path(token): Path<String>) -> Response {
    shown(&visitor, async {
        let visit = visitor.open_payment(&token).await?;
        let screen = standing::archive(&visit.loaded, visitor.state.app.clock.now());
        Ok(visit.page(&screen.unwrap_or(Screen::Missing)))
    })
    .await
}

async fn receipt_code(visitor: Visitor, Path(token): Path<String>) -> Response {
    shown(&visitor, async {
        let visit = visitor.open_payment(&token).await?;
        Ok(picture(&visitor.state.links.receipt(&visit.loaded.payment)))
    })
    .await
}

fn picture(link: &str) -> Response {
    match qr::svg(link) {
        Some(svg) => private(200, "image/svg+xml", svg),
        None => private(404, "text/plain; charset=utf-8", String::new()),
    }
}

/// Tokenises and confirms in one request; the answer is the whole page.
async fn pay(visitor: Visitor, Path(token): Path<String>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    // What cannot be read is an empty form, which is shown again with what is missing.
    let tree = read_tree(&parts, body).await.unwrap_or_default();
    shown(&visitor, async {
        let visit = visitor.open_link(&token).await?;
        let mut screen = visit.screen();
        if matches!(screen, Screen::Payable(_)) {
            screen = attempt(&visitor, &visit, &tree).await?;
        }
        Ok(visit.page(&screen))
    })
    .await
}

async fn attempt(visitor: &Visitor, visit: &Visit<'_>, tree: &Tree) -> Result<Screen, Error> {
    let app = &visitor.state.app;
    let entry = match card_form::read(texts(tree), month_now(app)) {
        Ok(entry) => entry,
        Err(faulty) => return Ok(faulty_form(visit.screen(), faulty)),
    };
    let Entry {
        number,
        expiry,
        code,
        holder,
        attempt,
    } = entry;
    let expiry = (i64::from(expiry.month()), i64::from(expiry.year()));
    let data = match Typed::new(number, expiry, Some(code)).check(month_now(app)) {
        Ok(data) => data,
        Err(fault) => {
            return Ok(faulty_form(
                visit.screen(),
                Faulty {
                    faults: faults(fault),
                    holder,
                },
            ));
        }
    };
    let request = visit.request(Some(key(visitor, visit, &attempt, &data)));
    let card = MethodChoice::New(Arc::new(NewCard {
        data,
        holder,
        email: None,
    }));
    let id = visit.loaded.payment.id;
    match app.confirm_payment(&request, id, card).await {
        Err(Error::Refused(Refusal::TestCardInLiveMode)) => {
            Ok(set_back(visit.screen(), Setback::TestCardInLiveMode))
        }
        Err(Error::Refused(Refusal::RealCardInTestMode)) => {
            Ok(set_back(visit.screen(), Setback::RealCardInTestMode))
        }
        // Somebody else moved the payment or took the link's last place, or this form was sent
        // before: it shows where it stands.
        Ok(_)
        | Err(
            Error::Refused(Refusal::UnexpectedStatus(_) | Refusal::PaymentLinkClosed)
            | Error::KeyReused
            | Error::KeyInUse
            | Error::Busy,
        ) => visit.outcome().await,
        Err(other) => Err(other),
    }
}

/// The plain texts of a form.
fn texts(tree: &Tree) -> impl Iterator<Item = (&str, &str)> {
    tree.fields().iter().filter_map(|(name, node)| match node {
        Node::Text(text) => Some((name.as_str(), text.as_str())),
        Node::Map(_) | Node::List(_) => None,
    })
}

/// The key of one page view, and what tells the same card sent twice from another one. The security
/// code is not in it: it must not be kept, not even as a hash.
fn key(visitor: &Visitor, visit: &Visit<'_>, attempt: &str, card: &CardData) -> (String, [u8; 32]) {
    let payment = &visit.loaded.payment;
    let vault = &visitor.state.app.vault;
    let number = vault.fingerprint(&payment.owner, &card.pan);
    let expiry = format!("{}/{}", card.expiry.month(), card.expiry.year());
    let print = vault.mac(
        "idempotency",
        &[b"payer", number.as_bytes(), expiry.as_bytes()],
    );
    (format!("payer:{}:{attempt}", payment.id), print)
}

fn faults(fault: CardFault) -> Faults {
    let none = Faults::default();
    match fault {
        CardFault::Number => Faults {
            number: Some(Fault::Wrong),
            ..none
        },
        CardFault::ExpiryMonth | CardFault::ExpiryYear => Faults {
            expiry: Some(Fault::Wrong),
            ..none
        },
        CardFault::Expired => Faults {
            expiry: Some(Fault::Past),
            ..none
        },
        CardFault::Cvc => Faults {
            code: Some(Fault::Wrong),
            ..none
        },
    }
}

/// The same screen with what is wrong in the form, in place of what went wrong before.
fn faulty_form(mut screen: Screen, faulty: Faulty) -> Screen {
    if let Screen::Payable(payable) = &mut screen {
        payable.form.faults = faulty.faults;
        payable.form.holder = faulty.holder;
        payable.setback = None;
    }
    screen
}

fn set_back(mut screen: Screen, setback: Setback) -> Screen {
    if let Screen::Payable(payable) = &mut screen {
        payable.setback = Some(setback);
    }
    screen
}

/// The sandbox's stand-in for a bank; afterwards, what became of the payment.
async fn challenge(visitor: Visitor, Path(token): Path<String>) -> Response {
    shown(&visitor, async {
        let visit = visitor.open_payment(&token).await?;
        let payment = &visit.loaded.payment;
        if payment.status == PaymentStatus::RequiresAction && payment.owner.mode == Mode::Test {
            return Ok(visit.page(&simulation(&visit)));
        }
        Ok(match standing::link_token(&visit.loaded) {
            Some(link) => {
                let path = format!("/pay/{}", link.reveal());
                redirect(&in_language(&path, visit.language()))
            }
            None => visit.page(&standing::after_challenge(&visit.loaded, visit.look(true))),
        })
    })
    .await
}

fn simulation(visit: &Visit<'_>) -> Screen {
    let card = visit.loaded.method.as_ref().map(|method| &method.card);
    Screen::Challenge(Challenge {
        amount: visit.loaded.payment.amount,
        brand: card.map_or(domain::Brand::Unknown, |card| card.brand),
        last4: card.map(|card| card.last4.clone()).unwrap_or_default(),
    })
}

/// Takes the simulated bank's answer, then shows what became of the payment at its own address.
async fn end_challenge(visitor: Visitor, Path(token): Path<String>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let tree = read_tree(&parts, body).await.unwrap_or_default();
    let is_confirmed = texts(&tree).any(|pair| pair == ("verdict", "confirm"));
    shown(&visitor, async {
        let visit = visitor.open_payment(&token).await?;
        let (state, payment) = (&visitor.state, &visit.loaded.payment);
        let attempt = visit.loaded.attempt.as_ref();
        let reference = attempt.and_then(|attempt| attempt.challenge.as_deref());
        let value = reference.filter(|_| is_confirmed).map(state.sandbox_proof);
        if payment.owner.mode == Mode::Test {
            let request = visit.request(None);
            match state
                .app
                .complete_challenge(&request, payment.id, value)
                .await
            {
                // Answered before, perhaps by a second click: it shows where it stands.
                Ok(_) | Err(Error::Refused(Refusal::UnexpectedStatus(_)) | Error::Busy) => {}
                Err(other) => return Err(other),
            }
        }
        Ok(redirect(&in_language(
            &format!("/pay/challenge/{token}"),
            visit.language(),
        )))
    })
    .await
}

pub(super) fn in_language(path: &str, language: Language) -> String {
    format!("{path}?lang={}", language.tag())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pay::sample;

    const TYPED: &[u8] = b"number=4242+4242&code=1&attempt=a&holder=Zo%C3%A9&card%5Bx%5D=1";

    #[test]
    fn only_plain_texts_are_fields_of_the_form() {
        let tree = Tree::parse(Some("lang=fr"), None, TYPED).unwrap();
        let names: Vec<_> = texts(&tree).collect();
        let expected = [
            ("attempt", "a"),
            ("code", "1"),
            ("holder", "Zoé"),
            ("lang", "fr"),
            ("number", "4242 4242"),
        ];
        assert_eq!(names, expected);
    }

    #[test]
    fn a_fault_of_the_vault_is_shown_at_its_field() {
        let none = Faults::default();
        for fault in CardFault::ALL {
            let faults = faults(*fault);
            let marked = [faults.number, faults.expiry, faults.code];
            assert_eq!(marked.iter().flatten().count(), 1, "{fault:?}");
            assert_eq!(faults.holder, None);
        }
        assert_eq!(
            faults(CardFault::Number),
            Faults {
                number: Some(Fault::Wrong),
                ..none
            }
        );
        assert_eq!(
            faults(CardFault::Expired),
            Faults {
                expiry: Some(Fault::Past),
                ..none
            }
        );
    }

    #[test]
    fn a_mistake_in_the_form_takes_the_place_of_the_last_refusal() {
        let refused = set_back(
            Screen::Payable(sample::payable()),
            Setback::RealCardInTestMode,
        );
        let faulty = Faulty {
            faults: faults(CardFault::Number),
            holder: Some("Zoé".to_owned()),
        };
        let Screen::Payable(payable) = faulty_form(refused, faulty) else {
            panic!("not payable")
        };
        assert_eq!(payable.setback, None);
        assert_eq!(payable.form.faults.number, Some(Fault::Wrong));
        assert_eq!(payable.form.holder.as_deref(), Some("Zoé"));
    }

    #[test]
    fn a_payment_that_moved_on_shows_no_form() {
        let screen = set_back(Screen::Missing, Setback::RealCardInTestMode);
        assert!(matches!(screen, Screen::Missing));
        let faulty = Faulty {
            faults: Faults::default(),
            holder: None,
        };
        assert!(matches!(
            faulty_form(Screen::Failed, faulty),
            Screen::Failed
        ));
    }
}
