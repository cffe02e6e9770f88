//! Products and prices: read back, changed version by version, found by key and by page.

use domain::catalogue::{Interval, PriceType, Recurring, TaxBehavior};
use domain::payment::Metadata;
use domain::{Mode, Owner, Price, Product};
use store::prices::Wanted;
use store::{Cursor, Error, Page, prices, products};

use crate::engines::{Database, everywhere};
use crate::records::{NOW, after, euros, id, owner};

fn croissant(owner: Owner) -> Product {
    Product {
        id: id(),
        owner,
        version: 1,
        is_active: true,
        name: "Croissant \"pur beurre\"".into(),
        description: Some("🥐".into()),
        images: vec!["https://shop.example/a.jpg".into()],
        statement_descriptor: Some("FOUR".into()),
        unit_label: Some("pièce".into()),
        url: Some("https://shop.example/croissant".into()),
        default_price: Some(id()),
        metadata: [("oven".to_owned(), "2".to_owned())].into(),
        created_at: NOW,
        updated_at: NOW,
    }
}

fn price_of(product: &Product) -> Price {
    Price {
        id: id(),
        owner: product.owner,
        product: product.id,
        version: 1,
        is_active: true,
        amount: euros(120),
        recurring: None,
        nickname: None,
        lookup_key: None,
        tax_behavior: TaxBehavior::Unspecified,
        metadata: Metadata::new(),
        created_at: NOW,
    }
}

async fn sold(database: &Database, owner: Owner) -> (Product, Price) {
    let product = croissant(owner);
    let price = price_of(&product);
    let (new, priced) = (product.clone(), price.clone());
    database
        .write(move |tx| {
            products::insert(tx, &new)?;
            prices::insert(tx, &priced)
        })
        .await;
    (product, price)
}

#[test]
fn a_product_reads_back_as_written_and_as_changed() {
    everywhere(async |database| {
        let (mut product, _) = sold(&database, owner()).await;
        let (owner, id) = (product.owner, product.id);
        let find = move |tx: &store::Tx<'_>| products::find_owned(tx, owner, id);
        assert_eq!(database.read(find).await.as_ref(), Some(&product));
        product.version = 2;
        product.is_active = false;
        product.description = None;
        product.images.clear();
        product.default_price = None;
        product.metadata.clear();
        product.updated_at = after(1);
        let changed = product.clone();
        database
            .write(move |tx| products::replace(tx, &changed))
            .await;
        assert_eq!(database.read(find).await, Some(product.clone()));
        let late = database
            .store
            .write("test", move |tx| products::replace(tx, &product));
        assert!(matches!(late.await, Err(Error::Conflict)));
        let live = Owner {
            mode: Mode::Live,
            ..owner
        };
        let elsewhere = database.read(move |tx| products::find_owned(tx, live, id));
        assert_eq!(elsewhere.await, None);
    });
}

#[test]
fn a_product_is_removed_only_without_prices() {
    everywhere(async |database| {
        let (product, _) = sold(&database, owner()).await;
        let bare = croissant(owner());
        let new = bare.clone();
        database.write(move |tx| products::insert(tx, &new)).await;
        let remove = |id| {
            database
                .store
                .write("test", move |tx| products::delete(tx, id))
        };
        assert!(matches!(remove(product.id).await, Err(Error::Conflict)));
        remove(bare.id).await.unwrap();
        assert!(matches!(remove(bare.id).await, Err(Error::Conflict)));
        let late = price_of(&bare);
        let priced = database
            .store
            .write("test", move |tx| prices::insert(tx, &late));
        assert!(matches!(priced.await, Err(Error::Conflict)));
    });
}

#[test]
fn a_price_reads_back_with_its_product() {
    everywhere(async |database| {
        let (product, mut price) = sold(&database, owner()).await;
        let monthly = Price {
            id: id(),
            recurring: Some(Recurring {
                interval: Interval::Month,
                count: 3,
            }),
            ..price.clone()
        };
        let new = monthly.clone();
        database.write(move |tx| prices::insert(tx, &new)).await;
        let (owner, id) = (price.owner, monthly.id);
        let found = database
            .read(move |tx| prices::find_priced(tx, owner, id))
            .await;
        let found = found.unwrap();
        assert_eq!((found.price, found.product), (monthly, product));
        price.version = 2;
        price.is_active = false;
        price.nickname = Some("season".into());
        price.tax_behavior = TaxBehavior::Inclusive;
        let (changed, id) = (price.clone(), price.id);
        database
            .write(move |tx| prices::replace(tx, &changed))
            .await;
        let find = move |tx: &store::Tx<'_>| prices::find_owned(tx, owner, id);
        assert_eq!(database.read(find).await, Some(price.clone()));
        let late = database
            .store
            .write("test", move |tx| prices::replace(tx, &price));
        assert!(matches!(late.await, Err(Error::Conflict)));
    });
}

