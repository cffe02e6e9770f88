//! Every operation of Stripe's API, by its address: to tell a client what is not supported here
//! from what is nowhere.
//!
//! The list is that of the official package, with which a test compares it. Says nothing of what an
//! operation does, nor whether this service has it.

use axum::http::Method;

/// A method and an address in each line, with names in braces for what varies.
const LIST: &str = include_str!("stripe.txt");

/// Every operation: its method and its address.
pub(crate) fn all() -> impl Iterator<Item = (&'static str, &'static str)> {
    LIST.lines().filter_map(|line| line.split_once(' '))
}

/// Stripe's own words for the operation asked for, if it is one of Stripe's: without any value.
pub(crate) fn find(method: &Method, path: &str) -> Option<String> {
    let is_it = |&(known, address): &(&str, &str)| known == method.as_str() && fits(address, path);
    // An address that is written out goes before one that has a gap in its place.
    let found = all()
        .filter(is_it)
        .min_by_key(|(_, address)| address.matches('{').count());
    found.map(|(method, address)| format!("{method} {address}"))
}

/// Whether a path is one of those that an address stands for.
fn fits(address: &str, path: &str) -> bool {
    let (mut known, mut asked) = (address.split('/'), path.split('/'));
    loop {
        match (known.next(), asked.next()) {
            (None, None) => return true,
            (Some(known), Some(asked)) if known == asked => {}
            (Some(known), Some(asked)) if known.starts_with('{') && !asked.is_empty() => {}
            (Some(_) | None, _) => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operation_of_stripes_is_told_from_what_is_nowhere() {
        for (method, path, says) in [
            (
                Method::POST,
                "/v1/subscriptions",
                Some("POST /v1/subscriptions"),
            ),
            (
                Method::GET,
                "/v1/charges/search",
                Some("GET /v1/charges/search"),
            ),
            (
                Method::GET,
                "/v1/charges/ch_1",
                Some("GET /v1/charges/{charge}"),
            ),
            (
                Method::POST,
                "/v1/setup_intents/4242424242424242/cancel",
                Some("POST /v1/setup_intents/{intent}/cancel"),
            ),
            (Method::DELETE, "/v1/charges/ch_1", None),
            (Method::GET, "/v1/charges/", None),
            (Method::GET, "/v1/croissants", None),
            (Method::GET, "/v1", None),
        ] {
            assert_eq!(find(&method, path).as_deref(), says, "{method} {path}");
        }
    }

    #[test]
    fn every_line_of_the_list_is_an_operation() {
        assert_eq!(all().count(), LIST.lines().count());
        assert!(all().all(|(method, path)| {
            ["DELETE", "GET", "POST"].contains(&method) && path.starts_with("/v1/")
        }));
    }
}
