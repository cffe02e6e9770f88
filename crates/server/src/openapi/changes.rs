//! What of a change would break a client of the released API.
//!
//! Compares two documents as [`super::document`] writes them, and judges what each says: an
//! address, an operation or a field that is gone, a parameter that is needed now, a value that is
//! no longer taken, or one that nobody expected in an answer. New things break nobody; a new word
//! of a closed list in an answer is new.

use std::collections::BTreeSet;

use serde_json::Value;

/// Which way a value goes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    /// From the client: what was taken must still be.
    Asked,
    /// To the client: what was promised must still be, and nothing else.
    Answered,
}

/// Each thing in `now` that would break a client of `released`, one line each.
pub(super) fn breaks(released: &Value, now: &Value) -> Vec<String> {
    let mut found = Vec::new();
    for (path, old) in fields(&released["paths"]) {
        for (method, old) in fields(old) {
            let at = format!("{} {path}", method.to_uppercase());
            match now["paths"][path].get(method) {
                Some(new) => operation(&at, (released, old), (now, new), &mut found),
                None => found.push(format!("{at} is gone")),
            }
        }
    }
    for (name, old) in fields(&released["components"]["schemas"]) {
        let way = match name.ends_with("_request") {
            true => Way::Asked,
            false => Way::Answered,
        };
        match now["components"]["schemas"].get(name) {
            Some(new) => schema(name, (old, new), way, &mut found),
            None => found.push(format!("{name} is gone")),
        }
    }
    found
}

fn fields(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

fn words(value: &Value) -> BTreeSet<String> {
    let words = value.as_array().into_iter().flatten();
    words
        .map(|word| {
            word.as_str()
                .map_or_else(|| word.to_string(), str::to_owned)
        })
        .collect()
}

/// The parameters of an operation, by where they stand and their names.
fn parameters<'a>(whole: &'a Value, operation: &'a Value) -> Vec<(String, &'a Value)> {
    let all = operation["parameters"].as_array().into_iter().flatten();
    let resolved = all.map(|one| match one["$ref"].as_str() {
        Some(address) => whole.pointer(address.trim_start_matches('#')).unwrap(),
        None => one,
    });
    resolved
        .map(|one| {
            (
                format!("{} {}", one["in"], one["name"]).replace('"', ""),
                one,
            )
        })
        .collect()
}

fn operation(at: &str, old: (&Value, &Value), new: (&Value, &Value), found: &mut Vec<String>) {
    let (before, after) = (parameters(old.0, old.1), parameters(new.0, new.1));
    for (name, old) in &before {
        match after.iter().find(|(known, _)| known == name) {
            Some((_, new)) => {
                let at = format!("{at} {name}");
                schema(&at, (&old["schema"], &new["schema"]), Way::Asked, found);
            }
            None => found.push(format!("{at} {name} is gone")),
        }
    }
    for (name, _) in after.iter().filter(|(_, one)| one["required"] == true) {
        let was = before.iter().find(|(known, _)| known == name);
        if was.is_none_or(|(_, was)| was["required"] != true) {
            found.push(format!("{at} {name} is needed now"));
        }
    }
    if new.1["requestBody"]["required"] == true && old.1["requestBody"]["required"] != true {
        found.push(format!("{at} needs a body now"));
    }
    for (status, old) in fields(&old.1["responses"]) {
        let shape = |answer: &Value| answer["content"]["application/json"]["schema"].clone();
        match new.1["responses"].get(status) {
            Some(new) => {
                schema(
                    &format!("{at} {status}"),
                    (&shape(old), &shape(new)),
                    Way::Answered,
                    found,
                );
            }
            None if status.starts_with('2') => found.push(format!("{at} {status} is gone")),
            None => {}
        }
    }
}

fn schema(at: &str, (old, new): (&Value, &Value), way: Way, found: &mut Vec<String>) {
    let (before, after) = (kinds(old), kinds(new));
    match way {
        Way::Asked => {
            let lost = before
                .difference(&after)
                .filter(|_| !after.contains("anything"));
            found.extend(lost.map(|kind| format!("{at} does not take {kind} any more")));
            narrower(at, old, new, found);
        }
        Way::Answered => {
            let more = after
                .difference(&before)
                .filter(|_| !before.contains("anything"));
            found.extend(more.map(|kind| format!("{at} may be {kind} now")));
            for name in words(&old["required"]).difference(&words(&new["required"])) {
                found.push(format!("{at}.{name} may be missing now"));
            }
        }
    }
    if let (Some(old), Some(new)) = (old["$ref"].as_str(), new["$ref"].as_str())
        && old != new
    {
        found.push(format!("{at} is {new} now, and was {old}"));
    }
    for (name, old) in fields(&old["properties"]) {
        match new["properties"].get(name) {
            Some(new) => schema(&format!("{at}.{name}"), (old, new), way, found),
            None => found.push(format!("{at}.{name} is gone")),
        }
    }
    for inner in ["items", "additionalProperties"] {
        if old[inner].is_object() && new[inner].is_object() {
            schema(&format!("{at}[]"), (&old[inner], &new[inner]), way, found);
        }
    }
    let own = |schema: &Value| {
        let choices = schema["anyOf"].as_array().into_iter().flatten();
        choices
            .filter(|one| one.get("properties").is_some())
            .cloned()
            .collect::<Vec<_>>()
    };
    for (old, new) in own(old).iter().zip(own(new).iter()) {
        schema(at, (old, new), way, found);
    }
}