#[test]
fn a_lookup_key_is_of_one_price_of_an_owner() {
    everywhere(async |database| {
        let (product, _) = sold(&database, owner()).await;
        let keyed = |product: &Product| Price {
            lookup_key: Some("croissant".into()),
            ..price_of(product)
        };
        let first = keyed(&product);
        let second = keyed(&product);
        let elsewhere = keyed(&sold(&database, owner()).await.0);
        for price in [&first, &elsewhere] {
            let new = price.clone();
            database.write(move |tx| prices::insert(tx, &new)).await;
        }
        let again = second.clone();
        let refused = database
            .store
            .write("test", move |tx| prices::insert(tx, &again));
        assert!(matches!(refused.await, Err(Error::Exists("lookup key"))));
        let taker = second.clone();
        database
            .write(move |tx| {
                prices::free_key(tx, &taker)?;
                prices::insert(tx, &taker)
            })
            .await;
        let owner = product.owner;
        let found = database.read(move |tx| prices::find_by_key(tx, owner, "croissant"));
        assert_eq!(found.await.unwrap().id, second.id);
        let id = first.id;
        let first = database
            .read(move |tx| prices::find_owned(tx, owner, id))
            .await;
        let first = first.unwrap();
        assert_eq!((first.lookup_key.as_deref(), first.version), (None, 2));
        let other = elsewhere.owner;
        let kept = database.read(move |tx| prices::find_by_key(tx, other, "croissant"));
        assert_eq!(kept.await.unwrap().id, elsewhere.id);
    });
}

#[test]
fn only_an_active_price_of_the_product_becomes_its_usual_one() {
    everywhere(async |database| {
        let (product, price) = sold(&database, owner()).await;
        let (other, _) = sold(&database, owner()).await;
        let usual = |price, product| {
            database
                .store
                .write("test", move |tx| prices::use_by_default(tx, price, product))
        };
        usual(price.id, product.id).await.unwrap();
        let stranger = usual(price.id, other.id).await;
        assert!(matches!(stranger, Err(Error::Conflict)));
        // It has moved on, so whoever read it before cannot archive it.
        let archived = Price {
            version: 2,
            is_active: false,
            ..price.clone()
        };
        let late = database
            .store
            .write("test", move |tx| prices::replace(tx, &archived));
        assert!(matches!(late.await, Err(Error::Conflict)));
    });
}

#[test]
fn a_page_of_prices_is_of_what_is_wanted() {
    everywhere(async |database| {
        let (product, first) = sold(&database, owner()).await;
        let owner = product.owner;
        let second = price_of(&product);
        let (mut other, _) = sold(&database, owner).await;
        other.version = 2;
        other.is_active = false;
        let (new, changed) = (second.clone(), other.clone());
        database
            .write(move |tx| {
                prices::insert(tx, &new)?;
                products::replace(tx, &changed)
            })
            .await;
        let of_product = Wanted {
            product: Some(product.id),
            kind: Some(PriceType::OneTime),
            is_active: Some(true),
            currency: Some(euros(1).currency),
        };
        let listed = async |from, wanted: Wanted| {
            let page = Page::new(10, from);
            let found = database.read(move |tx| prices::list(tx, owner, &page, &wanted));
            let found = found.await;
            assert!(found.iter().all(|price| wanted.takes(price)));
            found.into_iter().map(|price| price.id).collect::<Vec<_>>()
        };
        let all = listed(Cursor::Newest, Wanted::default()).await;
        assert_eq!(all.len(), 3);
        let both = [second.id, first.id];
        assert_eq!(listed(Cursor::Newest, of_product).await, both);
        assert_eq!(
            listed(Cursor::After(second.id), of_product).await,
            [first.id]
        );
        assert_eq!(
            listed(Cursor::Before(first.id), of_product).await,
            [second.id]
        );
        let monthly = Wanted {
            kind: Some(PriceType::Recurring),
            ..Wanted::default()
        };
        assert_eq!(listed(Cursor::Newest, monthly).await, []);
        let page = Page::new(10, Cursor::Newest);
        let inactive = database.read(move |tx| products::list(tx, owner, &page, Some(false)));
        assert_eq!(inactive.await, [other]);
    });
}
