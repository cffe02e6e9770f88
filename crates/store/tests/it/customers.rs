//! Customers: read back, replaced until they are removed, listed to their owner.

use domain::{CustomerId, Mode, Owner};
use store::customers::{Customer, find_owned, insert, list, replace};
use store::{Cursor, Error, Page};

use crate::engines::{Database, everywhere};
use crate::records::{NOW, after, id, owner};

fn customer(owner: Owner) -> Customer {
    Customer {
        id: id(),
        owner,
        name: Some("Jenny Rosen".into()),
        email: Some("jenny@shop.example".into()),
        phone: None,
        description: Some("L'amie de \"Zoé\"".into()),
        metadata: [("note".to_owned(), "🥐".to_owned())].into(),
        created_at: NOW,
        deleted_at: None,
    }
}

async fn put(database: &Database, customer: &Customer) {
    let customer = customer.clone();
    database.write(move |tx| insert(tx, &customer)).await;
}

async fn found(database: &Database, owner: Owner, id: CustomerId) -> Option<Customer> {
    database.read(move |tx| find_owned(tx, owner, id)).await
}

#[test]
fn a_customer_reads_back_as_written_and_as_changed() {
    everywhere(async |database| {
        let mut customer = customer(owner());
        put(&database, &customer).await;
        let before = customer.clone();
        let (owner, id) = (customer.owner, customer.id);
        assert_eq!(found(&database, owner, id).await.as_ref(), Some(&customer));
        customer.name = None;
        customer.phone = Some("+33 1 23 45 67 89".into());
        customer.metadata.clear();
        let changed = customer.clone();
        database
            .write(move |tx| replace(tx, &before, &changed))
            .await;
        assert_eq!(found(&database, owner, id).await, Some(customer));
    });
}

#[test]
fn a_removed_customer_is_found_but_neither_changed_nor_listed() {
    everywhere(async |database| {
        let mut customer = customer(owner());
        put(&database, &customer).await;
        let before = customer.clone();
        customer.deleted_at = Some(after(1));
        let (owner, id, gone) = (customer.owner, customer.id, customer.clone());
        let was = before.clone();
        database.write(move |tx| replace(tx, &was, &gone)).await;
        let late = customer.clone();
        let again = database
            .store
            .write("test", move |tx| replace(tx, &before, &late))
            .await;
        assert!(matches!(again, Err(Error::Conflict)));
        assert_eq!(found(&database, owner, id).await, Some(customer));
        let page = Page::new(10, Cursor::Newest);
        assert_eq!(database.read(move |tx| list(tx, owner, &page)).await, []);
    });
}

#[test]
fn a_customer_who_was_changed_meanwhile_is_not_replaced() {
    everywhere(async |database| {
        let before = customer(owner());
        put(&database, &before).await;
        let changes: [fn(&mut Customer); 5] = [
            |customer| customer.name = None,
            |customer| customer.email = None,
            |customer| customer.phone = Some("+33 1".into()),
            |customer| customer.description = Some("somebody".into()),
            |customer| customer.metadata.clear(),
        ];
        let mut now = before.clone();
        for change in changes {
            let (was, mut next) = (now.clone(), now.clone());
            change(&mut next);
            now = next.clone();
            database.write(move |tx| replace(tx, &was, &next)).await;
            let (stale, late) = (before.clone(), before.clone());
            let refused = database
                .store
                .write("test", move |tx| replace(tx, &stale, &late))
                .await;
            assert!(matches!(refused, Err(Error::Conflict)));
        }
        assert_eq!(found(&database, now.owner, now.id).await, Some(now));
    });
}

#[test]
fn only_their_owner_finds_a_customer() {
    everywhere(async |database| {
        let customer = customer(owner());
        put(&database, &customer).await;
        let live = Owner {
            mode: Mode::Live,
            ..customer.owner
        };
        assert_eq!(found(&database, live, customer.id).await, None);
        assert_eq!(found(&database, owner(), customer.id).await, None);
    });
}

#[test]
fn a_page_shows_its_owners_customers_alone() {
    everywhere(async |database| {
        let mine = owner();
        let mut ids = Vec::new();
        for owner in [mine, owner(), mine, mine] {
            let customer = customer(owner);
            put(&database, &customer).await;
            ids.push(customer.id);
        }
        let page = async |limit, from| {
            let page = Page::new(limit, from);
            let found = database.read(move |tx| list(tx, mine, &page)).await;
            found
                .into_iter()
                .map(|customer| customer.id)
                .collect::<Vec<_>>()
        };
        assert_eq!(page(10, Cursor::Newest).await, [ids[3], ids[2], ids[0]]);
        assert_eq!(page(1, Cursor::After(ids[3])).await, [ids[2]]);
        assert_eq!(page(1, Cursor::Before(ids[0])).await, [ids[2]]);
    });
}
