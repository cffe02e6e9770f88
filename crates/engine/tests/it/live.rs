//! News of payments for whoever waits.

use domain::PaymentStatus;

use crate::installation::{TestEngine, within};
use crate::records::{VISA, asking, payment_of, plain, typed};

#[tokio::test]
async fn who_waits_for_a_payment_hears_of_it() {
    let engine = TestEngine::start().await;
    let id = payment_of(&engine.create(asking()).await);
    let mut listener = engine.app.live.listen(id);
    let waiting = async {
        while engine.status(id).await != PaymentStatus::Succeeded {
            listener.moved().await;
        }
    };
    let request = plain();
    let paying = engine.app.confirm_payment(&request, id, typed(VISA));
    let (paid, ()) = within(async { tokio::join!(paying, waiting) }).await;
    assert!(paid.is_ok());
    engine.finish().await;
}

#[tokio::test]
async fn the_news_of_another_payment_wakes_nobody() {
    let engine = TestEngine::start().await;
    let id = payment_of(&engine.create(asking()).await);
    let mut listener = engine.app.live.listen(id);
    engine.paid().await;
    let heard = tokio::select! {
        biased;
        () = listener.moved() => true,
        () = std::future::ready(()) => false,
    };
    assert!(!heard);
    engine.app.cancel_payment(&plain(), id, None).await.unwrap();
    within(listener.moved()).await;
    engine.finish().await;
}

#[tokio::test]
async fn the_end_of_a_doubt_is_news() {
    let engine = TestEngine::start().await;
    let id = payment_of(
        &engine
            .create(crate::records::paying("4000000000550709"))
            .await,
    );
    assert_eq!(engine.status(id).await, PaymentStatus::Processing);
    let mut listener = engine.app.live.listen(id);
    engine.work().await;
    within(listener.moved()).await;
    assert_eq!(
        engine.status(id).await,
        PaymentStatus::RequiresPaymentMethod
    );
    engine.finish().await;
}
