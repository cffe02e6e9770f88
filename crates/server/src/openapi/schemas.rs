//! The schemas of what is answered: each object by the table that its rendering is held against,
//! and errors by theirs.
//!
//! A table says of some fields only that they are a list or an object; what stands there is looked
//! up in samples. Renders nothing and holds no field of its own.

use std::collections::{BTreeMap, BTreeSet};

use domain::EventKind;
use serde_json::{Value, json};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{
    AnyOfBuilder, ArrayBuilder, ObjectBuilder, Ref, Schema, SchemaType, Type,
};

use super::words;
use crate::api::render::shapes::{KINDS, TABLES, every_path, scenes};
use crate::api::render::{Expand, event, event_object, object, sample};
use crate::error::{page as errors, row};

/// The schema of every error.
pub(super) const ERROR: &str = "error";

/// A type, or that or null.
pub(super) fn typed(kind: Type, is_nullable: bool) -> SchemaType {
    if is_nullable {
        SchemaType::from_iter([kind, Type::Null])
    } else {
        SchemaType::new(kind)
    }
}

/// A value of one type.
pub(super) fn simple(kind: Type) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(SchemaType::new(kind))
}

/// The object of a name of Stripe's.
pub(super) fn reference(object: &str) -> RefOr<Schema> {
    Ref::from_schema_name(object).into()
}

/// What is left of an object that was deleted.
pub(super) fn deleted(object: &str) -> String {
    format!("deleted_{object}")
}

/// A page of a list of such objects.
pub(super) fn list(object: RefOr<Schema>) -> Schema {
    page("list", object).into()
}

/// A page of what a search found, with what the next one is asked for by.
pub(super) fn found(object: RefOr<Schema>) -> Schema {
    let next = ObjectBuilder::new().schema_type(typed(Type::String, true));
    let page = page("search_result", object).property("next_page", next);
    page.required("next_page").into()
}

fn page(name: &str, object: RefOr<Schema>) -> ObjectBuilder {
    let whole = simple(Type::Object)
        .property("object", simple(Type::String).enum_values(Some([name])))
        .property("data", ArrayBuilder::new().items(object))
        .property("has_more", simple(Type::Boolean))
        .property("url", simple(Type::String));
    let names = ["object", "data", "has_more", "url"];
    names.into_iter().fold(whole, ObjectBuilder::required)
}

/// One of several, or null.
fn one_of(mut choices: Vec<RefOr<Schema>>, is_nullable: bool) -> RefOr<Schema> {
    if is_nullable {
        choices.push(simple(Type::Null).into());
    }
    if choices.len() == 1 {
        return choices.remove(0);
    }
    let any = choices
        .into_iter()
        .fold(AnyOfBuilder::new(), AnyOfBuilder::item);
    Schema::from(any).into()
}

/// The schemas of objects, out of tables and samples.
pub(super) struct Objects {
    /// What stands in a list or an object, by the object's name and the field's full name.
    seen: BTreeMap<(String, String), BTreeSet<String>>,
    /// One of each object, by its name.
    examples: BTreeMap<String, Value>,
    /// Names of those that can be deleted.
    deletable: BTreeSet<String>,
}

impl Objects {
    /// Looks through the samples. Of the objects in `deletable` it may be told that they are gone.
    pub(super) fn new(deletable: BTreeSet<String>) -> Self {
        let mut objects = Self {
            seen: BTreeMap::new(),
            examples: BTreeMap::new(),
            deletable,
        };
        let paid = sample::paid();
        let inner = event_object(EventKind::PaymentSucceeded, &paid.scene());
        objects.look(&event(&sample::event(inner), 0));
        for records in [vec![sample::given_back(500)], scenes()].concat() {
            for (kind, expand) in KINDS
                .iter()
                .flat_map(|kind| [(kind, Expand::default()), (kind, every_path())])
            {
                objects.look(&object(*kind, &records.scene(), &expand));
            }
        }
        objects
    }

    fn look(&mut self, bytes: &[u8]) {
        let value: Value = serde_json::from_slice(bytes).unwrap();
        if let Some(name) = value["object"].as_str() {
            self.walk(&value, name, "");
        }
    }

