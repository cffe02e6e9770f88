//! Writes JSON objects straight into bytes, field by field, without building a tree first.
//!
//! Answers and events are rendered several times for each payment, which is why this is no tree of
//! values. Does not read JSON and does not check that a name is written only once.

use std::fmt::Display;
use std::io::Write as _;

/// Fields that are null, put together by the compiler: Stripe's objects have dozens of them.
#[derive(Clone, Copy)]
pub(crate) struct Nulls(&'static str);

impl Nulls {
    /// Fields as [`nulls!`] writes them, each with a comma before it.
    pub(crate) const fn new(fields: &'static str) -> Self {
        Self(fields)
    }
}

/// The names of fields that are null.
macro_rules! nulls {
    ($($name:literal),+ $(,)?) => {
        $crate::json::Nulls::new(concat!($(",\"", $name, "\":null"),+))
    };
}

pub(crate) use nulls;

/// One object while it is written.
pub(crate) struct Object<'a> {
    bytes: &'a mut Vec<u8>,
    is_empty: bool,
}

impl<'a> Object<'a> {
    /// Writes an object whose fields `fields` writes.
    pub(crate) fn write(bytes: &'a mut Vec<u8>, fields: impl FnOnce(&mut Object<'_>)) {
        bytes.push(b'{');
        fields(&mut Object {
            bytes,
            is_empty: true,
        });
        bytes.push(b'}');
    }

    /// The name of a field; ours, so there is nothing to escape.
    fn name(&mut self, name: &'static str) -> &mut Vec<u8> {
        self.comma();
        self.bytes.push(b'"');
        self.bytes.extend_from_slice(name.as_bytes());
        self.bytes.extend_from_slice(b"\":");
        self.bytes
    }

    fn comma(&mut self) {
        if !std::mem::take(&mut self.is_empty) {
            self.bytes.push(b',');
        }
    }

    /// A text under a name that somebody else chose.
    pub(crate) fn pair(&mut self, name: &str, value: &str) {
        self.comma();
        string(self.bytes, name);
        self.bytes.push(b':');
        string(self.bytes, value);
    }

    /// A text.
    pub(crate) fn text(&mut self, name: &'static str, value: &str) {
        string(self.name(name), value);
    }

    /// A text, or null.
    pub(crate) fn optional_text(&mut self, name: &'static str, value: Option<&str>) {
        match value {
            Some(value) => self.text(name, value),
            None => self.null(name),
        }
    }

    /// A text that is printed by its type and needs no escaping: an id, a name of ours.
    pub(crate) fn id(&mut self, name: &'static str, value: impl Display) {
        // Writing to a vector does not fail.
        let _ = write!(self.name(name), "\"{value}\"");
    }

    /// Such a text, or null.
    pub(crate) fn optional_id(&mut self, name: &'static str, value: Option<impl Display>) {
        match value {
            Some(value) => self.id(name, value),
            None => self.null(name),
        }
    }

    /// A whole number.
    pub(crate) fn integer(&mut self, name: &'static str, value: i64) {
        let _ = write!(self.name(name), "{value}");
    }

    /// A whole number, or null.
    pub(crate) fn optional_integer(&mut self, name: &'static str, value: Option<i64>) {
        match value {
            Some(value) => self.integer(name, value),
            None => self.null(name),
        }
    }

    /// True or false.
    pub(crate) fn bool(&mut self, name: &'static str, value: bool) {
        let text = if value { "true" } else { "false" };
        self.name(name).extend_from_slice(text.as_bytes());
    }

    /// Null.
    pub(crate) fn null(&mut self, name: &'static str) {
        self.name(name).extend_from_slice(b"null");
    }

    /// Null for each name.
    pub(crate) fn nulls(&mut self, names: Nulls) {
        let first = usize::from(std::mem::take(&mut self.is_empty));
        self.bytes
            .extend_from_slice(names.0.as_bytes().get(first..).unwrap_or_default());
    }

    /// An object whose fields `fields` writes.
    pub(crate) fn object(&mut self, name: &'static str, fields: impl FnOnce(&mut Object<'_>)) {
        Object::write(self.name(name), fields);
    }

    /// An object for the value there is, or null.
    pub(crate) fn optional_object<T>(
        &mut self,
        name: &'static str,
        value: Option<T>,
        fields: impl FnOnce(&mut Object<'_>, T),
    ) {
        match value {
            Some(value) => self.object(name, |object| fields(object, value)),
            None => self.null(name),
        }
    }

    /// A list of texts.
    pub(crate) fn texts<'t>(
        &mut self,
        name: &'static str,
        values: impl IntoIterator<Item = &'t str>,
    ) {
        list(self.name(name), values, string);
    }

    /// A list of objects whose fields `fields` writes.
    pub(crate) fn objects<T>(
        &mut self,
        name: &'static str,
        values: impl IntoIterator<Item = T>,
        mut fields: impl FnMut(&mut Object<'_>, T),
    ) {
        list(self.name(name), values, |bytes, value| {
            Object::write(bytes, |object| fields(object, value));
        });
    }

    /// A list of what is JSON already.
    pub(crate) fn json_list(&mut self, name: &'static str, values: &[Vec<u8>]) {
        list(self.name(name), values, |bytes, value| {
            bytes.extend_from_slice(value)
        });
    }

    /// JSON that is there already.
    pub(crate) fn json(&mut self, name: &'static str, value: &[u8]) {
        self.name(name).extend_from_slice(value);
    }
}

