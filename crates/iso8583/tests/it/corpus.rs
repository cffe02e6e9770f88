//! Replays the committed corpus of the fuzz target `iso8583_decode` as an ordinary test.

use std::path::Path;

use iso8583::Message;

use crate::exercise::exercise;
use crate::sample::DIALECTS;

fn corpus() -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus/iso8583_decode");
    std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, std::fs::read(&path).unwrap())
        })
        .collect()
}

#[test]
fn the_fuzz_corpus_holds() {
    for (_, input) in corpus() {
        exercise(&input);
    }
}

#[test]
fn the_fuzz_corpus_begins_inside_and_outside_of_every_dialect() {
    let corpus = corpus();
    for (choice, dialect) in DIALECTS.into_iter().enumerate() {
        let of_dialect = corpus
            .iter()
            .filter(|(_, input)| usize::from(input[0]) == choice);
        let (good, bad): (Vec<_>, Vec<_>) =
            of_dialect.partition(|(_, input)| Message::decode(dialect, &input[1..]).is_ok());
        assert!(good.len() >= 3, "{dialect:?}: valid messages to start from");
        assert!(bad.len() >= 3, "{dialect:?}: broken messages to start from");
    }
}
