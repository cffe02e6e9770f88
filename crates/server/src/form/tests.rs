//! Claims about reading requests: what is accepted, what is refused, and under which name.

mod exercise;

use std::path::Path;

use domain::payment::{CancellationReason, CaptureMethod, Metadata, MetadataChange};
use proptest::prelude::*;

use super::*;

fn form(text: &str) -> Result<Tree, Fault> {
    Tree::parse(None, None, text.as_bytes())
}

fn json(text: &str) -> Result<Tree, Fault> {
    Tree::parse(
        None,
        Some("application/json; charset=utf-8"),
        text.as_bytes(),
    )
}

fn refused<T: std::fmt::Debug>(result: Result<T, Fault>) -> (FaultKind, String) {
    let fault = result.unwrap_err();
    (fault.kind, fault.param)
}

#[test]
fn both_encodings_become_the_same() {
    let a = form("amount=1250&card[exp]=12&on=true&expand[]=x&expand[]=y&note=").unwrap();
    let b = json(r#"{"amount":1250,"card":{"exp":12},"on":true,"expand":["x","y"],"note":null}"#)
        .unwrap();
    assert_eq!(a.into_fields(), b.into_fields());
}

#[test]
fn the_query_and_the_body_are_one_request() {
    let tree = Tree::parse(Some("a=1"), None, b"b=2").unwrap();
    let read = tree.read(|form| Ok((form.integer("a")?, form.integer("b")?)));
    assert_eq!(read, Ok((Some(1), Some(2))));
    let twice = Tree::parse(Some("a=1"), Some("application/json"), b"{\"a\":2}");
    assert_eq!(refused(twice), (FaultKind::Repeated, "a".into()));
}

#[test]
fn a_parameter_twice_is_refused() {
    for text in [
        "a=1&a=1",
        "a[b]=1&a[b]=2",
        "a=1&a[b]=2",
        "a[b]=2&a=1",
        "a[]=1&a[b]=2",
        "a[b]=1&a[]=2",
        "a[0]=1&a[0]=2",
        "a=1&a[]=2",
        "a[][]=1",
    ] {
        assert_eq!(form(text).unwrap_err().kind, FaultKind::Repeated, "{text}");
    }
}

#[test]
fn unknown_parameters_are_named_as_stripe_names_them() {
    for (text, name) in [
        ("foo=1", "foo"),
        ("card[foo]=1", "card[foo]"),
        ("card[exp]=1&card[foo][bar]=2", "card[foo][bar]"),
        ("list[0][x]=1&list[0][foo]=1", "list[0][foo]"),
        ("foo[]=1", "foo[0]"),
    ] {
        let result = form(text).unwrap().read(|form| {
            form.object("card", |card| card.integer("exp"))?;
            form.objects("list", |item| item.integer("x"))?;
            Ok(())
        });
        assert_eq!(refused(result), (FaultKind::Unknown, name.into()));
    }
}

#[test]
fn a_card_number_in_the_name_of_a_parameter_is_not_repeated() {
    let result = form("4242424242424242=1").unwrap().read(|_| Ok(()));
    assert_eq!(refused(result), (FaultKind::Unknown, "…".into()));
    let fault = form("a[4242424242424242=1").unwrap_err();
    assert!(!fault.to_string().contains("4242"), "{fault}");
}

#[test]
fn integers_are_whole_and_decimal() {
    let read = |value: &str| {
        form(&format!("a={value}"))
            .unwrap()
            .read(|form| form.integer("a"))
    };
    assert_eq!(read("1250"), Ok(Some(1250)));
    assert_eq!(read("-5"), Ok(Some(-5)));
    assert_eq!(read("9223372036854775807"), Ok(Some(i64::MAX)));
    for bad in [
        "12.5",
        "1e3",
        "%2B5",
        "-",
        "0x1",
        " 1",
        "9223372036854775808",
        "١",
    ] {
        let expect = (FaultKind::InvalidInteger, "a".to_owned());
        assert_eq!(refused(read(bad)), expect, "{bad}");
    }
    assert_eq!(refused(read("")), (FaultKind::Empty, "a".into()));
    let point = json(r#"{"a":1250.0}"#)
        .unwrap()
        .read(|form| form.integer("a"));
    assert_eq!(refused(point), (FaultKind::InvalidInteger, "a".into()));
}

#[test]
fn texts_have_a_length_and_something_in_them() {
    let read = |value: &str| {
        form(&format!("a={value}"))
            .unwrap()
            .read(|form| form.text("a", 3))
    };
    assert_eq!(read("%C3%A9%C3%A9%C3%A9"), Ok(Some("ééé".into())));
    assert_eq!(refused(read("abcd")).0, FaultKind::TooLong);
    assert_eq!(refused(read("+++")).0, FaultKind::Blank);
    assert_eq!(refused(read("")).0, FaultKind::Empty);
    let nested = form("a[b]=1").unwrap().read(|form| form.text("a", 3));
    assert_eq!(refused(nested), (FaultKind::NotText, "a".into()));
}

#[test]
fn an_empty_text_takes_a_value_away() {
    let read = |text: &str| form(text).unwrap().read(|form| form.clearable_text("a", 3));
    assert_eq!(read(""), Ok(None));
    assert_eq!(read("a="), Ok(Some(None)));
    assert_eq!(read("a=x"), Ok(Some(Some("x".into()))));
    assert_eq!(refused(read("a=abcd")).0, FaultKind::TooLong);
    assert_eq!(refused(read("a=+")).0, FaultKind::Blank);
}

#[test]
fn truth_and_currencies_are_read_exactly() {
    let tree = form("a=true&b=false&c=eur&d=EUR").unwrap();
    let read = tree.read(|form| {
        let truth = (form.bool("a")?, form.bool("b")?);
        Ok((truth, form.currency("c")?, form.currency("d")?))
    });
    let eur = Some(Currency::EUR);
    assert_eq!(read, Ok(((Some(true), Some(false)), eur, eur)));
    for bad in ["True", "1", "yes"] {
        let read = form(&format!("a={bad}"))
            .unwrap()
            .read(|form| form.bool("a"));
        let fault = read.unwrap_err();
        assert_eq!(
            (fault.kind, fault.detail.as_str()),
            (FaultKind::Invalid, "boolean")
        );
    }
    let read = form("c=euro").unwrap().read(|form| form.currency("c"));
    assert_eq!(refused(read), (FaultKind::Invalid, "c".into()));
}

#[test]
fn a_name_that_is_none_of_a_list_is_told_the_list() {
    let read = |value: &str| {
        form(&format!("m={value}"))
            .unwrap()
            .read(|form| form.one_of("m", CaptureMethod::parse, CaptureMethod::ALL))
    };
    assert_eq!(read("manual"), Ok(Some(CaptureMethod::Manual)));
    let fault = read("Manual").unwrap_err();
    assert_eq!(fault.kind, FaultKind::NotOneOf);
    assert_eq!(fault.detail, "automatic, manual");
    assert_eq!(refused(read("")).0, FaultKind::Empty);
    let word = form("m=card").unwrap().read(|form| form.only("m", "card"));
    assert_eq!(word, Ok(true));
    let other = form("m=cash").unwrap().read(|form| form.only("m", "card"));
    assert_eq!(other.unwrap_err().detail, "card");
}

#[test]
fn a_needed_parameter_that_is_not_there_is_named_in_full() {
    let read = form("a[b]=1").unwrap().read(|form| {
        form.object("a", |inner| {
            inner.integer("b")?;
            inner.integer("c")?.ok_or_else(|| inner.missing("c"))
        })
    });
    assert_eq!(refused(read), (FaultKind::Missing, "a[c]".into()));
}

#[test]
fn lists_are_read_in_their_order_however_they_are_written() {
    let read = |text: &str| form(text).unwrap().read(|form| form.texts("e", 9));
    let two = Ok(Some(vec!["x".to_owned(), "y".to_owned()]));
    assert_eq!(read("e[]=x&e[]=y"), two);
    assert_eq!(read("e[0]=x&e[1]=y"), two);
    assert_eq!(read("e[10]=y&e[9]=x"), two);
    assert_eq!(read("e="), Ok(Some(Vec::new())));
    assert_eq!(read(""), Ok(None));
    assert_eq!(refused(read("e=x")), (FaultKind::NotList, "e".into()));
    assert_eq!(refused(read("e[a]=x")), (FaultKind::NotList, "e".into()));
    assert_eq!(refused(read("e[1000]=x")), (FaultKind::NotList, "e".into()));
    assert_eq!(
        refused(read("e[0][a]=x")),
        (FaultKind::NotText, "e[0]".into())
    );
    assert_eq!(refused(read("e[]=+")), (FaultKind::Blank, "e[0]".into()));
    assert_eq!(
        refused(read("e[]=0123456789")),
        (FaultKind::TooLong, "e[0]".into())
    );
}

#[test]
fn lists_of_objects_are_read_however_they_are_written() {
    let read = |text: &str| {
        form(text)
            .unwrap()
            .read(|form| form.objects("i", |item| Ok((item.integer("a")?, item.integer("b")?))))
    };
    let two = Ok(Some(vec![(Some(1), Some(2)), (Some(3), None)]));
    assert_eq!(read("i[0][a]=1&i[0][b]=2&i[1][a]=3"), two);
    assert_eq!(read("i[][a]=1&i[][b]=2&i[][a]=3"), two);
    assert_eq!(
        refused(read("i[0]=1")),
        (FaultKind::NotObject, "i[0]".into())
    );
    assert_eq!(refused(read("i=1")), (FaultKind::NotList, "i".into()));
}

#[test]
fn something_else_than_an_object_is_refused() {
    let read = |text: &str| {
        form(text)
            .unwrap()
            .read(|form| form.object("a", |_| Ok(())))
    };
    assert_eq!(read(""), Ok(None));
    assert_eq!(refused(read("a=1")), (FaultKind::NotObject, "a".into()));
    assert_eq!(refused(read("a[]=1")), (FaultKind::NotObject, "a".into()));
}

fn metadata(text: &str) -> Result<MetadataChange, Fault> {
    form(text)?.read(|form| form.metadata_change("metadata"))
}

#[test]
fn metadata_sets_and_takes_away() {
    let pairs = [("a".into(), None), ("c".into(), Some("3".into()))];
    let change = MetadataChange::Change(pairs.into());
    assert_eq!(metadata("metadata[a]=&metadata[c]=3"), Ok(change));
    assert_eq!(metadata("metadata="), Ok(MetadataChange::Clear));
    assert_eq!(metadata(""), Ok(MetadataChange::default()));
    let new = |text: &str| form(text).unwrap().read(|form| form.metadata("metadata"));
    let expect = Metadata::from([("c".into(), "3".into())]);
    assert_eq!(new("metadata[a]=&metadata[c]=3"), Ok(expect));
    assert_eq!(new(""), Ok(Metadata::new()));
}

#[test]
fn metadata_keeps_its_limits() {
    let many = |count: usize| {
        let pairs: Vec<_> = (0..count).map(|n| format!("metadata[k{n}]=v")).collect();
        metadata(&pairs.join("&"))
    };
    assert!(many(50).is_ok());
    assert_eq!(
        refused(many(51)),
        (FaultKind::MetadataPairs, "metadata".into())
    );
    let key = |length: usize| metadata(&format!("metadata[{}]=v", "k".repeat(length)));
    assert!(key(40).is_ok());
    assert_eq!(refused(key(41)).0, FaultKind::MetadataKey);
    assert_eq!(refused(metadata("metadata[]=v")).0, FaultKind::NotObject);
    let value = |length: usize| metadata(&format!("metadata[k]={}", "v".repeat(length)));
    assert!(value(500).is_ok());
    assert_eq!(refused(value(501)).0, FaultKind::TooLong);
    let nested = metadata("metadata[a][b]=v");
    assert_eq!(refused(nested), (FaultKind::NotText, "metadata[a]".into()));
}

#[test]
fn sizes_are_limited() {
    let fields = |count: usize| {
        let pairs: Vec<_> = (0..count).map(|n| format!("a{n}=")).collect();
        form(&pairs.join("&"))
    };
    assert!(fields(FIELDS_MAX).is_ok());
    assert_eq!(refused(fields(FIELDS_MAX + 1)).0, FaultKind::TooMany);
    let list = format!("{{\"a\":[{}1]}}", "1,".repeat(FIELDS_MAX));
    assert_eq!(refused(json(&list)).0, FaultKind::TooMany);
    let deep = |depth: usize| form(&format!("a{}=1", "[b]".repeat(depth - 1)));
    assert!(deep(DEPTH_MAX).is_ok());
    assert_eq!(refused(deep(DEPTH_MAX + 1)).0, FaultKind::TooDeep);
    assert!(form(&format!("a={}", "x".repeat(BYTES_MAX - 2))).is_ok());
    let large = form(&format!("a={}", "x".repeat(BYTES_MAX)));
    assert_eq!(refused(large).0, FaultKind::TooLarge);
}

#[test]
fn another_encoding_is_refused() {
    let other = Tree::parse(None, Some("multipart/form-data; boundary=x"), b"x");
    assert_eq!(refused(other).0, FaultKind::UnsupportedEncoding);
    assert!(Tree::parse(None, Some("multipart/form-data"), b"").is_ok());
}

#[test]
fn a_request_does_not_print_its_values() {
    let tree = form("card[number]=4242424242424242").unwrap();
    assert!(!format!("{tree:?}").contains("4242"));
    assert!(format!("{tree:?}").contains("number"));
}

/// Reads some of everything there is.
fn read_all(tree: Tree) -> Result<(), Fault> {
    tree.read(|form| {
        form.integer("a")?;
        form.text("b", 5)?;
        form.metadata("metadata")?;
        form.texts("e", 5)?;
        form.one_of("c", CancellationReason::parse, CancellationReason::ALL)?;
        form.object("o", |inner| inner.objects("i", |item| item.bool("x")))?;
        Ok(())
    })
}

proptest! {
    #[test]
    fn no_bytes_make_the_reader_panic(bytes: Vec<u8>, is_json: bool) {
        let kind = is_json.then_some("application/json");
        let _ = Tree::parse(None, kind, &bytes).and_then(read_all);
    }

    #[test]
    fn no_brackets_make_the_reader_panic(text in "[abceio\\[\\]=&%0+]{0,60}") {
        let _ = form(&text).and_then(read_all);
    }

    #[test]
    fn no_json_makes_the_reader_panic(text in "[\\{\\}\\[\\]\":,abio01.\\- ]{0,60}") {
        let _ = json(&text).and_then(read_all);
    }

    #[test]
    fn every_text_survives_encoding(value in "[^\0]{1,40}") {
        prop_assume!(!value.trim().is_empty());
        let encoded: String = value.bytes().map(|byte| format!("%{byte:02x}")).collect();
        let read = form(&format!("a={encoded}")).unwrap().read(|form| form.text("a", 40));
        prop_assert_eq!(read, Ok(Some(value)));
    }
}

fn corpus() -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus/form_parse");
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
        exercise::exercise(&input);
    }
}

