//! Processes: noted while they live, forgotten when they end or fall silent.

use domain::NodeId;
use store::nodes::{note_alive, purge, remove};

use crate::engines::{Database, everywhere};
use crate::records::{after, id};

async fn alive(database: &Database, node: NodeId, seconds: i64) {
    database
        .write(move |tx| note_alive(tx, node, after(seconds)))
        .await;
}

async fn purged(database: &Database, seconds: i64) -> usize {
    database.write(move |tx| purge(tx, after(seconds))).await
}

#[test]
fn a_process_that_is_seen_again_is_one_process() {
    everywhere(async |database| {
        let node = id();
        alive(&database, node, 0).await;
        alive(&database, node, 60).await;
        assert_eq!(purged(&database, 60).await, 0);
        assert_eq!(purged(&database, 61).await, 1);
    });
}

#[test]
fn a_process_that_ends_in_good_order_is_gone() {
    everywhere(async |database| {
        let (ended, other) = (id(), id());
        alive(&database, ended, 0).await;
        alive(&database, other, 0).await;
        database.write(move |tx| remove(tx, ended)).await;
        database.write(move |tx| remove(tx, ended)).await;
        assert_eq!(purged(&database, 1).await, 1);
    });
}
