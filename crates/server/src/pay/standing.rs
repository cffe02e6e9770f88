//! Where a payment stands, as its payer sees it.
//!
//! Pure: everything that is known comes in, a screen goes out. Decides nothing about money; a
//! link's time is looked at here because nobody may start to pay after it, even before a worker has
//! closed it.

use domain::checkout::LineItem;
use domain::payment_link::AfterCompletion;
use domain::{
    AttemptStatus, Brand, CancellationReason, CheckoutSession, Payment, PaymentLink, PaymentStatus,
    Timestamp,
};
use engine::Loaded;

use super::card_form::Faults;
use super::token::Token;
use super::{
    Action, Closed, Form, Payable, Pending, Receipt, Refused, Screen, Setback, Unavailable,
};

/// The networks the sandbox takes, and every acquirer we know in Europe.
const BRANDS: [Brand; 3] = [Brand::Visa, Brand::Mastercard, Brand::Amex];

/// How long after its end a payment still leads its payer on by itself.
const FOLLOW_MS: i64 = 60_000;

/// What Stripe's addresses have where the id of the session belongs.
const SESSION_GAP: &str = "{CHECKOUT_SESSION_ID}";

/// The circumstances of one look at a payment.
pub(crate) struct Look {
    /// The address of the link, for a second device.
    pub(crate) link: String,
    /// The time.
    pub(crate) now: Timestamp,
    /// A token nobody has used, for the form.
    pub(crate) attempt: String,
    /// Whether this answers the payer's own form, so that they are led on.
    pub(crate) is_answer: bool,
}

/// The screen at the payment's own address.
pub(crate) fn screen(loaded: &Loaded, look: Look) -> Screen {
    let payment = &loaded.payment;
    let token = || {
        link_token(loaded)
            .map(|token| token.reveal())
            .unwrap_or_default()
    };
    let full = loaded.link.as_ref().filter(|link| !link.admits(payment));
    match payment.status {
        PaymentStatus::RequiresPaymentMethod | PaymentStatus::RequiresConfirmation => {
            if let Some(link) = full {
                return Screen::Unavailable(unavailable(link));
            }
            let session = loaded.session.as_ref();
            match session.filter(|session| look.now < session.expires_at) {
                Some(session) => Screen::Payable(payable(loaded, session, token(), look)),
                None => closed(loaded, false),
            }
        }
        PaymentStatus::RequiresAction => Screen::Action(Action {
            token: token(),
            amount: payment.amount,
            url: format!("/pay/challenge/{}", payment_token(payment).reveal()),
            follow: look.is_answer,
        }),
        PaymentStatus::Processing => Screen::Pending(Pending {
            token: token(),
            amount: payment.amount,
            in_doubt: status_of_attempt(loaded) == Some(AttemptStatus::Unknown),
        }),
        PaymentStatus::Succeeded | PaymentStatus::RequiresCapture => {
            let url = loaded.session.as_ref().and_then(success_url);
            Screen::Paid(receipt(loaded, url, look.now))
        }
        PaymentStatus::Canceled => {
            let is_over = payment.cancellation_reason == Some(CancellationReason::Abandoned);
            closed(loaded, !is_over)
        }
    }
}

/// The screen at the receipt's address; `None` when nothing was paid.
pub(crate) fn archive(loaded: &Loaded, now: Timestamp) -> Option<Screen> {
    let is_paid = matches!(
        loaded.payment.status,
        PaymentStatus::Succeeded | PaymentStatus::RequiresCapture
    );
    is_paid.then(|| Screen::Receipt(receipt(loaded, None, now)))
}