fn list<T>(
    bytes: &mut Vec<u8>,
    values: impl IntoIterator<Item = T>,
    mut write: impl FnMut(&mut Vec<u8>, T),
) {
    bytes.push(b'[');
    for (place, value) in values.into_iter().enumerate() {
        if place > 0 {
            bytes.push(b',');
        }
        write(bytes, value);
    }
    bytes.push(b']');
}

/// A text in quotes (RFC 8259, section 7).
fn string(bytes: &mut Vec<u8>, text: &str) {
    bytes.push(b'"');
    let is_plain = |byte: u8| byte > 0x1f && byte != b'"' && byte != b'\\';
    if text.bytes().all(is_plain) {
        bytes.extend_from_slice(text.as_bytes());
    } else {
        escaped(bytes, text);
    }
    bytes.push(b'"');
}

fn escaped(bytes: &mut Vec<u8>, text: &str) {
    let mut plain = 0;
    for (place, byte) in text.bytes().enumerate() {
        let escape: &[u8] = match byte {
            b'"' => b"\\\"",
            b'\\' => b"\\\\",
            b'\n' => b"\\n",
            b'\r' => b"\\r",
            b'\t' => b"\\t",
            0..=0x1f => b"",
            _ => continue,
        };
        bytes.extend_from_slice(text.as_bytes().get(plain..place).unwrap_or_default());
        if escape.is_empty() {
            let _ = write!(bytes, "\\u{byte:04x}");
        } else {
            bytes.extend_from_slice(escape);
        }
        plain = place + 1;
    }
    bytes.extend_from_slice(text.as_bytes().get(plain..).unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    fn written(fields: impl FnOnce(&mut Object<'_>)) -> Value {
        let mut bytes = Vec::new();
        Object::write(&mut bytes, fields);
        serde_json::from_slice(&bytes).unwrap()
    }

    #[test]
    fn an_empty_object_is_one() {
        assert_eq!(written(|_| ()), json!({}));
    }

    #[test]
    fn every_kind_of_field_is_what_it_says() {
        let value = written(|object| {
            object.text("text", "a");
            object.optional_text("no_text", None);
            object.id("id", 7);
            object.optional_id("no_id", None::<i64>);
            object.integer("integer", -5);
            object.optional_integer("some", Some(i64::MAX));
            object.bool("yes", true);
            object.bool("no", false);
            object.nulls(nulls!["n1", "n2"]);
            object.object("object", |inner| inner.nulls(nulls!["x", "y"]));
            object.optional_object("none", None::<u8>, |_, _| ());
            object.texts("texts", ["a", "b"]);
            object.texts("empty", []);
            object.objects("objects", [1, 2], |inner, n| inner.integer("n", n));
            object.json("json", b"[1]");
            object.json_list("json_list", &[b"1".to_vec(), b"{}".to_vec()]);
        });
        assert_eq!(
            value,
            json!({
                "text": "a", "no_text": null, "id": "7", "no_id": null, "integer": -5,
                "some": i64::MAX, "yes": true, "no": false, "n1": null, "n2": null,
                "object": {"x": null, "y": null}, "none": null, "texts": ["a", "b"], "empty": [],
                "objects": [{"n": 1}, {"n": 2}], "json": [1],
                "json_list": [1, {}],
            })
        );
    }

    proptest! {
        #[test]
        fn every_text_reads_back(name: String, text: String) {
            let value = written(|object| object.pair(&name, &text));
            prop_assert_eq!(value, json!({ name: text }));
        }

        #[test]
        fn control_characters_read_back(text in "[\u{0}-\u{1f}\"\\\\a\u{7f}é]{0,20}") {
            let value = written(|object| object.text("t", &text));
            prop_assert_eq!(value, json!({ "t": text }));
        }
    }
}
