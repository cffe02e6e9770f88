//! Events: objects read back byte for byte, pages for their owner alone.

use domain::{EventId, EventKind, Mode, Owner};
use store::events::{Event, find_owned, insert, list};
use store::{Cursor, Error, Page};

use crate::engines::{Database, everywhere};
use crate::records::{event, owner};

async fn put(database: &Database, event: &Event) {
    let event = event.clone();
    database.write(move |tx| insert(tx, &event, &[0; 16])).await;
}

async fn found(database: &Database, owner: Owner, id: EventId) -> Option<Event> {
    database.read(move |tx| find_owned(tx, owner, id)).await
}

#[test]
fn every_kind_of_event_reads_back() {
    everywhere(async |database| {
        for (kind, size) in EventKind::ALL
            .iter()
            .zip([0, 1, 900, 5_000, 100_000].iter().cycle())
        {
            let mut event = event(owner());
            event.kind = *kind;
            event.object = (0..*size).map(|byte: u32| byte.to_le_bytes()[0]).collect();
            event.request_id = (size % 2 == 0).then(|| "req_1".into());
            event.key = (size % 2 == 1).then(|| "clé 🗝".into());
            put(&database, &event).await;
            assert_eq!(found(&database, event.owner, event.id).await, Some(event));
        }
    });
}

#[test]
fn an_object_nobody_could_read_back_is_refused() {
    everywhere(async |database| {
        let mut huge = event(owner());
        huge.object = vec![b' '; 2 * 1024 * 1024];
        let refused = database
            .store
            .write("test", move |tx| insert(tx, &huge, &[0; 16]))
            .await;
        assert!(matches!(refused, Err(Error::Broken(_))), "{refused:?}");
    });
}

#[test]
fn only_its_owner_finds_an_event() {
    everywhere(async |database| {
        let event = event(owner());
        put(&database, &event).await;
        let live = Owner {
            mode: Mode::Live,
            ..event.owner
        };
        assert_eq!(found(&database, live, event.id).await, None);
        assert_eq!(found(&database, owner(), event.id).await, None);
        assert_eq!(found(&database, event.owner, event.id).await, Some(event));
    });
}

#[test]
fn an_event_is_told_once() {
    everywhere(async |database| {
        let event = event(owner());
        put(&database, &event).await;
        let again = database
            .store
            .write("test", move |tx| insert(tx, &event, &[0; 16]))
            .await;
        assert!(matches!(again, Err(Error::Exists("event"))));
    });
}

#[test]
fn a_page_shows_its_owners_events_alone() {
    everywhere(async |database| {
        let mine = owner();
        let mut ids = Vec::new();
        for owner in [mine, owner(), mine, mine] {
            let event = event(owner);
            put(&database, &event).await;
            ids.push(event.id);
        }
        let page = async |owner: Owner, limit, from| {
            let page = Page::new(limit, from);
            let found = database.read(move |tx| list(tx, owner, &page)).await;
            found.into_iter().map(|event| event.id).collect::<Vec<_>>()
        };
        assert_eq!(
            page(mine, 10, Cursor::Newest).await,
            [ids[3], ids[2], ids[0]]
        );
        assert_eq!(page(mine, 1, Cursor::After(ids[3])).await, [ids[2]]);
        assert_eq!(page(mine, 1, Cursor::Before(ids[0])).await, [ids[2]]);
        assert_eq!(page(owner(), 10, Cursor::Newest).await, []);
    });
}