/// The screen after the bank's challenge for a payment that has no link: what became of it, and the
/// way back to whoever asked for it.
pub(crate) fn after_challenge(loaded: &Loaded, look: Look) -> Screen {
    let payment = &loaded.payment;
    let return_url = payment
        .return_url
        .as_deref()
        .map(|url| returning(url, payment));
    match payment.status {
        PaymentStatus::Succeeded | PaymentStatus::RequiresCapture => {
            Screen::Paid(receipt(loaded, return_url, look.now))
        }
        PaymentStatus::RequiresPaymentMethod | PaymentStatus::RequiresConfirmation => {
            let error = payment
                .last_error
                .unwrap_or(domain::PaymentError::AuthenticationFailed);
            Screen::Refused(Refused {
                amount: payment.amount,
                setback: Setback::Payment(error),
                return_url,
            })
        }
        PaymentStatus::RequiresAction | PaymentStatus::Processing | PaymentStatus::Canceled => {
            screen(loaded, look)
        }
    }
}

/// What opens the payment's page; `None` for a payment that was not asked by a link.
pub(crate) fn link_token(loaded: &Loaded) -> Option<Token> {
    let session = loaded.session.as_ref()?;
    Some(Token {
        id: *session.id.bytes(),
        secret: loaded.payment.secret,
    })
}

fn payment_token(payment: &Payment) -> Token {
    Token {
        id: *payment.id.bytes(),
        secret: payment.secret,
    }
}

fn status_of_attempt(loaded: &Loaded) -> Option<AttemptStatus> {
    loaded.attempt.as_ref().map(|attempt| attempt.status)
}

fn payable(loaded: &Loaded, session: &CheckoutSession, token: String, look: Look) -> Payable {
    Payable {
        token,
        link: look.link,
        amount: loaded.payment.amount,
        items: items(loaded),
        brands: BRANDS.to_vec(),
        form: Form {
            attempt: look.attempt,
            asks_holder: false,
            holder: None,
            faults: Faults::default(),
        },
        setback: loaded.payment.last_error.map(Setback::Payment),
        cancel_url: session.cancel_url.clone(),
        expires_at: session.expires_at,
        now: look.now,
    }
}

/// Why nobody can pay by `link` now.
pub(crate) fn unavailable(link: &PaymentLink) -> Unavailable {
    Unavailable {
        is_used: link.is_active && !link.is_open(),
        message: link.inactive_message.clone(),
    }
}

fn closed(loaded: &Loaded, is_canceled: bool) -> Screen {
    let cancel_url = loaded
        .session
        .as_ref()
        .and_then(|session| session.cancel_url.clone());
    Screen::Closed(Closed {
        is_canceled,
        cancel_url,
    })
}

fn receipt(loaded: &Loaded, success_url: Option<String>, now: Timestamp) -> Receipt {
    let payment = &loaded.payment;
    let is_held = payment.status == PaymentStatus::RequiresCapture;
    let minor = if is_held {
        payment.amount.minor
    } else {
        payment.captured_minor
    };
    let ended_at = loaded.attempt.as_ref().and_then(|attempt| attempt.ended_at);
    let card = loaded.method.as_ref().map(|method| &method.card);
    let reference = loaded
        .session
        .as_ref()
        .and_then(|session| session.client_reference.clone());
    Receipt {
        amount: payment.amount.with_minor(minor),
        refunded_minor: payment.refunded_minor,
        is_held,
        items: items(loaded),
        paid_at: ended_at.unwrap_or(payment.created_at),
        brand: card.map_or(Brand::Unknown, |card| card.brand),
        last4: card.map(|card| card.last4.clone()).unwrap_or_default(),
        message: loaded.link.as_ref().and_then(confirmation),
        reference: reference.unwrap_or_else(|| payment.id.to_string()),
        receipt_path: Some(format!("/pay/receipt/{}", payment_token(payment).reveal())),
        success_url,
        follow: ended_at.is_some_and(|ended_at| now.millis_since(ended_at) < FOLLOW_MS),
    }
}

/// What the merchant says to whoever has paid.
fn confirmation(link: &PaymentLink) -> Option<String> {
    match &link.after {
        AfterCompletion::Confirmation(message) => message.clone(),
        AfterCompletion::Redirect(_) => None,
    }
}

