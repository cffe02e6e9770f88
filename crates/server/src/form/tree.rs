//! The one tree that both encodings become: names to values, at most so deep and so many.
//!
//! Does not know what any name means. Values are wiped when they go and do not print.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fmt;

use zeroize::Zeroizing;

use super::fault::{Fault, FaultKind};
use super::{BYTES_MAX, DEPTH_MAX, FIELDS_MAX, decode, json};

/// One value, or values within it.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Node {
    /// A single value, as its text.
    Text(Zeroizing<String>),
    /// Named values; also a list that the client numbered.
    Map(BTreeMap<String, Node>),
    /// Values without names.
    List(Vec<Node>),
}

impl fmt::Debug for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(_) => f.write_str("…"),
            Self::Map(fields) => f.debug_map().entries(fields).finish(),
            Self::List(nodes) => f.debug_list().entries(nodes).finish(),
        }
    }
}

/// The parameters of one request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tree {
    fields: BTreeMap<String, Node>,
    count: usize,
}

impl Tree {
    /// Reads the query and the body of a request. Without a content type a body is a form.
    ///
    /// # Errors
    /// The request is too large, malformed, in another encoding, or names a parameter twice.
    pub(crate) fn parse(
        query: Option<&str>,
        content_type: Option<&str>,
        body: &[u8],
    ) -> Result<Self, Fault> {
        let query = query.unwrap_or_default();
        if body.len() > BYTES_MAX || query.len() > BYTES_MAX {
            return Err(Fault::of_body(FaultKind::TooLarge));
        }
        let mut tree = Self::default();
        tree.add_form(query.as_bytes())?;
        if body.is_empty() {
            return Ok(tree);
        }
        let name = content_type.unwrap_or("application/x-www-form-urlencoded");
        let name = name.split(';').next().unwrap_or_default().trim();
        if name.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            tree.add_form(body)?;
        } else if name.eq_ignore_ascii_case("application/json") {
            for (name, node) in json::parse(body)? {
                tree.count += count(&node);
                if tree.count > FIELDS_MAX {
                    return Err(Fault::of_body(FaultKind::TooMany));
                }
                if tree.fields.contains_key(&name) {
                    return Err(Fault::new(FaultKind::Repeated, name));
                }
                tree.fields.insert(name, node);
            }
        } else {
            return Err(Fault::of_body(FaultKind::UnsupportedEncoding));
        }
        Ok(tree)
    }

    /// The parameters by their names.
    pub(crate) fn fields(&self) -> &BTreeMap<String, Node> {
        &self.fields
    }

    pub(super) fn into_fields(self) -> BTreeMap<String, Node> {
        self.fields
    }

    fn add_form(&mut self, text: &[u8]) -> Result<(), Fault> {
        for pair in text
            .split(|byte| *byte == b'&')
            .filter(|pair| !pair.is_empty())
        {
            let at = pair.iter().position(|byte| *byte == b'=');
            let (name, value) = pair.split_at(at.unwrap_or(pair.len()));
            let name = decode::percent(name)?;
            let value = decode::percent(value.get(1..).unwrap_or_default())?;
            let segments = decode::segments(&name)?;
            self.count += 1;
            if self.count > FIELDS_MAX {
                return Err(Fault::of_body(FaultKind::TooMany));
            }
            if segments.len() > DEPTH_MAX {
                return Err(Fault::new(FaultKind::TooDeep, name.to_string()));
            }
            put(&mut self.fields, &segments, value)
                .ok_or_else(|| Fault::new(FaultKind::Repeated, name.to_string()))?;
        }
        Ok(())
    }
}

fn count(node: &Node) -> usize {
    match node {
        Node::Text(_) => 1,
        Node::Map(fields) => 1 + fields.values().map(count).sum::<usize>(),
        Node::List(nodes) => 1 + nodes.iter().map(count).sum::<usize>(),
    }
}

/// Puts a value where its name says. `None` when something is there already.
fn put(
    fields: &mut BTreeMap<String, Node>,
    segments: &[&str],
    value: Zeroizing<String>,
) -> Option<()> {
    let (name, rest) = segments.split_first()?;
    let empty = match rest.first() {
        None => {
            return match fields.entry((*name).to_owned()) {
                Entry::Occupied(_) => None,
                Entry::Vacant(place) => {
                    place.insert(Node::Text(value));
                    Some(())
                }
            };
        }
        Some(&"") => Node::List(Vec::new()),
        Some(_) => Node::Map(BTreeMap::new()),
    };
    match (fields.entry((*name).to_owned()).or_insert(empty), rest) {
        (Node::List(nodes), ["", rest @ ..]) => push(nodes, rest, value),
        (Node::Map(inner), [next, ..]) if !next.is_empty() => put(inner, rest, value),
        (Node::Text(_) | Node::List(_) | Node::Map(_), _) => None,
    }
}

/// Puts a value into the last element of a list, or a new one when the last has it already.
///
/// `a[][x]=1&a[][y]=2&a[][x]=3` is two elements, `{x: 1, y: 2}` and `{x: 3}`.
fn push(nodes: &mut Vec<Node>, rest: &[&str], value: Zeroizing<String>) -> Option<()> {
    let Some(next) = rest.first() else {
        nodes.push(Node::Text(value));
        return Some(());
    };
    // A list directly in a list has no name by which its end could be told.
    if next.is_empty() {
        return None;
    }
    if let Some(Node::Map(last)) = nodes.last_mut()
        && put(last, rest, value.clone()).is_some()
    {
        return Some(());
    }
    let mut element = BTreeMap::new();
    put(&mut element, rest, value)?;
    nodes.push(Node::Map(element));
    Some(())
}
