//! Records that are kept as one text column, as JSON so that a person can read them.

use std::collections::BTreeMap;

use domain::checkout::LineItem;
use domain::payment::{Metadata, PaymentError};
use domain::{Currency, DeclineReason, PriceId};
use serde_json::{Value, json};

use crate::Error;

/// The text of a merchant's own pairs.
pub(crate) fn of_metadata(metadata: &Metadata) -> String {
    if metadata.is_empty() {
        return String::new();
    }
    json!(metadata).to_string()
}

/// The pairs of a text.
pub(crate) fn to_metadata(text: &str) -> Result<Metadata, Error> {
    if text.is_empty() {
        return Ok(BTreeMap::new());
    }
    serde_json::from_str(text).map_err(|_| Error::Corrupt("metadata".into()))
}

/// The text of why a payment was not made.
pub(crate) const fn of_payment_error(error: PaymentError) -> &'static str {
    match error {
        PaymentError::Declined(reason) => reason.as_str(),
        PaymentError::Processing => "lost",
        PaymentError::AuthenticationFailed => "authentication_failed",
    }
}

/// Why a payment was not made, from its text.
pub(crate) fn to_payment_error(text: &str) -> Option<PaymentError> {
    match text {
        "lost" => Some(PaymentError::Processing),
        "authentication_failed" => Some(PaymentError::AuthenticationFailed),
        reason => DeclineReason::parse(reason).map(PaymentError::Declined),
    }
}

/// The text of what is paid for.
pub(crate) fn of_items(items: &[LineItem]) -> String {
    let items: Vec<Value> = items
        .iter()
        .map(|item| {
            let price = item.price.map(|id| id.to_string());
            json!([item.name, item.unit_minor, item.quantity, price])
        })
        .collect();
    Value::Array(items).to_string()
}

/// What is paid for, from its text.
pub(crate) fn to_items(text: &str) -> Result<Vec<LineItem>, Error> {
    let items: Option<Vec<Value>> = serde_json::from_str(text).ok();
    let items = items.and_then(|items| items.iter().map(to_item).collect());
    items.ok_or_else(|| Error::Corrupt("line items".into()))
}

/// One of them. Items that were written before there were prices end after the quantity.
fn to_item(item: &Value) -> Option<LineItem> {
    let price = item.get(3).filter(|price| !price.is_null());
    Some(LineItem {
        name: item.get(0)?.as_str()?.to_owned(),
        unit_minor: item.get(1)?.as_i64()?,
        quantity: item.get(2)?.as_i64()?,
        price: match price {
            Some(id) => Some(PriceId::parse(id.as_str()?)?),
            None => None,
        },
    })
}

/// The text of a list of texts.
pub(crate) fn of_texts(texts: &[String]) -> String {
    json!(texts).to_string()
}

/// The texts of a list.
pub(crate) fn to_texts(text: &str) -> Result<Vec<String>, Error> {
    serde_json::from_str(text).map_err(|_| Error::Corrupt("a list of texts".into()))
}

/// The text of a merchant's currencies.
pub(crate) fn of_currencies(currencies: &[Currency]) -> String {
    currencies
        .iter()
        .map(|currency| currency.code())
        .collect::<Vec<_>>()
        .join(",")
}

/// A merchant's currencies, from their text.
pub(crate) fn to_currencies(text: &str) -> Result<Vec<Currency>, Error> {
    text.split(',')
        .map(|code| Currency::parse(code).ok_or_else(|| Error::Corrupt("currencies".into())))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metadata_reads_back() {
        let metadata = Metadata::from([("order".into(), "6 \"crêpes\"".into())]);
        assert_eq!(to_metadata(&of_metadata(&metadata)).unwrap(), metadata);
        assert_eq!(
            to_metadata(&of_metadata(&Metadata::new())).unwrap(),
            Metadata::new()
        );
    }

    #[test]
    fn every_payment_error_reads_back() {
        let declines = DeclineReason::ALL
            .iter()
            .map(|reason| PaymentError::Declined(*reason));
        let others = [PaymentError::Processing, PaymentError::AuthenticationFailed];
        for error in declines.chain(others) {
            assert_eq!(to_payment_error(of_payment_error(error)), Some(error));
        }
    }

    #[test]
    fn items_and_currencies_read_back() {
        let item = |price| LineItem {
            name: "Café".into(),
            unit_minor: 250,
            quantity: 2,
            price,
        };
        let items = vec![item(None), item(Some(PriceId::from_bytes([7; 16])))];
        assert_eq!(to_items(&of_items(&items)).unwrap(), items);
        assert_eq!(to_items(r#"[["Café",250,2]]"#).unwrap(), items[..1]);
        let texts = vec!["a".to_owned(), "\"b\"".to_owned()];
        assert_eq!(to_texts(&of_texts(&texts)).unwrap(), texts);
        let currencies = vec![Currency::EUR, Currency::parse("jpy").unwrap()];
        assert_eq!(
            to_currencies(&of_currencies(&currencies)).unwrap(),
            currencies
        );
    }

    #[test]
    fn what_we_never_wrote_is_corrupt() {
        assert!(to_metadata("{").is_err());
        assert!(to_items("[1]").is_err());
        assert!(to_items(r#"[["Café",250,2,"prod_1"]]"#).is_err());
        assert!(to_texts("{}").is_err());
        assert!(to_currencies("").is_err());
    }
}