/// What a value may be, in the names of JSON.
fn kinds(schema: &Value) -> BTreeSet<String> {
    if let Some(choices) = schema["anyOf"].as_array() {
        return choices.iter().flat_map(kinds).collect();
    }
    if schema.get("$ref").is_some() {
        return BTreeSet::from(["object".to_owned()]);
    }
    match &schema["type"] {
        Value::String(kind) => BTreeSet::from([kind.clone()]),
        Value::Array(_) => words(&schema["type"]),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => {
            BTreeSet::from(["anything".to_owned()])
        }
    }
}

/// What of the values that were taken is refused now.
fn narrower(at: &str, old: &Value, new: &Value, found: &mut Vec<String>) {
    for name in words(&new["required"]).difference(&words(&old["required"])) {
        found.push(format!("{at}.{name} is needed now"));
    }
    if let Some(known) = new.get("enum") {
        let known = words(known);
        match old.get("enum") {
            Some(was) => {
                let lost = words(was).into_iter().filter(|word| !known.contains(word));
                found.extend(lost.map(|word| format!("{at} does not take `{word}` any more")));
            }
            None => found.push(format!("{at} takes only some words now")),
        }
    }
    for (bound, is_upper) in [
        ("maxLength", true),
        ("maxProperties", true),
        ("maximum", true),
        ("minLength", false),
        ("minimum", false),
    ] {
        let Some(limit) = new[bound].as_i64() else {
            continue;
        };
        let is_free = old[bound].as_i64().is_some_and(|was| match is_upper {
            true => limit >= was,
            false => limit <= was,
        });
        if !is_free {
            found.push(format!("{at} has the {bound} {limit} now"));
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn document() -> Value {
        let page = json!({"type": "object", "required": ["data"], "properties": {
            "data": {"type": "array", "items": {"$ref": "#/components/schemas/charge"}},
        }});
        let ok = json!({"200": {"content": {"application/json": {"schema": page}}}, "429": {}});
        json!({
            "paths": {
                "/v1/charges": {
                    "get": {
                        "parameters": [
                            {"name": "limit", "in": "query", "required": false,
                                "schema": {"type": "integer", "minimum": 1, "maximum": 100}},
                            {"$ref": "#/components/parameters/Version"},
                        ],
                        "responses": ok,
                    },
                    "post": {"requestBody": {}, "responses": {}},
                },
            },
            "components": {
                "parameters": {"Version": {"name": "Version", "in": "header", "schema": {}}},
                "schemas": {
                    "charge": {"type": "object", "required": ["amount", "customer"], "properties": {
                        "amount": {"type": "integer"},
                        "customer": {"anyOf": [{"type": "string"}, {"type": "null"}]},
                        "outcome": {"anyOf": [
                            {"type": "object", "properties": {"type": {"type": "string"}}},
                        ]},
                        "status": {"type": "string", "enum": ["paid"]},
                        "tags": {"type": "array", "items": {"type": "string"}},
                    }},
                    "charges_create_request": {"type": "object", "required": ["amount"],
                        "properties": {
                            "amount": {"type": ["integer", "string"]},
                            "name": {"type": "string", "maxLength": 250},
                            "reason": {"type": "string", "enum": ["fraudulent", "duplicate"]},
                        }},
                },
            },
        })
    }

    /// What breaks when the value at `pointer` becomes another; null takes it away.
    fn after(pointer: &str, value: Value) -> Vec<String> {
        let mut now = document();
        let (around, last) = pointer.rsplit_once('/').unwrap();
        let last = last.replace("~1", "/");
        let place = now.pointer_mut(around).unwrap();
        match (place, value) {
            (Value::Object(fields), Value::Null) => drop(fields.remove(&last).unwrap()),
            (Value::Object(fields), value) => drop(fields.insert(last, value)),
            (Value::Array(list), value) if last == "-" => list.push(value),
            (Value::Array(list), _) => drop(list.remove(last.parse().unwrap())),
            (other, _) => panic!("{other} holds nothing"),
        }
        breaks(&document(), &now)
    }

    const GET: &str = "/paths/~1v1~1charges/get";
    const ASKED: &str = "/components/schemas/charges_create_request";
    const ANSWERED: &str = "/components/schemas/charge";

    #[test]
    fn the_same_breaks_nobody() {
        assert_eq!(breaks(&document(), &document()), [""; 0]);
    }

    #[test]
    fn what_is_gone_breaks() {
        for (pointer, says) in [
            ("/paths/~1v1~1charges", "GET /v1/charges is gone"),
            (GET, "GET /v1/charges is gone"),
            (
                &format!("{GET}/parameters/0"),
                "GET /v1/charges query limit is gone",
            ),
            (
                &format!("{GET}/parameters/1"),
                "GET /v1/charges header Version is gone",
            ),
            (
                &format!("{GET}/responses/200"),
                "GET /v1/charges 200 is gone",
            ),
            (ANSWERED, "charge is gone"),
            (
                &format!("{ANSWERED}/properties/amount"),
                "charge.amount is gone",
            ),
            (
                &format!("{ANSWERED}/properties/outcome/anyOf/0/properties/type"),
                "charge.outcome.type is gone",
            ),
            (
                &format!("{ANSWERED}/required/1"),
                "charge.customer may be missing now",
            ),
            (
                &format!("{ASKED}/properties/name"),
                "charges_create_request.name is gone",
            ),
        ] {
            assert_eq!(after(pointer, Value::Null)[0], says);
        }
    }

    #[test]
    fn what_is_asked_for_more_strictly_breaks() {
        let limit = format!("{GET}/parameters/0");
        for (pointer, value, says) in [
            (
                format!("{limit}/required"),
                json!(true),
                "GET /v1/charges query limit is needed now",
            ),
            (
                format!("{limit}/schema/maximum"),
                json!(50),
                "GET /v1/charges query limit has the maximum 50 now",
            ),
            (
                format!("{limit}/schema/minimum"),
                json!(2),
                "GET /v1/charges query limit has the minimum 2 now",
            ),
            (
                format!("{GET}/parameters/-"),
                json!({"name": "kind", "in": "query", "required": true, "schema": {}}),
                "GET /v1/charges query kind is needed now",
            ),
            (
                "/paths/~1v1~1charges/post/requestBody/required".into(),
                json!(true),
                "POST /v1/charges needs a body now",
            ),
            (
                format!("{ASKED}/required/-"),
                json!("name"),
                "charges_create_request.name is needed now",
            ),
            (
                format!("{ASKED}/properties/amount/type"),
                json!("integer"),
                "charges_create_request.amount does not take string any more",
            ),
            (
                format!("{ASKED}/properties/name/maxLength"),
                json!(100),
                "charges_create_request.name has the maxLength 100 now",
            ),
            (
                format!("{ASKED}/properties/name/enum"),
                json!(["a"]),
                "charges_create_request.name takes only some words now",
            ),
            (
                format!("{ASKED}/properties/reason/enum"),
                json!(["duplicate"]),
                "charges_create_request.reason does not take `fraudulent` any more",
            ),
        ] {
            assert_eq!(after(&pointer, value), [says]);
        }
    }

    #[test]
    fn an_answer_that_nobody_expects_breaks() {
        for (field, value, says) in [
            (
                "amount",
                json!({"type": ["integer", "null"]}),
                "charge.amount may be null now",
            ),
            ("amount", json!({}), "charge.amount may be anything now"),
            (
                "tags",
                json!({"type": "array", "items": {"type": "integer"}}),
                "charge.tags[] may be integer now",
            ),
        ] {
            assert_eq!(
                after(&format!("{ANSWERED}/properties/{field}"), value),
                [says]
            );
        }
        let data = "responses/200/content/application~1json/schema/properties/data/items";
        let mut now = document();
        let place = now.pointer_mut(&format!("{GET}/{data}")).unwrap();
        *place = json!({"$ref": "#/components/schemas/refund"});
        let says = breaks(&document(), &now);
        assert!(
            says[0].contains("is #/components/schemas/refund now"),
            "{says:?}"
        );
    }

    #[test]
    fn what_is_new_or_wider_breaks_nobody() {
        let limit = format!("{GET}/parameters/0");
        for (pointer, value) in [
            ("/paths/~1v1~1refunds".to_owned(), json!({"get": {}})),
            (
                format!("{GET}/parameters/-"),
                json!({"name": "kind", "in": "query", "schema": {}}),
            ),
            (format!("{limit}/schema/maximum"), json!(200)),
            (format!("{limit}/schema/minimum"), json!(0)),
            (format!("{GET}/responses/429"), Value::Null),
            (
                format!("{ANSWERED}/properties/more"),
                json!({"type": "string"}),
            ),
            (
                format!("{ANSWERED}/properties/status/enum"),
                json!(["paid", "failed"]),
            ),
            (
                format!("{ANSWERED}/properties/customer"),
                json!({"type": "string"}),
            ),
            (
                format!("{ASKED}/properties/more"),
                json!({"type": "string"}),
            ),
            (format!("{ASKED}/properties/amount"), json!({})),
            (format!("{ASKED}/properties/name/maxLength"), Value::Null),
            (format!("{ASKED}/properties/reason/enum"), Value::Null),
            (format!("{ASKED}/required"), json!([])),
        ] {
            assert_eq!(after(&pointer, value), [""; 0], "{pointer}");
        }
    }
}
