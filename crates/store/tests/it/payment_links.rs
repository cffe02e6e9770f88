//! Links that anybody may pay: read back, changed version by version, and their places counted with
//! the payments that take them.

use domain::payment::Metadata;
use domain::payment_link::{AfterCompletion, PaymentLink, PlaceMove};
use domain::{CaptureMethod, CheckoutSession, CheckoutSessionId, Currency, Owner, Payment, Step};
use store::payment_links::{find, insert, list, replace};
use store::{Cursor, Entry, Error, Page};

use crate::engines::{Database, everywhere};
use crate::records::{NOW, after, confirmed, entry, id, opened, owner};

const TAKE: PlaceMove = PlaceMove {
    taken: 1,
    completed: 0,
};
const GIVE_BACK: PlaceMove = PlaceMove {
    taken: -1,
    completed: 0,
};

async fn link(database: &Database, owner: Owner, limit: Option<i64>) -> PaymentLink {
    let link = PaymentLink {
        id: id(),
        owner,
        version: 1,
        is_active: true,
        items: Vec::new(),
        currency: Currency::EUR,
        after: AfterCompletion::Confirmation(Some("À bientôt".into())),
        limit,
        taken: 0,
        completed: 0,
        inactive_message: None,
        metadata: Metadata::new(),
        created_at: NOW,
    };
    let new = link.clone();
    database.write(move |tx| insert(tx, &new)).await;
    link
}

/// A payment that somebody opened by `link`.
async fn visit(database: &Database, link: &PaymentLink) -> Payment {
    let mut step = opened(link.owner, CaptureMethod::Automatic);
    let session = CheckoutSession {
        id: id::<CheckoutSessionId>(),
        owner: link.owner,
        payment: step.payment.id,
        link: Some(link.id),
        items: Vec::new(),
        client_reference: None,
        success_url: None,
        cancel_url: None,
        locale: None,
        customer_email: None,
        metadata: Metadata::new(),
        expires_at: after(60),
        created_at: NOW,
    };
    step.payment.session = Some(session.id);
    let payment = step.payment.clone();
    let new = Entry {
        session: Some(session),
        ..entry(step)
    };
    database.store.apply("test", new).await.unwrap();
    payment
}

async fn moved(database: &Database, step: Step, place: PlaceMove) -> Result<(), Error> {
    let moved = Entry {
        place: Some(place),
        ..entry(step)
    };
    database.store.apply("test", moved).await.map(drop)
}

async fn counts(database: &Database, link: &PaymentLink) -> (i64, i64) {
    let id = link.id;
    let found = database.read(move |tx| find(tx, id)).await.unwrap();
    (found.taken, found.completed)
}

#[test]
fn a_link_reads_back_as_written_and_as_changed() {
    everywhere(async |database| {
        let mut link = link(&database, owner(), None).await;
        let id = link.id;
        let read = move |tx: &store::Tx<'_>| find(tx, id);
        assert_eq!(database.read(read).await.as_ref(), Some(&link));
        link.version = 2;
        link.is_active = false;
        link.after = AfterCompletion::Redirect("https://shop.example".into());
        link.limit = Some(3);
        link.inactive_message = Some("Fini".into());
        link.metadata = [("stall".to_owned(), "4".to_owned())].into();
        let changed = link.clone();
        database.write(move |tx| replace(tx, &changed)).await;
        assert_eq!(database.read(read).await, Some(link.clone()));
        let late = database.store.write("test", move |tx| replace(tx, &link));
        assert!(matches!(late.await, Err(Error::Conflict)));
    });
}

#[test]
fn the_last_place_is_taken_once_and_what_is_refused_is_not_written() {
    everywhere(async |database| {
        let link = link(&database, owner(), Some(1)).await;
        let first = visit(&database, &link).await;
        let second = visit(&database, &link).await;
        let confirm = |payment: &Payment| confirmed(payment, id());
        moved(&database, confirm(&first), TAKE).await.unwrap();
        let refused = moved(&database, confirm(&second), TAKE).await;
        assert!(matches!(refused, Err(Error::LinkClosed)));
        let id = second.id;
        let unmoved = database.read(move |tx| store::payments::find(tx, id)).await;
        assert_eq!(unmoved, Some(second.clone()));
        assert_eq!(counts(&database, &link).await, (1, 0));
        let mut back = confirm(&first);
        back.attempt = None;
        back.payment.version = 3;
        moved(&database, back, GIVE_BACK).await.unwrap();
        assert_eq!(counts(&database, &link).await, (0, 0));
        moved(&database, confirm(&second), TAKE).await.unwrap();
        assert_eq!(counts(&database, &link).await, (1, 0));
    });
}

#[test]
fn an_ended_link_gives_no_place_and_takes_one_back() {
    everywhere(async |database| {
        let mut link = link(&database, owner(), None).await;
        let (first, second) = (visit(&database, &link).await, visit(&database, &link).await);
        moved(&database, confirmed(&first, id()), TAKE)
            .await
            .unwrap();
        link.version = 2;
        link.is_active = false;
        let ended = link.clone();
        database.write(move |tx| replace(tx, &ended)).await;
        assert_eq!(counts(&database, &link).await, (1, 0));
        let refused = moved(&database, confirmed(&second, id()), TAKE).await;
        assert!(matches!(refused, Err(Error::LinkClosed)));
        let mut kept = confirmed(&first, id());
        kept.attempt = None;
        kept.payment.version = 3;
        let paid = PlaceMove {
            taken: 0,
            completed: 1,
        };
        moved(&database, kept, paid).await.unwrap();
        assert_eq!(counts(&database, &link).await, (1, 1));
    });
}

#[test]
fn a_page_shows_its_owners_links_alone() {
    everywhere(async |database| {
        let mine = owner();
        let first = link(&database, mine, None).await;
        link(&database, owner(), None).await;
        let second = link(&database, mine, Some(1)).await;
        let listed = async |is_active| {
            let page = Page::new(10, Cursor::Newest);
            database
                .read(move |tx| list(tx, mine, &page, is_active))
                .await
        };
        assert_eq!(listed(None).await, [second.clone(), first.clone()]);
        assert_eq!(listed(Some(true)).await, [second, first]);
        assert_eq!(listed(Some(false)).await, []);
    });
}
