//! Links: read back as written, listed to their owner, found when they end unpaid.

use domain::checkout::LineItem;
use domain::payment::Metadata;
use domain::{CaptureMethod, CheckoutSession, Owner, Payment, PaymentStatus, Step};
use store::checkouts::{find, list, list_overdue, set_metadata};
use store::{Cursor, Entry, Error, Page};

use crate::engines::{Database, everywhere};
use crate::records::{NOW, after, entry, id, opened, owner};

fn link(payment: &Payment) -> CheckoutSession {
    CheckoutSession {
        id: id(),
        owner: payment.owner,
        payment: payment.id,
        items: vec![LineItem {
            name: "Crêpe \"maison\"".into(),
            unit_minor: 625,
            quantity: 2,
            price: Some(id()),
        }],
        client_reference: Some("table 6".into()),
        success_url: Some("https://shop.example/thanks".into()),
        cancel_url: None,
        locale: Some("fr".into()),
        customer_email: None,
        link: None,
        metadata: Default::default(),
        expires_at: after(3_600),
        created_at: NOW,
    }
}

/// A link that asks for a payment, both stored.
async fn asked(database: &Database, owner: Owner) -> (Payment, CheckoutSession) {
    let step = opened(owner, CaptureMethod::Automatic);
    let (payment, session) = (step.payment.clone(), link(&step.payment));
    let new = Entry {
        session: Some(session.clone()),
        ..entry(step)
    };
    database.store.apply("test", new).await.unwrap();
    (payment, session)
}

#[test]
fn a_link_is_written_with_its_payment_and_reads_back() {
    everywhere(async |database| {
        let (_, session) = asked(&database, owner()).await;
        let id = session.id;
        assert_eq!(database.read(move |tx| find(tx, id)).await, Some(session));
        assert_eq!(
            database.read(|tx| find(tx, crate::records::id())).await,
            None
        );
    });
}

#[test]
fn the_pairs_of_a_link_are_changed_by_whoever_knew_them() {
    everywhere(async |database| {
        let (_, session) = asked(&database, owner()).await;
        let (id, before) = (session.id, session.clone());
        let pairs: Metadata = [("seat".to_owned(), "7".to_owned())].into();
        let set = |session: CheckoutSession, pairs: Metadata| {
            let write = move |tx: &store::Tx<'_>| set_metadata(tx, &session, &pairs);
            database.store.write("test", write)
        };
        set(session, pairs.clone()).await.unwrap();
        let after = database.read(move |tx| find(tx, id)).await.unwrap();
        assert_eq!(after.metadata, pairs);
        let late = set(before, Metadata::new()).await;
        assert!(matches!(late, Err(Error::Conflict)));
        set(after, Metadata::new()).await.unwrap();
    });
}

#[test]
fn a_page_shows_its_owners_links_alone() {
    everywhere(async |database| {
        let mine = owner();
        let mut ids = Vec::new();
        for owner in [mine, owner(), mine] {
            ids.push(asked(&database, owner).await.1.id);
        }
        let page = async |owner: Owner, from| {
            let page = Page::new(10, from);
            let found = database.read(move |tx| list(tx, owner, &page)).await;
            found
                .into_iter()
                .map(|session| session.id)
                .collect::<Vec<_>>()
        };
        assert_eq!(page(mine, Cursor::Newest).await, [ids[2], ids[0]]);
        assert_eq!(page(mine, Cursor::After(ids[2])).await, [ids[0]]);
        assert_eq!(page(mine, Cursor::Before(ids[0])).await, [ids[2]]);
        assert_eq!(page(owner(), Cursor::Newest).await, []);
    });
}

#[test]
fn a_link_is_overdue_once_it_ended_and_only_while_nobody_paid() {
    everywhere(async |database| {
        let (payment, session) = asked(&database, owner()).await;
        let overdue = async |since, now| {
            let ask = move |tx: &store::Tx<'_>| list_overdue(tx, after(since), after(now), 10);
            database.read(ask).await
        };
        assert_eq!(overdue(0, 3_600).await, []);
        assert_eq!(overdue(0, 3_601).await, [session.id]);
        assert_eq!(overdue(3_601, 9_999).await, []);
        let canceled = Payment {
            version: 2,
            status: PaymentStatus::Canceled,
            ..payment
        };
        database.apply(Step::of(canceled)).await.unwrap();
        assert_eq!(overdue(0, 3_601).await, []);
    });
}