/// What is paid for: the things of the link, else the merchant's own words.
fn items(loaded: &Loaded) -> Vec<LineItem> {
    let payment = &loaded.payment;
    match (&loaded.session, &payment.description) {
        (Some(session), _) => session.items.clone(),
        (None, Some(name)) => {
            vec![LineItem {
                name: name.clone(),
                unit_minor: payment.amount.minor,
                quantity: 1,
                price: None,
            }]
        }
        (None, None) => Vec::new(),
    }
}

fn success_url(session: &CheckoutSession) -> Option<String> {
    let url = session.success_url.as_deref()?;
    Some(url.replace(SESSION_GAP, &session.id.to_string()))
}

/// The address of whoever asked, with the payment's id in the place where Stripe's libraries look.
fn returning(url: &str, payment: &Payment) -> String {
    let mark = if url.contains('?') { '&' } else { '?' };
    format!("{url}{mark}payment_intent={}", payment.id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pay::sample;
    use domain::{
        CaptureMethod, CheckoutSessionId, ClientSecret, Currency, DeclineReason, MerchantId, Mode,
        Money, Owner, PaymentError, PaymentId,
    };

    const OWNER: Owner = Owner {
        merchant: MerchantId::from_bytes([1; 16]),
        mode: Mode::Test,
    };

    fn payment(status: PaymentStatus) -> Payment {
        Payment {
            id: PaymentId::from_bytes([2; 16]),
            owner: OWNER,
            version: 1,
            status,
            amount: Money::new(1250, Currency::EUR),
            captured_minor: 1000,
            refunded_minor: 0,
            capture_method: CaptureMethod::Automatic,
            method: None,
            customer: None,
            attempt: None,
            last_error: None,
            session: None,
            secret: ClientSecret::from_bytes([3; 16]),
            description: Some("Table 12".into()),
            statement_descriptor: None,
            receipt_email: None,
            return_url: Some("https://shop.example.test/back?x=1".into()),
            metadata: domain::payment::Metadata::new(),
            cancellation_reason: None,
            canceled_at: None,
            created_at: sample::NOW,
        }
    }

    fn asked(status: PaymentStatus) -> Loaded {
        let session = CheckoutSession {
            id: CheckoutSessionId::from_bytes([4; 16]),
            owner: OWNER,
            payment: PaymentId::from_bytes([2; 16]),
            items: vec![sample::item("Café", 250, 5)],
            client_reference: None,
            success_url: Some("https://shop.example.test/thanks?cs={CHECKOUT_SESSION_ID}".into()),
            cancel_url: Some("https://shop.example.test/cart".into()),
            locale: None,
            customer_email: None,
            link: None,
            metadata: Default::default(),
            expires_at: sample::NOW.plus_millis(1_000),
            created_at: sample::NOW,
        };
        Loaded {
            session: Some(session),
            ..bare(status)
        }
    }

    fn bare(status: PaymentStatus) -> Loaded {
        let payment = payment(status);
        Loaded {
            payment,
            attempt: None,
            method: None,
            session: None,
            customer: None,
            transactions: Vec::new(),
            link: None,
            priced: Vec::new(),
        }
    }

    fn look() -> Look {
        let (link, attempt) = ("https://pay.example.test/pay/x".into(), "a".into());
        Look {
            link,
            now: sample::NOW,
            attempt,
            is_answer: false,
        }
    }

    fn state(loaded: &Loaded) -> &'static str {
        screen(loaded, look()).state().as_str()
    }

    #[test]
    fn every_status_has_its_screen() {
        use PaymentStatus as S;
        for (status, expected) in [
            (S::RequiresPaymentMethod, "payable"),
            (S::RequiresConfirmation, "payable"),
            (S::RequiresAction, "action"),
            (S::Processing, "processing"),
            (S::RequiresCapture, "held"),
            (S::Succeeded, "paid"),
            (S::Canceled, "canceled"),
        ] {
            assert_eq!(state(&asked(status)), expected, "{status}");
        }
    }

    #[test]
    fn a_link_whose_time_is_over_cannot_be_paid() {
        let loaded = asked(PaymentStatus::RequiresPaymentMethod);
        let late = Look {
            now: sample::NOW.plus_millis(1_000),
            ..look()
        };
        assert_eq!(screen(&loaded, late).state().as_str(), "expired");
        let mut closed = asked(PaymentStatus::Canceled);
        closed.payment.cancellation_reason = Some(CancellationReason::Abandoned);
        assert_eq!(state(&closed), "expired");
    }

    #[test]
    fn a_payment_that_is_under_way_is_not_over_with_its_link() {
        let late = Look {
            now: sample::NOW.plus_millis(9_000_000),
            ..look()
        };
        let screen = screen(&asked(PaymentStatus::Processing), late);
        assert_eq!(screen.state().as_str(), "processing");
    }

    #[test]
    fn the_last_refusal_stands_with_the_form() {
        let mut loaded = asked(PaymentStatus::RequiresPaymentMethod);
        loaded.payment.last_error = Some(PaymentError::Declined(DeclineReason::DoNotHonor));
        let Screen::Payable(payable) = screen(&loaded, look()) else {
            panic!("not payable")
        };
        assert_eq!(
            payable.setback,
            Some(sample::declined(DeclineReason::DoNotHonor))
        );
        assert_eq!(payable.token, link_token(&loaded).unwrap().reveal());
        assert_eq!(payable.items, loaded.session.unwrap().items);
    }

    #[test]
    fn the_payer_is_led_to_the_bank_by_their_own_form_only() {
        let loaded = asked(PaymentStatus::RequiresAction);
        let follow = |is_answer| {
            let screen = screen(
                &loaded,
                Look {
                    is_answer,
                    ..look()
                },
            );
            matches!(screen, Screen::Action(Action { follow: true, .. }))
        };
        assert!(follow(true) && !follow(false));
    }

    #[test]
    fn a_receipt_tells_what_was_taken_and_where_to_go_on() {
        let loaded = asked(PaymentStatus::Succeeded);
        let Screen::Paid(receipt) = screen(&loaded, look()) else {
            panic!("not paid")
        };
        assert_eq!(receipt.amount.minor, 1000);
        let session = loaded.session.as_ref().unwrap().id;
        let expected = format!("https://shop.example.test/thanks?cs={session}");
        assert_eq!(receipt.success_url, Some(expected));
        assert!(!receipt.follow, "when it ended is not known");
        let held = asked(PaymentStatus::RequiresCapture);
        let Some(Screen::Receipt(held)) = archive(&held, sample::NOW) else {
            panic!("no receipt")
        };
        assert_eq!((held.amount.minor, held.success_url), (1250, None));
    }

    #[test]
    fn what_was_not_paid_has_no_receipt() {
        for status in PaymentStatus::ALL {
            let is_paid = matches!(
                status,
                PaymentStatus::Succeeded | PaymentStatus::RequiresCapture
            );
            assert_eq!(
                archive(&asked(*status), sample::NOW).is_some(),
                is_paid,
                "{status}"
            );
        }
    }

    #[test]
    fn a_payment_without_a_link_leads_back_to_whoever_asked() {
        let id = PaymentId::from_bytes([2; 16]);
        let back = Some(format!(
            "https://shop.example.test/back?x=1&payment_intent={id}"
        ));
        let paid = after_challenge(&bare(PaymentStatus::Succeeded), look());
        let Screen::Paid(receipt) = paid else {
            panic!("not paid")
        };
        assert_eq!(receipt.success_url, back);
        assert_eq!(receipt.items[0].name, "Table 12");
        let refused = after_challenge(&bare(PaymentStatus::RequiresPaymentMethod), look());
        let Screen::Refused(refused) = refused else {
            panic!("not refused")
        };
        assert_eq!(refused.return_url, back);
        let setback = Setback::Payment(PaymentError::AuthenticationFailed);
        assert_eq!(refused.setback, setback);
    }
}
