//! A list of ten thousand objects: whoever pages through all of it, both ways, gets nothing twice,
//! out of order or not at all. That a page costs the same wherever it begins is counted in the
//! store, not measured here.

use domain::payment::MetadataChange;
use domain::{Mode, Owner};
use engine::customers::Details;
use engine::{Actor, Caller};
use serde_json::Value;
use tokio::task::JoinSet;

use crate::client::encode;
use crate::encaisse::Encaisse;
use crate::sdk;

/// How many customers there are, and how many of them are rare.
const COUNT: usize = 10_000;
const RARE: usize = 100;

/// Makes the customers, one rare one by each of as many tasks, whose writes share commits; each
/// task makes it one turn later than the task before.
async fn crowd(house: &Encaisse) {
    let caller = Caller {
        actor: Actor::Operator,
        owner: Owner {
            merchant: house.merchant.merchant.id,
            mode: Mode::Test,
        },
        request_id: "req_1".into(),
        origin: String::new(),
    };
    let request = engine::Request {
        caller,
        key: None,
        expand: Vec::new(),
    };
    let mut tasks = JoinSet::new();
    for task in 0..RARE {
        let (app, request) = (house.app().clone(), request.clone());
        tasks.spawn(async move {
            for turn in 0..COUNT / RARE {
                let is_rare = turn == task;
                let details = Details {
                    metadata: if is_rare {
                        MetadataChange::Change([("table".into(), Some("6".into()))].into())
                    } else {
                        MetadataChange::default()
                    },
                    ..Details::default()
                };
                app.create_customer(&request, details).await.unwrap();
            }
        });
    }
    tasks.join_all().await;
}

fn ids(page: &Value) -> impl Iterator<Item = String> {
    let data = page["data"].as_array().unwrap().iter();
    data.map(|one| one["id"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn ten_thousand_objects_are_paged_through() {
    let house = Encaisse::start().await;
    crowd(&house).await;
    let mut seen: Vec<String> = Vec::new();
    loop {
        let after = seen.last().map(|id| format!("&starting_after={id}"));
        let path = format!("/v1/customers?limit=100{}", after.unwrap_or_default());
        let page = house.get(&path).await.object();
        seen.extend(ids(&page));
        if page["has_more"] == false {
            break;
        }
    }
    assert_eq!(seen.len(), COUNT);
    assert!(seen.is_sorted_by(|newer, older| newer > older));
    let before = format!("/v1/customers?limit=100&ending_before={}", seen[COUNT - 1]);
    let page = house.get(&before).await.object();
    assert_eq!(ids(&page).collect::<Vec<_>>(), seen[COUNT - 101..COUNT - 1]);
    let rare = encode("-metadata['table']:null");
    let path = format!("/v1/customers/search?limit={RARE}&query={rare}&expand[]=total_count");
    let first = house.get(&path).await.object();
    assert_eq!(first["total_count"], RARE);
    // What takes long is answered in shorter pages, and none of them is empty.
    let (mut found, mut page) = (ids(&first).collect::<Vec<_>>(), first);
    assert!(!found.is_empty() && found.len() < RARE, "{}", found.len());
    while let Some(next) = page["next_page"].as_str() {
        page = house.get(&format!("{path}&page={next}")).await.object();
        assert!(ids(&page).next().is_some());
        found.extend(ids(&page));
    }
    assert_eq!(found.len(), RARE);
    assert!(found.is_sorted_by(|newer, older| newer > older));
    let nobody = encode("name~'nobody at all'");
    let page = house
        .get(&format!("/v1/customers/search?query={nobody}"))
        .await
        .object();
    assert_eq!(
        (ids(&page).count(), &page["has_more"]),
        (0, &Value::Bool(false))
    );
    if let Some(mut program) = sdk::python("ten_thousand.py") {
        program.arg(format!("http://{}", house.address));
        program
            .arg(&house.merchant.secret.secret)
            .arg(COUNT.to_string());
        sdk::run(program).await;
    }
    house.finish().await;
}
