//! The checks on files at rest, as a test uses them that kills the real program.

use std::fs;

use domain::{MerchantId, Mode, Owner};
use sim::Scratch;

const OWNER: Owner = Owner {
    merchant: MerchantId::from_bytes([7; 16]),
    mode: Mode::Test,
};

const PURCHASE: &str = "kind=purchase\tmti=0200\tterminal=T\ttransmitted=1122130000\tstan=1\t\
    merchant=M\trrn=1\tpan=424242******4242\tcard=visa\tamount_minor=1250\tcurrency=978\t\
    effect=approved\tanswer=approved\n";

async fn compared(journal: &str) -> Vec<String> {
    let scratch = Scratch::new().unwrap();
    let path = scratch.path().join("sandbox.journal");
    fs::write(&path, journal).unwrap();
    let database = scratch.path().join("encaisse.db");
    sim::checks::compare(&database, &path, OWNER).await.unwrap()
}

#[tokio::test]
async fn nothing_agrees_with_nothing() {
    assert_eq!(compared("").await, [""; 0]);
}

#[tokio::test]
async fn money_that_we_do_not_know_of_is_found() {
    let findings = compared(PURCHASE).await;
    assert_eq!(
        findings,
        [
            "the acquirer's T/1122130000/000001 is none of ours",
            "the acquirer owes 1250 more in 978 than we have"
        ]
    );
}
