//! Changing payments before they are charged.

use domain::payment::{MetadataChange, Update};
use domain::{CustomerId, Money, PaymentMethodId, PaymentStatus, Refusal};
use engine::Thing;
use engine::cards::MethodChoice;
use engine::customers::Details;

use crate::installation::TestEngine;
use crate::records::{
    OTHER, VISA, asking, card, currency, euros, missing, of, payment_of, plain, refusal, said,
    standing,
};

fn amount(amount: Money) -> Update {
    Update {
        amount_minor: Some(amount.minor),
        currency: Some(amount.currency),
        ..Update::default()
    }
}

async fn kept(engine: &TestEngine) -> PaymentMethodId {
    let reply = engine
        .app
        .create_method(&plain(), card(VISA))
        .await
        .unwrap();
    PaymentMethodId::parse(said(&reply, "method")).unwrap()
}

async fn customer(engine: &TestEngine) -> CustomerId {
    let reply = engine
        .app
        .create_customer(&plain(), Details::default())
        .await;
    CustomerId::parse(said(&reply.unwrap(), "customer")).unwrap()
}

#[tokio::test]
async fn the_changed_amount_is_charged() {
    let engine = TestEngine::start().await;
    let id = payment_of(&engine.create(asking()).await);
    let update = Update {
        amount_minor: Some(990),
        method: Some(kept(&engine).await),
        description: Some(Some("two coffees".into())),
        ..Update::default()
    };
    let reply = engine
        .app
        .update_payment(&plain(), id, update)
        .await
        .unwrap();
    assert_eq!(standing(&reply), (200, "requires_confirmation"));
    let confirm = engine
        .app
        .confirm_payment(&plain(), id, MethodChoice::Unchanged)
        .await;
    assert_eq!(standing(&confirm.unwrap()), (200, "succeeded"));
    let payment = engine.payment(id).await;
    assert_eq!(payment.captured_minor, 990);
    assert_eq!(payment.description.as_deref(), Some("two coffees"));
    engine.finish().await;
}

#[tokio::test]
async fn words_may_be_changed_and_taken_away_after_the_payment() {
    let engine = TestEngine::start().await;
    let id = engine.paid().await;
    let table = [("table".to_owned(), Some("4".to_owned()))];
    let table = MetadataChange::Change(table.into());
    for words in [Some("table 4".to_owned()), None] {
        let update = Update {
            description: Some(words.clone()),
            receipt_email: Some(words.clone()),
            statement_descriptor: Some(words.clone()),
            metadata: table.clone(),
            ..Update::default()
        };
        engine
            .app
            .update_payment(&plain(), id, update)
            .await
            .unwrap();
        let payment = engine.payment(id).await;
        assert_eq!(payment.description, words);
        assert_eq!(payment.receipt_email, words);
        assert_eq!(payment.metadata["table"], "4");
        assert_eq!(payment.status, PaymentStatus::Succeeded);
    }
    engine.finish().await;
}

#[tokio::test]
async fn the_amount_of_a_paid_payment_stays() {
    let engine = TestEngine::start().await;
    let id = engine.paid().await;
    let refused = engine
        .app
        .update_payment(&plain(), id, amount(euros(1)))
        .await;
    let expected = Refusal::UnexpectedStatus(PaymentStatus::Succeeded);
    assert_eq!(refusal(refused), expected);
    engine.finish().await;
}

#[tokio::test]
async fn a_refused_change_changes_nothing() {
    let engine = TestEngine::start().await;
    let before = engine
        .payment(payment_of(&engine.create(asking()).await))
        .await;
    for (money, expected) in [
        (euros(0), Refusal::AmountTooSmall),
        (euros(100_000_000), Refusal::AmountTooLarge),
        (Money::new(5, currency("USD")), Refusal::CurrencyNotTaken),
    ] {
        let refused = engine
            .app
            .update_payment(&plain(), before.id, amount(money))
            .await;
        assert_eq!(refusal(refused), expected);
    }
    assert_eq!(engine.payment(before.id).await, before);
    engine.finish().await;
}

#[tokio::test]
async fn only_what_is_ones_own_can_be_put_into_a_payment() {
    let engine = TestEngine::start().await;
    let id = payment_of(&engine.create(asking()).await);
    let foreign = engine
        .app
        .create_method(&of(OTHER), card(VISA))
        .await
        .unwrap();
    let method = Update {
        method: PaymentMethodId::parse(said(&foreign, "method")),
        ..Update::default()
    };
    let refused = engine.app.update_payment(&plain(), id, method).await;
    assert_eq!(missing(refused), Thing::PaymentMethod);
    let foreign = engine
        .app
        .create_customer(&of(OTHER), Details::default())
        .await;
    let customer = Update {
        customer: Some(CustomerId::parse(said(&foreign.unwrap(), "customer"))),
        ..Update::default()
    };
    let refused = engine.app.update_payment(&plain(), id, customer).await;
    assert_eq!(missing(refused), Thing::Customer);
    let refused = engine
        .app
        .update_payment(&of(OTHER), id, amount(euros(5)))
        .await;
    assert_eq!(missing(refused), Thing::Payment);
    engine.finish().await;
}

#[tokio::test]
async fn the_card_of_one_customer_cannot_be_put_into_the_payment_of_another() {
    let engine = TestEngine::start().await;
    let (ada, bob) = (customer(&engine).await, customer(&engine).await);
    let method = kept(&engine).await;
    let assigned = engine.app.assign_method(&plain(), method, Some(ada)).await;
    assigned.unwrap();
    let id = payment_of(&engine.create(asking()).await);
    let of = |customer| Update {
        customer: Some(customer),
        method: Some(method),
        ..Update::default()
    };
    for wrong in [None, Some(bob)] {
        let refused = engine.app.update_payment(&plain(), id, of(wrong)).await;
        assert_eq!(refusal(refused), Refusal::PaymentMethodOfAnotherCustomer);
    }
    engine
        .app
        .update_payment(&plain(), id, of(Some(ada)))
        .await
        .unwrap();
    let handed_over = Update {
        customer: Some(Some(bob)),
        ..Update::default()
    };
    let refused = engine.app.update_payment(&plain(), id, handed_over).await;
    assert_eq!(refusal(refused), Refusal::PaymentMethodOfAnotherCustomer);
    engine.finish().await;
}

#[tokio::test]
async fn changes_at_once_are_all_made() {
    let engine = TestEngine::start().await;
    let id = payment_of(&engine.create(asking()).await);
    let request = plain();
    let describe = |words: &str| Update {
        description: Some(Some(words.into())),
        ..Update::default()
    };
    let email = Update {
        receipt_email: Some(Some("ada@example.org".into())),
        ..Update::default()
    };
    let app = &engine.app;
    let (one, other, third) = tokio::join!(
        app.update_payment(&request, id, amount(euros(700))),
        app.update_payment(&request, id, describe("tea")),
        app.update_payment(&request, id, email),
    );
    assert!(one.is_ok() && other.is_ok() && third.is_ok());
    let payment = engine.payment(id).await;
    assert_eq!(payment.amount, euros(700));
    assert_eq!(payment.description.as_deref(), Some("tea"));
    assert_eq!(payment.receipt_email.as_deref(), Some("ada@example.org"));
    assert_eq!(payment.version, 4);
    engine.finish().await;
}
