//! Full names of parameters, `line_items[0][price_data]`, as ways into a JSON value.

use serde_json::{Value, json};

/// One step of such a way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Into an object.
    Name(String),
    /// Into a list.
    Index(usize),
}

/// The steps of a name.
pub(super) fn steps(name: &str) -> Vec<Step> {
    let parts = name.split('[').map(|part| part.trim_end_matches(']'));
    parts
        .map(|part| match part.parse() {
            Ok(index) => Step::Index(index),
            Err(_) => Step::Name(part.to_owned()),
        })
        .collect()
}

/// The name of these steps.
pub(super) fn join(steps: &[Step]) -> String {
    let mut name = String::new();
    for (place, step) in steps.iter().enumerate() {
        let part = match step {
            Step::Name(name) => name.clone(),
            Step::Index(index) => index.to_string(),
        };
        name += &if place == 0 {
            part
        } else {
            format!("[{part}]")
        };
    }
    name
}

/// The same way as a JSON pointer (RFC 6901).
pub(super) fn pointer(name: &str) -> String {
    let parts = name.split('[').map(|part| part.trim_end_matches(']'));
    parts.map(|part| format!("/{part}")).collect()
}

/// The value at the end of the way, which is made where nothing is yet.
pub(super) fn place<'a>(body: &'a mut Value, steps: &[Step]) -> &'a mut Value {
    let mut place = body;
    for (at, step) in steps.iter().enumerate() {
        let empty = match steps.get(at + 1) {
            Some(Step::Index(_)) => json!([]),
            Some(Step::Name(_)) | None => json!({}),
        };
        place = match step {
            Step::Name(name) => {
                let fields = place.as_object_mut().unwrap();
                fields.entry(name.clone()).or_insert(empty)
            }
            Step::Index(index) => {
                let list = place.as_array_mut().unwrap();
                if list.len() <= *index {
                    list.resize(index + 1, empty);
                }
                &mut list[*index]
            }
        };
    }
    place
}

#[test]
fn a_name_is_a_way_and_back() {
    let name = "line_items[0][price_data]";
    assert_eq!(join(&steps(name)), name);
    assert_eq!(pointer(name), "/line_items/0/price_data");
    let mut body = json!({});
    *place(&mut body, &steps(name)) = json!(7);
    assert_eq!(body, json!({"line_items": [{"price_data": 7}]}));
}
