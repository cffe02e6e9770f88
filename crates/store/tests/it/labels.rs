//! Labels: what has a word is found under it, in pages, and what has none writes none.

use domain::{CaptureMethod, CustomerId, EventKind, Owner, Payment, PaymentId, Step};
use store::labels::{Label, Word, count};
use store::{Cursor, Error, Page, attempts, customers, events, payments};

use crate::engines::{Database, everywhere};
use crate::records::{confirmed, event, id, opened, owner, paid};

async fn payments_under(database: &Database, owner: Owner, word: Word<'_>) -> Vec<PaymentId> {
    let label = Label::of(owner, word);
    let page = Page::new(10, Cursor::Newest);
    let list = move |tx: &store::Tx<'_>| payments::list_labelled(tx, owner, &label, &page);
    let found = database.read(list).await.into_iter();
    found.map(|payment| payment.id).collect()
}

fn of_customer(owner: Owner, customer: CustomerId) -> Step {
    let mut step = opened(owner, CaptureMethod::Automatic);
    step.payment.customer = Some(customer);
    step
}

async fn changed(database: &Database, payment: &Payment, change: impl Fn(&mut Payment)) {
    let mut next = Payment {
        version: payment.version + 1,
        ..payment.clone()
    };
    change(&mut next);
    database.apply(Step::of(next)).await.unwrap();
}

#[test]
fn a_payment_is_found_under_its_customer_and_its_pairs_in_any_case() {
    everywhere(async |database| {
        let (mine, customer) = (owner(), id());
        let mut step = of_customer(mine, customer);
        step.payment.metadata = [("order".into(), "AB-7 é".into())].into();
        let payment = step.payment.clone();
        database.apply(step).await.unwrap();
        for word in [
            Word::PaymentCustomer(customer),
            Word::PaymentMetadata("order", "AB-7 é"),
            Word::PaymentMetadata("order", "ab-7 É"),
        ] {
            let found = payments_under(&database, mine, word).await;
            assert_eq!(found, [payment.id], "{word:?}");
            assert_eq!(
                payments_under(&database, owner(), word).await,
                [],
                "{word:?}"
            );
        }
        for word in [
            Word::PaymentCustomer(id()),
            Word::ChargeCustomer(customer),
            Word::PaymentMetadata("order", "AB-8"),
            Word::PaymentMetadata("Order", "AB-7 é"),
        ] {
            assert_eq!(payments_under(&database, mine, word).await, [], "{word:?}");
        }
    });
}

#[test]
fn what_is_added_later_is_found_and_what_is_long_is_found_too() {
    everywhere(async |database| {
        let mine = owner();
        let long = "x".repeat(500);
        let step = opened(mine, CaptureMethod::Automatic);
        let payment = step.payment.clone();
        database.apply(step).await.unwrap();
        changed(&database, &payment, |next| {
            next.metadata = [("note".into(), long.clone())].into();
        })
        .await;
        let word = Word::PaymentMetadata("note", &long);
        assert_eq!(payments_under(&database, mine, word).await, [payment.id]);
    });
}

#[test]
fn the_same_label_twice_is_one_row() {
    everywhere(async |database| {
        let (mine, customer) = (owner(), id());
        let step = of_customer(mine, customer);
        let payment = step.payment.clone();
        database.apply(step).await.unwrap();
        changed(&database, &payment, |_| {}).await;
        let label = Label::of(mine, Word::PaymentCustomer(customer));
        assert_eq!(database.read(move |tx| count(tx, &label, 9)).await, 1);
    });
}

#[test]
fn a_count_ends_where_it_is_told_to() {
    everywhere(async |database| {
        let (mine, customer) = (owner(), id());
        for _ in 0..3 {
            database.apply(of_customer(mine, customer)).await.unwrap();
        }
        for (max, counted) in [(2, 2), (3, 3), (9, 3)] {
            let label = Label::of(mine, Word::PaymentCustomer(customer));
            let found = database.read(move |tx| count(tx, &label, max)).await;
            assert_eq!(found, counted);
        }
    });
}

