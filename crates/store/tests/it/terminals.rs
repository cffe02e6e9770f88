//! Trace numbers: taken in blocks that follow each other and begin again after the last.

use store::Error;
use store::terminals::{BLOCK, Block, STAN_MAX, take_block};

use crate::engines::{Database, everywhere};

async fn taken(database: &Database, terminal: &'static str) -> Block {
    database
        .write(move |tx| take_block(tx, "sandbox", terminal))
        .await
}

#[test]
fn blocks_of_a_terminal_follow_each_other() {
    everywhere(async |database| {
        let block = |first, last| Block {
            terminal: "ENC00001".into(),
            first,
            last,
        };
        assert_eq!(taken(&database, "ENC00001").await, block(1, BLOCK));
        assert_eq!(
            taken(&database, "ENC00001").await,
            block(BLOCK + 1, 2 * BLOCK)
        );
    });
}

#[test]
fn every_terminal_and_acquirer_counts_for_itself() {
    everywhere(async |database| {
        taken(&database, "ENC00001").await;
        assert_eq!(taken(&database, "ENC00002").await.first, 1);
        let other = database
            .write(|tx| take_block(tx, "bank", "ENC00001"))
            .await;
        assert_eq!(other.first, 1);
    });
}

#[test]
fn after_the_last_number_comes_the_first() {
    everywhere(async |database| {
        taken(&database, "ENC00001").await;
        database.tamper("UPDATE terminals SET next_stan = 999001");
        let last = taken(&database, "ENC00001").await;
        assert_eq!((last.first, last.last), (999_001, STAN_MAX));
        assert_eq!(taken(&database, "ENC00001").await.first, 1);
    });
}

#[test]
fn a_number_no_message_can_carry_is_never_given() {
    everywhere(async |database| {
        taken(&database, "ENC00001").await;
        for next in [-1, 0, 1_000_000] {
            database.tamper(&format!("UPDATE terminals SET next_stan = {next}"));
            let change = |tx: &store::Tx<'_>| take_block(tx, "sandbox", "ENC00001");
            let refused = database.store.write("test", change).await;
            assert!(
                matches!(refused, Err(Error::Corrupt(_))),
                "{next}: {refused:?}"
            );
        }
    });
}
