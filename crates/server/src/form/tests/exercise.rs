//! What must hold for any bytes at all. The fuzz target and the replay of its corpus run this.
//!
//! Knows of its surroundings only the names below: the fuzz target has the same ones.

use super::{DEPTH_MAX, FIELDS_MAX, Fault, FaultKind, Form, Node, Tree, has_card_number};

/// One way to read one parameter.
type Way = fn(&mut Form, &str) -> Result<(), Fault>;

/// How many parameters of one request are read in every way.
const READ: usize = 8;

/// The first byte says what the rest is: `j` a JSON body, `q` a query up to the end of a line and
/// then a form, anything else a form.
///
/// What is accepted keeps the limits, reads as the same when it is written as JSON, and can be
/// read in every way; what is refused is named without a card number.
pub(crate) fn exercise(input: &[u8]) {
    let Some((choice, bytes)) = input.split_first() else {
        return;
    };
    let (query, content_type, body) = match choice {
        b'j' => (None, Some("application/json"), bytes),
        b'q' => {
            let end = bytes.iter().position(|byte| *byte == b'\n');
            let (query, body) = bytes.split_at(end.unwrap_or(bytes.len()));
            (std::str::from_utf8(query).ok(), None, body)
        }
        _ => (None, None, bytes),
    };
    let Some(tree) = said(Tree::parse(query, content_type, body)) else {
        return;
    };
    let whole = Node::Map(tree.fields().clone());
    assert!(values(&whole) <= FIELDS_MAX, "more values than allowed");
    assert!(depth(&whole) <= DEPTH_MAX, "names deeper than allowed");
    let written = json(&whole).to_string();
    match Tree::parse(None, Some("application/json"), written.as_bytes()) {
        Ok(again) => assert!(again.fields() == tree.fields(), "it reads as another"),
        // Written it may be longer, and JSON counts the objects too.
        Err(fault) => assert!(matches!(
            fault.kind,
            FaultKind::TooLarge | FaultKind::TooMany
        )),
    }
    for name in tree.fields().keys().take(READ) {
        let ways: [Way; 6] = [
            |form, name| form.text(name, 5).map(drop),
            |form, name| form.integer(name).map(drop),
            |form, name| form.texts(name, 5).map(drop),
            |form, name| form.metadata_change(name).map(drop),
            |form, name| form.object(name, |inner| inner.bool("a")).map(drop),
            |form, name| form.objects(name, |inner| inner.currency("a")).map(drop),
        ];
        for way in ways {
            said(tree.clone().read(|form| way(form, name)));
        }
    }
}

/// What was read; a refusal must name nothing that may be a card number.
fn said<T>(read: Result<T, Fault>) -> Option<T> {
    if let Err(fault) = &read {
        assert!(!has_card_number(&fault.param), "a refusal shows a number");
    }
    read.ok()
}

fn values(node: &Node) -> usize {
    match node {
        Node::Text(_) => 1,
        Node::Map(fields) => fields.values().map(values).sum(),
        Node::List(nodes) => nodes.iter().map(values).sum(),
    }
}

fn depth(node: &Node) -> usize {
    match node {
        Node::Text(_) => 0,
        Node::Map(fields) => 1 + fields.values().map(depth).max().unwrap_or(0),
        Node::List(nodes) => 1 + nodes.iter().map(depth).max().unwrap_or(0),
    }
}

fn json(node: &Node) -> serde_json::Value {
    match node {
        Node::Text(text) => text.as_str().into(),
        Node::Map(fields) => {
            let fields = fields.iter();
            fields
                .map(|(name, node)| (name.clone(), json(node)))
                .collect()
        }
        Node::List(nodes) => nodes.iter().map(json).collect(),
    }
}
