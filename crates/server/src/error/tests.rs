//! Claims about what a caller is told.

use domain::payment::PaymentError;
use domain::{DeclineReason, Refusal};

use super::*;

fn body(error: &ApiError) -> serde_json::Value {
    let mut whole: serde_json::Value = serde_json::from_slice(&error.body()).unwrap();
    whole["error"].take()
}

#[test]
fn a_fault_of_a_parameter_names_it() {
    let fault = Fault::new(FaultKind::Unknown, "payment_method_data[card][foo]".into());
    let error = ApiError::from(fault);
    assert_eq!(error.row().status, 400);
    assert_eq!(
        body(&error),
        serde_json::json!({
            "code": "parameter_unknown",
            "message": "There is no parameter payment_method_data[card][foo].",
            "param": "payment_method_data[card][foo]",
            "type": "invalid_request_error",
        })
    );
}

#[test]
fn a_detail_cannot_open_a_gap_of_its_own() {
    let error = ApiError::from(FaultKind::NoSuch).with_detail("{param}{detail}");
    assert_eq!(error.message(), "No such {param}{detail}");
}

#[test]
fn a_decline_carries_the_payment_and_its_charge() {
    let cause = Cause::Payment(PaymentError::Declined(DeclineReason::InsufficientFunds));
    let error = ApiError::new(cause).with_payment(
        br#"{"id":"pi_1","object":"payment_intent"}"#.to_vec(),
        Some("ch_1".into()),
    );
    assert_eq!(error.row().status, 402);
    let body = body(&error);
    assert_eq!(body["type"], "card_error");
    assert_eq!(body["code"], "card_declined");
    assert_eq!(body["decline_code"], "insufficient_funds");
    assert_eq!(body["charge"], "ch_1");
    assert_eq!(body["payment_intent"]["id"], "pi_1");
}

#[test]
fn the_codes_integrators_test_for_are_stripes() {
    for (reason, code, decline_code) in [
        (
            DeclineReason::GenericDecline,
            "card_declined",
            "generic_decline",
        ),
        (
            DeclineReason::InsufficientFunds,
            "card_declined",
            "insufficient_funds",
        ),
        (DeclineReason::LostCard, "card_declined", "lost_card"),
        (DeclineReason::StolenCard, "card_declined", "stolen_card"),
        (DeclineReason::ExpiredCard, "expired_card", ""),
        (DeclineReason::IncorrectCvc, "incorrect_cvc", ""),
        (DeclineReason::ProcessingError, "processing_error", ""),
    ] {
        let row = row(Cause::Payment(PaymentError::Declined(reason)));
        assert_eq!(
            (row.status, row.code, row.decline_code),
            (402, code, decline_code)
        );
    }
}

#[test]
fn a_thief_is_not_told_that_the_card_was_reported() {
    let said = |reason| row(Cause::Payment(PaymentError::Declined(reason))).message;
    let generic = said(DeclineReason::GenericDecline);
    for reason in [
        DeclineReason::LostCard,
        DeclineReason::StolenCard,
        DeclineReason::PickupCard,
        DeclineReason::Fraudulent,
    ] {
        assert_eq!(said(reason), generic);
    }
}

#[test]
fn a_missing_thing_is_named_without_card_numbers() {
    let error = ApiError::missing("payment_intent", "pi_1", "intent");
    assert_eq!(error.message(), "No such payment_intent: 'pi_1'");
    assert_eq!(body(&error)["param"], "intent");
    let error = ApiError::missing("customer", "4242424242424242", "id");
    assert!(!String::from_utf8(error.body()).unwrap().contains("4242"));
}

#[test]
fn of_several_things_the_one_that_is_not_there_is_named() {
    use ::engine::{Error, Thing};
    let ids = [
        ("intent", "pi_1"),
        ("payment_method", ""),
        ("customer", "cus_1"),
    ];
    for (thing, param, message) in [
        (Thing::Payment, "intent", "No such payment_intent: 'pi_1'"),
        (Thing::Customer, "customer", "No such customer: 'cus_1'"),
        (
            Thing::PaymentMethod,
            "payment_method",
            "No such payment_method",
        ),
    ] {
        let error = ApiError::among(Error::NotFound(thing), &ids);
        assert_eq!(error.message(), message);
        assert_eq!(body(&error)["param"], param);
    }
}

#[test]
fn what_happened_inside_is_not_told() {
    let error = ApiError::internal(anyhow::anyhow!("no space left on /var/lib"));
    assert_eq!(error.row().status, 500);
    assert!(
        !String::from_utf8(error.body())
            .unwrap()
            .contains("/var/lib")
    );
}

#[test]
fn only_what_may_be_repeated_says_so() {
    for (cause, is_retryable) in [
        (Cause::KeyInUse, true),
        (Cause::Busy, true),
        (Cause::KeyReused, false),
        (Cause::Refused(Refusal::AmountTooSmall), false),
    ] {
        let response = ApiError::new(cause).into_response();
        let header = response.headers().get(SHOULD_RETRY);
        assert_eq!(header.is_some(), is_retryable, "{cause:?}");
    }
}

#[test]
fn statuses_are_those_stripes_clients_expect() {
    for (cause, status) in [
        (Cause::KeyReused, 400),
        (Cause::KeyInUse, 409),
        (Cause::Busy, 429),
        (Cause::Request(FaultKind::NoSuch), 404),
        (Cause::Access(AccessFault::KeyMissing), 401),
        (Cause::Access(AccessFault::SecretKeyRequired), 403),
        (Cause::Refused(Refusal::AlreadyRefunded), 400),
        (Cause::Internal, 500),
    ] {
        assert_eq!(
            ApiError::new(cause).into_response().status().as_u16(),
            status
        );
    }
}

#[test]
fn who_sends_no_key_is_told_how_to_send_one() {
    let response = ApiError::from(AccessFault::KeyMissing).into_response();
    assert!(response.headers().contains_key(header::WWW_AUTHENTICATE));
}
