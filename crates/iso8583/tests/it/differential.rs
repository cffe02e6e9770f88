//! A few hundred random messages, exchanged with `pyiso8583`, an independent codec.
//!
//! Its field tables are written by hand in `tests/differential/compare.py`, in the notation of the
//! standard, so that neither a wrong rule nor a wrong attribute of ours can go unnoticed. Python
//! decodes what we encode and the other way round, and both must write the same bytes.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use iso8583::{Class, Dialect, Function, Message, Mti, Origin};

use crate::sample::{Chance, DIALECTS, Values, encode, value};

const MESSAGES_PER_DIALECT: usize = 150;
const SEED: u64 = 8583;

/// The folder of the run; removed when the test succeeds, kept for reading when it fails.
struct Exchange {
    folder: PathBuf,
}

impl Exchange {
    fn open() -> Exchange {
        let name = format!("differential-{}", std::process::id());
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::create_dir_all(&folder).unwrap();
        Exchange { folder }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Vec<u8> {
    let pairs = text.as_bytes().chunks(2);
    pairs
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}

/// `dialect  mti  wire  number=value number=value …`, bytes in hexadecimal.
fn line(dialect: &Dialect, mti: Mti, wire: &[u8], values: &Values) -> String {
    let mut line = format!("{} {mti} {}", dialect.name, hex(wire));
    for (number, value) in values {
        write!(line, " {number}={}", hex(value)).unwrap();
    }
    line
}

fn parse(line: &str) -> (&'static Dialect, Mti, Vec<u8>, Values) {
    let mut words = line.split(' ');
    let name = words.next().unwrap();
    let dialect = DIALECTS
        .into_iter()
        .find(|dialect| dialect.name == name)
        .unwrap();
    let mti = Mti::from_digits(words.next().unwrap().as_bytes().try_into().unwrap()).unwrap();
    let wire = unhex(words.next().unwrap());
    let values = words
        .map(|pair| {
            let (number, value) = pair.split_once('=').unwrap();
            (number.parse().unwrap(), unhex(value))
        })
        .collect();
    (dialect, mti, wire, values)
}

fn random_values(dialect: &Dialect, chance: &mut Chance) -> Values {
    // One message in ten carries every field, the others a random part of them.
    let wanted = if chance.below(10) == 0 {
        100
    } else {
        5 + chance.below(40)
    };
    let mut values = Values::new();
    for field in dialect.fields() {
        if chance.below(100) < wanted {
            let length = chance.below(60);
            values.insert(field.element.number, value(field, &chance.bytes(length)));
        }
    }
    values
}

fn random_mti(dialect: &Dialect, chance: &mut Chance) -> Mti {
    let classes = [
        Class::Authorization,
        Class::Financial,
        Class::Reversal,
        Class::Network,
    ];
    let functions = [Function::Request, Function::Response, Function::Advice];
    let origins = [Origin::Acquirer, Origin::AcquirerRepeat, Origin::Other];
    let [class, function, origin] = [4, 3, 3].map(|end| chance.below(end));
    Mti::new(
        dialect.version,
        classes[class],
        functions[function],
        origins[origin],
    )
}

fn ours() -> Vec<String> {
    let mut chance = Chance(SEED);
    let mut lines = Vec::new();
    for dialect in DIALECTS {
        for _ in 0..MESSAGES_PER_DIALECT {
            let values = random_values(dialect, &mut chance);
            let mti = random_mti(dialect, &mut chance);
            lines.push(line(dialect, mti, &encode(dialect, mti, &values), &values));
        }
    }
    lines
}

#[expect(
    clippy::disallowed_methods,
    reason = "the test command names the interpreter so"
)]
fn interpreter() -> Option<String> {
    std::env::var("ENCAISSE_TEST_PYTHON").ok()
}

#[test]
fn an_independent_codec_agrees() {
    let Some(python) = interpreter() else {
        // Written past the test harness, which would swallow what a passing test prints.
        writeln!(
            std::io::stderr(),
            "NOT RUN: the comparison with pyiso8583 needs ENCAISSE_TEST_PYTHON, which \
             `cargo xtask test` sets. Nothing is proven by this test here."
        )
        .unwrap();
        return;
    };
    let exchange = Exchange::open();
    let lines = ours();
    std::fs::write(exchange.file("ours.txt"), lines.join("\n")).unwrap();

    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/differential/compare.py");
    let run = Command::new(python)
        .arg(script)
        .arg(exchange.file("ours.txt"))
        .arg(exchange.file("theirs.txt"))
        .arg(SEED.to_string())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&run.stdout);
    let complained = String::from_utf8_lossy(&run.stderr);
    assert!(
        run.status.success(),
        "{said}\n{complained}\nfiles: {}",
        exchange.folder.display()
    );
    assert_eq!(said.trim(), format!("agreed on {} messages", lines.len()));

    let theirs = std::fs::read_to_string(exchange.file("theirs.txt")).unwrap();
    let mut seen = 0;
    for theirs in theirs.lines() {
        let (dialect, mti, wire, values) = parse(theirs);
        let message = Message::decode(dialect, &wire).unwrap_or_else(|error| {
            panic!("{error}: message {seen} of {}", exchange.folder.display())
        });
        assert_eq!(message.mti(), mti);
        let read: Values = message
            .fields()
            .iter()
            .map(|number| (number, message.bytes(number).unwrap().into_owned()))
            .collect();
        assert_eq!(
            read,
            values,
            "message {seen} of {}",
            exchange.folder.display()
        );
        assert_eq!(encode(dialect, mti, &values), wire, "message {seen}");
        seen += 1;
    }
    assert_eq!(
        seen,
        3 * (MESSAGES_PER_DIALECT + 126),
        "random ones, and one per field"
    );
    std::fs::remove_dir_all(&exchange.folder).unwrap();
}
