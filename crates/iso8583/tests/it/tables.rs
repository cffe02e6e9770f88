//! The table of every dialect, compared with a text file: a changed attribute shows in review.

use std::fmt::Write;
use std::path::Path;

use iso8583::{Dialect, ISO87_ASCII, ISO87_BINARY, ISO93_ASCII, Size, Subs};

/// The table as text: one line per field, indented lines for sub-fields.
fn printed(dialect: &Dialect) -> String {
    let mut text = String::new();
    let Dialect {
        name,
        version,
        mti,
        bitmap,
        ..
    } = dialect;
    writeln!(text, "{name}: {version:?}, type {mti:?}, bitmap {bitmap:?}").unwrap();
    for field in dialect.fields() {
        let element = &field.element;
        let size = size(element.size);
        let attribute = format!("{}{size}", format!("{:?}", element.kind).to_lowercase());
        writeln!(
            text,
            "{:>3}  {attribute:<9} {:<9} {:<8} {:<14} {:<6} {}",
            element.number,
            format!("{:?}", field.encoding),
            format!("{:?}", field.prefix),
            format!("{:?}", field.padding),
            format!("{:?}", element.mask),
            element.name,
        )
        .unwrap();
        let (label, subs) = match element.subs {
            Subs::None => continue,
            Subs::Positional(subs) => ("part", subs),
            Subs::Tagged(subs) => ("tag", subs),
        };
        for sub in subs {
            let kind = format!("{:?}", sub.kind).to_lowercase();
            let attribute = format!("{kind}{}", self::size(sub.size));
            let mask = format!("{:?}", sub.mask);
            writeln!(
                text,
                "     {label} {:<2} {attribute:<9} {mask:<6} {}",
                sub.number, sub.name
            )
            .unwrap();
        }
    }
    text
}

/// The notation of the standard: `12` fixed, `..19` LLVAR, `...999` LLLVAR.
fn size(size: Size) -> String {
    match size {
        Size::Fixed(units) => units.to_string(),
        Size::Ll(max) => format!("..{max}"),
        Size::Lll(max) => format!("...{max}"),
    }
}

#[track_caller]
fn check(dialect: &Dialect) {
    let committed =
        Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/snapshots/{}.txt", dialect.name));
    let expected = std::fs::read_to_string(&committed).unwrap_or_default();
    let actual = printed(dialect);
    if actual != expected {
        let fresh = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{}.txt", dialect.name));
        std::fs::write(&fresh, actual).unwrap();
        panic!(
            "the table of {} differs from the committed one; to accept it:\ncp {} {}",
            dialect.name,
            fresh.display(),
            committed.display()
        );
    }
}

#[test]
fn the_table_of_1987_ascii_is_the_committed_one() {
    check(&ISO87_ASCII);
}

#[test]
fn the_table_of_1987_binary_is_the_committed_one() {
    check(&ISO87_BINARY);
}

#[test]
fn the_table_of_1993_ascii_is_the_committed_one() {
    check(&ISO93_ASCII);
}
