//! Webhook endpoints: read back with what the vault sealed, changed from one version only, and
//! noted how they fare.

use domain::webhook::{DisabledReason, EndpointStatus, Wanted};
use domain::{Mode, Owner, Timestamp, WebhookEndpointId};
use store::webhook_endpoints::{Endpoint, count, find_owned, insert, list, remove, replace};
use store::{Cursor, Error, Page};

use crate::engines::{Database, everywhere};
use crate::records::{id, owner};

pub(crate) const AT: Timestamp = Timestamp::from_seconds(1_800_000_000);

pub(crate) fn endpoint(owner: Owner) -> Endpoint {
    Endpoint {
        id: id(),
        owner,
        version: 1,
        url: "https://example.com/hook".into(),
        wanted: Wanted::parse(["*"]).unwrap(),
        status: EndpointStatus::Enabled,
        description: None,
        metadata: Default::default(),
        secret: vec![1; 61],
        previous: None,
        failing_since: None,
        disabled: None,
        created_at: AT,
    }
}

pub(crate) async fn put(database: &Database, endpoint: &Endpoint) {
    let endpoint = endpoint.clone();
    database.write(move |tx| insert(tx, &endpoint)).await;
}

pub(crate) async fn found(
    database: &Database,
    owner: Owner,
    id: WebhookEndpointId,
) -> Option<Endpoint> {
    database.read(move |tx| find_owned(tx, owner, id)).await
}

#[test]
fn an_endpoint_reads_back_with_everything() {
    everywhere(async |database| {
        let plain = endpoint(owner());
        let full = Endpoint {
            wanted: Wanted::parse(["charge.failed", "a.b_c"]).unwrap(),
            status: EndpointStatus::Disabled,
            description: Some("Café".into()),
            metadata: [("a".into(), "b".into())].into(),
            previous: Some((vec![2; 61], AT.plus_millis(5))),
            failing_since: Some(AT),
            disabled: Some((AT, DisabledReason::Gone)),
            ..endpoint(owner())
        };
        for endpoint in [plain, full] {
            put(&database, &endpoint).await;
            let read = found(&database, endpoint.owner, endpoint.id).await;
            assert_eq!(read, Some(endpoint));
        }
    });
}

#[test]
fn only_its_owner_finds_and_lists_an_endpoint() {
    everywhere(async |database| {
        let endpoint = endpoint(owner());
        put(&database, &endpoint).await;
        let live = Owner {
            mode: Mode::Live,
            ..endpoint.owner
        };
        for (who, many) in [(endpoint.owner, 1), (live, 0), (owner(), 0)] {
            let read = found(&database, who, endpoint.id).await;
            assert_eq!(read.is_some(), many == 1);
            let page = Page::new(10, Cursor::Newest);
            let listed = database.read(move |tx| list(tx, who, &page)).await;
            let counted = database.read(move |tx| count(tx, who)).await;
            assert_eq!(
                (i64::try_from(listed.len()).unwrap(), counted),
                (many, many)
            );
        }
    });
}

#[test]
fn an_endpoint_changes_from_the_version_it_was_read_at() {
    everywhere(async |database| {
        let first = endpoint(owner());
        put(&database, &first).await;
        let changed = Endpoint {
            url: "https://example.com/other".into(),
            ..first.clone()
        };
        let (one, again) = (changed.clone(), changed.clone());
        database.write(move |tx| replace(tx, &one)).await;
        let late = database.store.write("test", move |tx| replace(tx, &again));
        assert!(matches!(late.await, Err(Error::Conflict)));
        let stale = first.clone();
        let late = database.store.write("test", move |tx| remove(tx, &stale));
        assert!(matches!(late.await, Err(Error::Conflict)));
        let read = found(&database, first.owner, first.id).await.unwrap();
        assert_eq!(
            read,
            Endpoint {
                version: 2,
                ..changed
            }
        );
        database.write(move |tx| remove(tx, &read)).await;
        assert_eq!(found(&database, first.owner, first.id).await, None);
    });
}