    fn walk(&mut self, value: &Value, object: &str, path: &str) {
        if path.is_empty() && !self.examples.contains_key(object) {
            self.examples.insert(object.to_owned(), value.clone());
        }
        for (name, inner) in value.as_object().unwrap() {
            let full = format!("{path}{name}");
            let mut see = |what: &str| {
                let place = (object.to_owned(), full.clone());
                self.seen.entry(place).or_default().insert(what.to_owned());
            };
            let items = match inner {
                Value::Array(items) => items.as_slice(),
                Value::Object(_) => std::slice::from_ref(inner),
                Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => continue,
            };
            for item in items {
                match (item["object"].as_str(), item) {
                    (Some("list"), _) => {
                        for item in item["data"].as_array().unwrap() {
                            let name = item["object"].as_str().unwrap();
                            see(&format!("list of {name}"));
                        }
                    }
                    (Some(named), _) => see(named),
                    (None, Value::String(_)) => see("text"),
                    (None, _) => {}
                }
            }
            for item in items {
                let listed = item["data"].as_array().filter(|_| item["object"] == "list");
                for item in listed.into_iter().flatten().chain([item]) {
                    match item["object"].as_str() {
                        Some("list") => {}
                        Some(named) => self.walk(item, named, ""),
                        None if item.is_object() => self.walk(item, object, &format!("{full}.")),
                        None => {}
                    }
                }
            }
        }
    }

    /// Every object by its name, and those that say that one is gone.
    pub(super) fn schemas(&self) -> Vec<(String, RefOr<Schema>)> {
        let tables = TABLES.iter().filter(|(object, _)| *object != "list");
        let mut all: Vec<(String, RefOr<Schema>)> = tables
            .map(|(object, table)| ((*object).to_owned(), self.whole(object, table).into()))
            .collect();
        all.extend(
            self.deletable
                .iter()
                .map(|object| (deleted(object), gone(object))),
        );
        all.push((ERROR.to_owned(), error()));
        all
    }

    fn whole(&self, object: &str, table: &str) -> Schema {
        let rows: Vec<_> = table
            .lines()
            .filter_map(|line| line.split_once(' '))
            .collect();
        let schema = self
            .level(object, &rows, "")
            .description(words::of_object(object));
        let examples = self.examples.get(object);
        schema.examples(examples.cloned()).into()
    }

    /// The fields whose full names begin with `path`, as one object.
    fn level(&self, object: &str, rows: &[(&str, &str)], path: &str) -> ObjectBuilder {
        let mut schema = simple(Type::Object);
        for (full, types) in rows {
            let Some(name) = full.strip_prefix(path).filter(|name| !name.contains('.')) else {
                continue;
            };
            let field = if *full == "object" {
                simple(Type::String).enum_values(Some([object])).into()
            } else {
                self.field(object, rows, (full, types))
            };
            schema = schema.property(name, field).required(name);
        }
        schema
    }

    fn field(&self, object: &str, rows: &[(&str, &str)], row: (&str, &str)) -> RefOr<Schema> {
        let (full, types) = row;
        let types: Vec<&str> = types.split('|').collect();
        let is_nullable = types.contains(&"null");
        let types: Vec<&str> = types.into_iter().filter(|kind| *kind != "null").collect();
        let simple = match types.as_slice() {
            ["text"] => Some(Type::String),
            ["integer"] => Some(Type::Integer),
            ["bool"] => Some(Type::Boolean),
            _ => None,
        };
        if let Some(kind) = simple {
            return ObjectBuilder::new()
                .schema_type(typed(kind, is_nullable))
                .into();
        }
        let mut choices = Vec::new();
        for kind in types {
            match kind {
                "text" => choices.push(self::simple(Type::String).into()),
                "list" => {
                    let items = self.stands(object, full).map(|items| one_of(items, false));
                    let list = ArrayBuilder::new().items(items.unwrap_or_else(any));
                    return list.schema_type(typed(Type::Array, is_nullable)).into();
                }
                _ => match self.stands(object, full) {
                    Some(seen) => choices.extend(seen),
                    None => {
                        let only = is_nullable && choices.is_empty();
                        let inner = self.object(object, rows, (full, kind));
                        let inner = inner.schema_type(typed(Type::Object, only));
                        match only {
                            true => return inner.into(),
                            false => choices.push(inner.into()),
                        }
                    }
                },
            }
        }
        one_of(choices, is_nullable)
    }