#[test]
fn a_charge_is_found_under_the_customer_it_was_made_for() {
    everywhere(async |database| {
        let (mine, customer) = (owner(), id());
        let opened = of_customer(mine, customer);
        let confirmed = confirmed(&opened.payment, id());
        let attempt = confirmed.attempt.clone().unwrap().id;
        database.apply(opened.then(confirmed)).await.unwrap();
        let label = Label::of(mine, Word::ChargeCustomer(customer));
        let page = Page::new(10, Cursor::Newest);
        let list = move |tx: &store::Tx<'_>| attempts::list_labelled(tx, mine, &label, &page);
        let found = database.read(list).await.into_iter();
        assert_eq!(found.map(|one| one.id).collect::<Vec<_>>(), [attempt]);
    });
}

#[test]
fn events_of_some_kinds_come_in_pages_of_all_of_them() {
    everywhere(async |database| {
        let mine = owner();
        let kinds = [EventKind::PaymentFailed, EventKind::RefundCreated];
        let mut ids = Vec::new();
        for kind in [kinds[0], kinds[1], EventKind::PaymentCreated, kinds[0]] {
            let mut event = event(mine);
            event.kind = kind;
            ids.push(event.id);
            database
                .write(move |tx| events::insert(tx, &event, &[1; 16]))
                .await;
        }
        let page = async |limit, from| {
            let page = Page::new(limit, from);
            let list = move |tx: &store::Tx<'_>| events::list_of_kinds(tx, mine, &kinds, &page);
            let found = database.read(list).await.into_iter();
            found.map(|event| event.id).collect::<Vec<_>>()
        };
        assert_eq!(page(9, Cursor::Newest).await, [ids[3], ids[1], ids[0]]);
        assert_eq!(page(2, Cursor::Newest).await, [ids[3], ids[1]]);
        assert_eq!(page(1, Cursor::After(ids[3])).await, [ids[1]]);
        assert_eq!(page(1, Cursor::Before(ids[0])).await, [ids[1]]);
        let page = Page::new(9, Cursor::Newest);
        let kinds = [EventKind::PaymentCreated];
        let look = move |tx: &store::Tx<'_>| events::look_through(tx, mine, &kinds, &page);
        let seen = database.read(look).await;
        let meant: Vec<_> = seen
            .iter()
            .map(|(id, event)| (*id, event.is_some()))
            .collect();
        let expected = [
            (ids[3], false),
            (ids[2], true),
            (ids[1], false),
            (ids[0], false),
        ];
        assert_eq!(meant, expected);
    });
}

#[test]
fn a_payment_without_words_and_its_events_write_no_label() {
    everywhere(async |database| {
        let sale = paid(&database, owner()).await;
        for kind in [
            EventKind::PaymentCreated,
            EventKind::PaymentSucceeded,
            EventKind::ChargeSucceeded,
        ] {
            let mut event = event(sale.payment.owner);
            event.kind = kind;
            database
                .write(move |tx| events::insert(tx, &event, &[1; 16]))
                .await;
            let label = Label::of(sale.payment.owner, Word::Event(kind));
            assert_eq!(database.read(move |tx| count(tx, &label, 9)).await, 0);
        }
    });
}

#[test]
fn no_page_begins_at_what_is_not_its_owners() {
    everywhere(async |database| {
        let mine = owner();
        let theirs = paid(&database, owner()).await.payment.id;
        for unknown in [theirs, id()] {
            for from in [Cursor::After(unknown), Cursor::Before(unknown)] {
                let page = Page::new(10, from);
                let refused = database
                    .store
                    .read(move |tx| payments::list(tx, mine, &page))
                    .await;
                assert!(matches!(refused, Err(Error::CursorMissing)), "{refused:?}");
            }
        }
        let page = Page::new(10, Cursor::After(id()));
        let label = Label::of(mine, Word::CustomerEmail("a@example.org"));
        let refused = database
            .store
            .read(move |tx| customers::list_labelled(tx, mine, &label, &page))
            .await;
        assert!(matches!(refused, Err(Error::CursorMissing)), "{refused:?}");
    });
}