#[test]
fn the_fuzz_corpus_begins_inside_and_outside_of_both_encodings() {
    for (choice, content_type) in [(b'f', None), (b'j', Some("application/json"))] {
        let of_encoding = corpus();
        let of_encoding = of_encoding.iter().filter(|(_, input)| input[0] == choice);
        let (good, bad): (Vec<_>, Vec<_>) = of_encoding
            .partition(|(_, input)| Tree::parse(None, content_type, &input[1..]).is_ok());
        assert!(
            good.len() >= 3,
            "{content_type:?}: good requests to start from"
        );
        assert!(
            bad.len() >= 3,
            "{content_type:?}: broken requests to start from"
        );
    }
}

#[test]
fn a_whole_number_out_of_bounds_is_told_the_bounds() {
    let read = |text: &str, bounds| {
        form(text)
            .unwrap()
            .read(|form| form.integer_in("n", bounds))
    };
    assert_eq!(read("n=1", 1..=100), Ok(Some(1)));
    assert_eq!(read("n=100", 1..=100), Ok(Some(100)));
    assert_eq!(read("", 1..=100), Ok(None));
    for (text, bounds, says) in [
        ("n=0", 1..=100, "number from 1 to 100"),
        ("n=101", 1..=100, "number from 1 to 100"),
        ("n=-1", 0..=i64::MAX, "number from 0 up"),
    ] {
        let fault = read(text, bounds).unwrap_err();
        assert_eq!(
            (fault.kind, fault.detail.as_str()),
            (FaultKind::Invalid, says)
        );
    }
    assert_eq!(refused(read("n=x", 1..=100)).0, FaultKind::InvalidInteger);
}

#[test]
fn what_is_noted_is_what_was_asked_and_the_request_ends_there() {
    use super::described::{Shape, begin, finish};
    begin();
    let ended = form("a[b]=1").unwrap().read(|form| {
        form.text("name", 5)?;
        form.object("a", |inner| inner.integer_in("b", 0..=9))
    });
    let notes = finish();
    assert!(ended.is_err(), "a request went on while notes were taken");
    assert_eq!(notes.end, Some(Ok(())));
    let expected = [
        ("name", Shape::Text(Some(5))),
        ("a", Shape::Object),
        ("a[b]", Shape::Integer(0..=9)),
    ];
    let asked = notes
        .asked
        .iter()
        .map(|(name, shape)| (name.as_str(), shape.clone()));
    assert_eq!(asked.collect::<Vec<_>>(), expected);
    assert_eq!(
        form("a=1").unwrap().read(|form| form.integer("a")),
        Ok(Some(1))
    );
}