    /// An object with the fields that have rows of their own, or with any.
    fn object(&self, object: &str, rows: &[(&str, &str)], row: (&str, &str)) -> ObjectBuilder {
        let (full, kind) = row;
        let within = format!("{full}.");
        if rows.iter().any(|(row, _)| row.starts_with(&within)) {
            return self.level(object, rows, &within);
        }
        match kind == "map" && full == "metadata" {
            true => simple(Type::Object).additional_properties(Some(simple(Type::String))),
            false => simple(Type::Object),
        }
    }

    /// What was seen in a field, if anything was that has a name.
    fn stands(&self, object: &str, full: &str) -> Option<Vec<RefOr<Schema>>> {
        // An event holds any object there is; the samples hold one.
        if (object, full) == ("event", "data.object") {
            return None;
        }
        let seen = self.seen.get(&(object.to_owned(), full.to_owned()))?;
        let choices = seen
            .iter()
            .flat_map(|what| match what.strip_prefix("list of ") {
                Some(item) => vec![list(reference(item)).into()],
                None if what == "text" => vec![simple(Type::String).into()],
                None => self.references(what),
            });
        Some(choices.collect())
    }

    /// An object, also when it may be gone.
    pub(super) fn references(&self, object: &str) -> Vec<RefOr<Schema>> {
        let gone = self
            .deletable
            .get(object)
            .map(|object| reference(&deleted(object)));
        [reference(object)].into_iter().chain(gone).collect()
    }

    /// An object as it is read: it may be gone.
    pub(super) fn read(&self, object: &str) -> RefOr<Schema> {
        one_of(self.references(object), false)
    }
}

fn any() -> RefOr<Schema> {
    ObjectBuilder::new()
        .schema_type(SchemaType::AnyValue)
        .into()
}

fn gone(object: &str) -> RefOr<Schema> {
    let whole = simple(Type::Object)
        .property("id", simple(Type::String))
        .property("object", simple(Type::String).enum_values(Some([object])))
        .property("deleted", simple(Type::Boolean).enum_values(Some([true])));
    let names = ["id", "object", "deleted"];
    names
        .into_iter()
        .fold(whole, ObjectBuilder::required)
        .into()
}

/// The envelope of every answer that is no success.
fn error() -> RefOr<Schema> {
    let rows: Vec<_> = errors::sections()
        .into_iter()
        .flat_map(|(_, causes)| causes)
        .map(row)
        .collect();
    let words = |read: fn(&crate::error::Row) -> &'static str| {
        let words: BTreeSet<&str> = rows
            .iter()
            .map(read)
            .filter(|word| !word.is_empty())
            .collect();
        simple(Type::String).enum_values(Some(words))
    };
    let inner = simple(Type::Object)
        .property("type", words(|row| row.kind.as_str()))
        .property("code", words(|row| row.code))
        .property("decline_code", words(|row| row.decline_code))
        .property("message", simple(Type::String))
        .property("param", simple(Type::String))
        .property("charge", simple(Type::String))
        .property("payment_intent", reference("payment_intent"))
        .required("type")
        .required("message");
    simple(Type::Object)
        .property("error", inner)
        .required("error")
        .examples([json!({"error": {
            "code": "resource_missing",
            "message": "No such customer: 'cus_01tRy6czI6jAOLpZvq3hw1'",
            "param": "customer",
            "type": "invalid_request_error",
        }})])
        .into()
}

#[test]
fn a_search_answers_its_own_envelope() {
    let schema = serde_json::to_value(found(reference("charge"))).unwrap();
    assert_eq!(
        schema["properties"]["object"]["enum"],
        json!(["search_result"])
    );
    assert_eq!(
        schema["properties"]["next_page"]["type"],
        json!(["string", "null"])
    );
    let listed = serde_json::to_value(list(reference("charge"))).unwrap();
    assert_eq!(listed["properties"]["object"]["enum"], json!(["list"]));
    assert_eq!(listed["properties"].get("next_page"), None);
}
