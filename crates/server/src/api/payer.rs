//! What somebody who pays may see of a payment: not whom the merchant takes them for, nor the
//! merchant's own notes.
//!
//! Does not decide who is a payer: the key does.

use serde_json::Value;

/// Fields that are the merchant's alone, in whatever object they stand.
const HIDDEN: &[&str] = &["customer", "latest_charge", "receipt_email"];

/// A body without what is the merchant's alone.
pub(crate) fn shown(body: Vec<u8>) -> Vec<u8> {
    let Ok(mut value) = serde_json::from_slice::<Value>(&body) else {
        return body;
    };
    hide(&mut value);
    serde_json::to_vec(&value).unwrap_or(body)
}

fn hide(value: &mut Value) {
    let Some(fields) = value.as_object_mut() else {
        return;
    };
    for (name, field) in fields {
        if HIDDEN.contains(&name.as_str()) {
            *field = Value::Null;
        } else if name == "metadata" {
            *field = Value::Object(serde_json::Map::new());
        } else {
            hide(field);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn seen(value: &Value) -> Value {
        serde_json::from_slice(&shown(value.to_string().into_bytes())).unwrap()
    }

    #[test]
    fn the_merchants_own_notes_are_hidden() {
        let payment = json!({
            "object": "payment_intent", "amount": 5, "customer": "cus_1",
            "metadata": {"margin": "high"},
        });
        let seen = seen(&payment);
        assert_eq!(seen["amount"], 5);
        assert_eq!(
            (&seen["customer"], &seen["metadata"]),
            (&Value::Null, &json!({}))
        );
    }

    #[test]
    fn so_are_those_of_a_payment_within_an_error() {
        let error = json!({"error": {
            "code": "card_declined",
            "payment_intent": {"object": "payment_intent", "latest_charge": "ch_1"},
        }});
        let seen = seen(&error);
        assert_eq!(seen["error"]["code"], "card_declined");
        assert_eq!(
            seen["error"]["payment_intent"]["latest_charge"],
            Value::Null
        );
    }

    #[test]
    fn and_of_the_card_it_was_paid_with() {
        let payment = json!({"payment_method": {"id": "pm_1", "customer": "cus_1"}});
        let expected = json!({"payment_method": {"id": "pm_1", "customer": null}});
        assert_eq!(seen(&payment), expected);
    }

    #[test]
    fn what_is_no_object_stays_as_it_is() {
        assert_eq!(shown(b"{".to_vec()), b"{");
        assert_eq!(shown(b"[1]".to_vec()), b"[1]");
    }
}
