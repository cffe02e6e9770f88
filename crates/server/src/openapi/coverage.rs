//! Prints `docs/reference/api-coverage.md`: of each operation of Stripe's, whether it is supported,
//! and with which parameters.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::describe::Described;
use crate::operations::stripe;

/// Resources that are told line by line even while nothing of them is supported.
const NAMED: &[&str] = &[
    "balance",
    "balance_transactions",
    "charges",
    "checkout/sessions",
    "customers",
    "disputes",
    "events",
    "files",
    "payment_intents",
    "payment_links",
    "payment_methods",
    "payouts",
    "prices",
    "products",
    "refunds",
    "setup_intents",
    "terminal/connection_tokens",
    "terminal/locations",
    "terminal/readers",
    "test_helpers/terminal",
    "tokens",
    "webhook_endpoints",
];

/// The resource that an address is about.
fn resource(path: &str) -> String {
    let mut parts = path.split('/').skip(2);
    let first = parts.next().unwrap();
    match (first, parts.next()) {
        ("checkout" | "terminal" | "test_helpers", Some(second)) => format!("{first}/{second}"),
        _ => first.to_owned(),
    }
}

/// An address without the names of what varies, which are Stripe's there and ours here.
fn bare(path: &str) -> String {
    let parts = path
        .split('/')
        .map(|part| if part.starts_with('{') { "{}" } else { part });
    parts.collect::<Vec<_>>().join("/")
}

/// The parameters of an operation, without those that every one has.
fn taken(one: &Described) -> String {
    let names = one.within("").into_iter().map(|(name, _)| name);
    let names: Vec<_> = names.filter(|name| *name != "expand").collect();
    match names.as_slice() {
        [] => "no parameters".to_owned(),
        names => format!("`{}`", names.join("`, `")),
    }
}

/// The whole page.
pub(super) fn page(operations: &[Described]) -> String {
    let key = |method: &str, path: &str| (bare(path), method.to_owned());
    let ours: BTreeMap<_, _> = operations
        .iter()
        .map(|one| (key(one.operation.method.as_str(), one.operation.path), one))
        .collect();
    let mut rows: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut others: BTreeMap<String, usize> = BTreeMap::new();
    let supported: BTreeSet<String> = ours.keys().map(|(path, _)| resource(path)).collect();
    for (method, path) in stripe::all() {
        let (name, one) = (resource(path), ours.get(&key(method, path)));
        if !supported.contains(&name) && !NAMED.contains(&name.as_str()) {
            *others.entry(name).or_default() += 1;
            continue;
        }
        let notes = one.map_or_else(|| "– |".to_owned(), |one| format!("yes | {}", taken(one)));
        rows.entry(name)
            .or_default()
            .push(format!("| `{method} {path}` | {notes} |"));
    }
    let known: BTreeSet<_> = stripe::all()
        .map(|(method, path)| key(method, path))
        .collect();
    for (place, one) in ours.iter().filter(|(place, _)| !known.contains(place)) {
        let line = format!("| `{} {}` | only here |", place.1, one.operation.path);
        let line = format!("{line} {} |", taken(one));
        rows.entry(resource(&place.0)).or_default().push(line);
    }
    let mut text = format!(
        "# API coverage\n\nPrinted by a test of `server`; do not edit.\n\nOf the operations of \
         Stripe's API, {} are supported. Every one takes `expand`; parameters that are not listed \
         are refused. An operation that is not supported answers 404 `invalid_request_error`, and \
         names itself.\n",
        ours.keys().filter(|place| known.contains(place)).count(),
    );
    for (resource, lines) in rows {
        let _ = write!(
            text,
            "\n## {resource}\n\n| operation | supported | parameters |\n|---|---|---|\n{}\n",
            lines.join("\n")
        );
    }
    let others: Vec<_> = others
        .iter()
        .map(|(name, count)| format!("`{name}` ({count})"))
        .collect();
    let _ = write!(
        text,
        "\n## Everything else\n\nNothing of these resources is supported; in brackets, how many \
         operations they have: {}.\n",
        others.join(", ")
    );
    text
}
