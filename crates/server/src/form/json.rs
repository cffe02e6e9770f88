//! A JSON object as the same tree a form becomes.
//!
//! Numbers and truth values become the texts a form would carry, null the empty one. A name twice
//! in one object is refused, where ordinary JSON readers would silently take one.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use zeroize::Zeroizing;

use super::DEPTH_MAX;
use super::fault::{Fault, FaultKind};
use super::tree::Node;

/// Reads a body that must be one object.
pub(super) fn parse(body: &[u8]) -> Result<BTreeMap<String, Node>, Fault> {
    let mut reader = serde_json::Deserializer::from_slice(body);
    let node = Depth(DEPTH_MAX)
        .deserialize(&mut reader)
        .and_then(|node| reader.end().map(|()| node));
    match node {
        Ok(Node::Map(fields)) => Ok(fields),
        Ok(Node::Text(_) | Node::List(_)) | Err(_) => Err(Fault::of_body(FaultKind::MalformedJson)),
    }
}

/// Reads a value in which names are at most this deep within each other.
#[derive(Clone, Copy)]
struct Depth(usize);

impl<'de> DeserializeSeed<'de> for Depth {
    type Value = Node;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl Depth {
    fn inner<E: de::Error>(self) -> Result<Self, E> {
        let left = self.0.checked_sub(1);
        left.map(Self).ok_or_else(|| E::custom("too deep"))
    }
}

fn text(value: impl Into<String>) -> Node {
    Node::Text(Zeroizing::new(value.into()))
}

impl<'de> Visitor<'de> for Depth {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value of JSON")
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Node, E> {
        if value.contains('\0') {
            return Err(E::custom("NUL in a text"));
        }
        Ok(text(value))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Node, E> {
        Ok(text(value.to_string()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Node, E> {
        Ok(text(value.to_string()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Node, E> {
        Ok(text(value.to_string()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Node, E> {
        // With its point, so that it is never taken for a whole number.
        Ok(text(format!("{value:?}")))
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(text(""))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Node, A::Error> {
        let inner = self.inner()?;
        let mut nodes = Vec::new();
        while let Some(node) = access.next_element_seed(inner)? {
            nodes.push(node);
        }
        Ok(Node::List(nodes))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Node, A::Error> {
        let inner = self.inner()?;
        let mut fields = BTreeMap::new();
        while let Some(name) = access.next_key::<String>()? {
            let node = access.next_value_seed(inner)?;
            if name.contains('\0') || fields.insert(name, node).is_some() {
                return Err(de::Error::custom("a name twice"));
            }
        }
        Ok(Node::Map(fields))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_become_the_texts_of_a_form() {
        let fields = parse(br#"{"a":1,"b":-1,"c":true,"d":null,"e":"x","f":1.0}"#).unwrap();
        let values: Vec<_> = fields
            .values()
            .map(|node| match node {
                Node::Text(text) => text.to_string(),
                Node::Map(_) | Node::List(_) => panic!("a single value"),
            })
            .collect();
        assert_eq!(values, ["1", "-1", "true", "", "x", "1.0"]);
    }

    #[test]
    fn what_is_no_object_is_refused() {
        for body in [
            "",
            "[]",
            "1",
            "\"a\"",
            "{",
            "{} {}",
            "{\"a\":1,}",
            "nul",
            "{\"a\":\"\\u0000\"}",
        ] {
            assert_eq!(
                parse(body.as_bytes()).unwrap_err().kind,
                FaultKind::MalformedJson,
                "{body}"
            );
        }
    }

    #[test]
    fn a_name_twice_is_refused() {
        assert!(parse(br#"{"a":1,"a":2}"#).is_err());
        assert!(parse(br#"{"a":{"b":1,"b":1}}"#).is_err());
    }

    #[test]
    fn depth_is_limited() {
        let nested = |depth: usize| format!("{}1{}", "{\"a\":".repeat(depth), "}".repeat(depth));
        assert!(parse(nested(DEPTH_MAX).as_bytes()).is_ok());
        assert!(parse(nested(DEPTH_MAX + 1).as_bytes()).is_err());
        assert!(parse("[".repeat(60_000).as_bytes()).is_err());
    }
}
