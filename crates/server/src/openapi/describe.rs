//! Finds out what every operation takes, by asking its own reader on an installation without any
//! acquirer.
//!
//! A reader is asked again and again, each time with what it missed the time before, until it has
//! enough; then once more for each object that it also knows. Nothing of a request goes further
//! than its reader. Says nothing of how a document spells what was found.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request};
use domain::ids::{PREFIXES, to_base62};
use domain::ledger::{Cause, TransferId};
use engine::accounts::NewMerchant;
use serde_json::{Map, Value, json};
use tower::ServiceExt as _;

use super::names::{Step, join, place, steps};
use crate::config::{self, PublicUrl};
use crate::form::described::{self, Notes, Shape};
use crate::form::{Fault, FaultKind};
use crate::limits::Limits;
use crate::operations::{OPERATIONS, Operation};
use crate::state::State;
use crate::webhooks::guard::Guard;

/// More than any reader needs; then it goes round in circles.
const TRIES_MAX: usize = 100;

/// What an operation takes and answers.
pub(super) struct Described {
    pub(super) operation: &'static Operation,
    /// Parameters by their full names, in the order in which they are read.
    pub(super) parameters: Vec<(String, Shape)>,
    /// Full names of those without which nothing is done.
    pub(super) required: BTreeSet<String>,
    /// Full names of parameters of which one must be there.
    pub(super) choices: Vec<Vec<String>>,
    /// The least that is taken.
    pub(super) example: Value,
    /// Stripe's name of what is answered, if the handler says it.
    pub(super) object: Option<&'static str>,
    /// Whether a list of such objects is answered.
    pub(super) is_list: bool,
}

/// Every operation of the public API.
pub(super) async fn every_operation() -> Vec<Described> {
    let house = House::open().await;
    let mut all = Vec::new();
    for operation in OPERATIONS {
        // What lies elsewhere is the app's own.
        if operation.path.starts_with("/v1/") {
            all.push(house.describe(operation).await);
        }
    }
    all
}

/// An id of each kind, and then what is no id.
fn ids() -> impl Iterator<Item = String> {
    let digits = to_base62([1; 16]);
    // What moves a balance is named by what caused it, so its ids are longer.
    let moved = TransferId::new(&[1; 16], Cause::Purchase).to_string();
    let usual = PREFIXES.iter();
    let usual = usual.map(move |prefix| format!("{prefix}{digits}"));
    usual.chain([moved])
}

/// Values that a parameter may take, the likeliest first.
fn candidates(name: &str, shape: &Shape) -> Vec<Value> {
    let words = [
        "eur",
        "https://shop.example/thanks",
        "a@example.com",
        "Croissant",
    ];
    let words = words
        .into_iter()
        .map(str::to_owned)
        .chain(ids())
        .map(Value::from);
    let usual = match name {
        "amount" | "unit_amount" => Some(json!(1250)),
        "number" => Some(json!("4242424242424242")),
        "exp_month" => Some(json!(12)),
        "exp_year" => Some(json!(2034)),
        "enabled_events" => Some(json!(["payment_intent.succeeded"])),
        "query" => Some(json!("created>0")),
        "name" | "description" | "nickname" => Some(json!("Croissant")),
        _ => None,
    };
    let by_shape: Vec<Value> = match shape {
        Shape::Parsed("boolean") => vec![json!(true)],
        Shape::Integer(_) => [1, 12, 100, 1250, 2034].map(Value::from).to_vec(),
        Shape::Words(names) => names.iter().map(|name| json!(name)).collect(),
        Shape::Object => vec![json!({})],
        Shape::Objects => vec![json!([{}])],
        Shape::Texts(_) => words.map(|word| json!([word])).collect(),
        Shape::Metadata => vec![json!({"order": "6735"})],
        Shape::Id(_) => ids().map(Value::from).collect(),
        Shape::Text(_) | Shape::ClearableText(_) | Shape::Parsed(_) => words.collect(),
    };
    usual.into_iter().chain(by_shape).collect()
}

/// A request on its way to being taken.
struct Try<'a> {
    house: &'a House,
    operation: &'static Operation,
    path: &'a str,
    body: Value,
}

impl Try<'_> {
    async fn ask(&self) -> Notes {
        self.house
            .ask(&self.operation.method, self.path, &self.body)
            .await
    }

    /// Gives the reader what it says is missing or wrong, until it has enough. `kept` must stay.
    async fn complete(&mut self, kept: &str) -> (Notes, BTreeSet<String>) {
        let mut missed = BTreeSet::new();
        let mut tried = 0;
        for _ in 0..TRIES_MAX {
            let notes = self.ask().await;
            let Some(Err(fault)) = &notes.end else {
                return (notes, missed);
            };
            let shape = shape_of(&notes, &fault.param);
            let mut given = None;
            let mut changed = fault.param.clone();
            if fault.kind == FaultKind::Missing {
                tried = 0;
                let is_new = missed.insert(changed.clone());
                assert!(is_new, "{} misses {fault} twice", self.path);
                given = candidates(last(&changed), &shape).into_iter().next();
            } else if fault.kind == FaultKind::Exclusive {
                let other = sibling(&changed, &fault.detail);
                changed = if other == kept { changed } else { other };
            } else {
                tried += 1;
                given = another(fault, &shape, tried);
                assert!(given.is_some(), "{}: {fault}", self.path);
            }
            put(&mut self.body, &changed, given);
        }
        panic!("{} never has enough: {}", self.path, self.body);
    }
}

/// The next value to try after `fault`.
fn another(fault: &Fault, shape: &Shape, tried: usize) -> Option<Value> {
    if fault.kind == FaultKind::NotOneOf
        && let Shape::Texts(_) = shape
    {
        return fault.detail.split(", ").next().map(|word| json!([word]));
    }
    candidates(last(&fault.param), shape).get(tried).cloned()
}

fn shape_of(notes: &Notes, name: &str) -> Shape {
    let found = notes.asked.iter().find(|(known, _)| known == name);
    let found = found.unwrap_or_else(|| panic!("{name} is wrong and was never asked for"));
    found.1.clone()
}

/// The name of a parameter without those around it.
fn last(name: &str) -> &str {
    name.rsplit('[').next().unwrap().trim_end_matches(']')
}

/// The full name of `other`, beside the parameter `name`.
fn sibling(name: &str, other: &str) -> String {
    match steps(name).as_slice() {
        [] | [_] => other.to_owned(),
        [around @ .., _] => join(&[around, &[Step::Name(other.to_owned())]].concat()),
    }
}

/// Whether two parameters stand in the same object.
fn are_siblings(one: &str, two: &str) -> bool {
    sibling(one, last(two)) == two
}

/// Puts a value where its name says, or takes away what is there.
fn put(body: &mut Value, name: &str, value: Option<Value>) {
    let steps = steps(name);
    let (last, around) = steps.split_last().unwrap();
    let (place, Step::Name(last)) = (place(body, around), last) else {
        panic!("{name} is no name of a parameter");
    };
    let fields = place.as_object_mut().unwrap();
    match value {
        Some(value) => drop(fields.insert(last.clone(), value)),
        None => drop(fields.remove(last)),
    }
}

struct House {
    router: Router,
    key: String,
}

impl House {
    async fn open() -> Self {
        let folder = std::process::Command::new("mktemp")
            .arg("-d")
            .output()
            .unwrap();
        let folder = String::from_utf8(folder.stdout).unwrap();
        let variables = [("ENCAISSE_DATA_DIR".into(), folder.trim_end().into())];
        let config = config::load(None, &variables).unwrap().config;
        let app = crate::open_app(&config).await.unwrap();
        // What is open stays readable; nothing else is written there.
        std::fs::remove_dir_all(folder.trim_end()).unwrap();
        let merchant = NewMerchant {
            name: "Café du Port".into(),
            email: "a@example.com".into(),
            country: "FR".into(),
            time_zone: "Europe/Paris".into(),
            locale: "fr-FR".into(),
            currencies: vec![domain::Currency::EUR],
        };
        let merchant = app.create_merchant(merchant).await.unwrap();
        let origin = PublicUrl::of(([127, 0, 0, 1], 80).into())
            .as_str()
            .to_owned();
        let state = State {
            app,
            links: crate::api::render::Links::new(origin.clone()),
            origin,
            is_encrypted: true,
            checkout_life_ms: 1,
            limits: Limits::per_second(0),
            guard: Guard::new(Vec::new()),
            sandbox_proof: str::to_owned,
        };
        Self {
            router: crate::router(Arc::new(state)),
            key: merchant.secret.secret.to_string(),
        }
    }

    async fn ask(&self, method: &Method, path: &str, body: &Value) -> Notes {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("authorization", format!("Bearer {}", self.key))
            .header("content-type", "application/json")
            .body(Body::from(body.to_string()))
            .unwrap();
        described::begin();
        let answer = self.router.clone().oneshot(request).await.unwrap();
        let notes = described::finish();
        assert!(answer.status().as_u16() < 500, "{method} {path}");
        notes
    }

    /// The address of an operation, with ids of such a kind that it begins to read.
    async fn address(&self, operation: &Operation) -> String {
        let ids: Vec<String> = ids().chain(["id".to_owned()]).collect();
        let gaps = operation.path.matches('{').count();
        for choice in 0..ids.len().pow(u32::try_from(gaps).unwrap()) {
            let mut rest = choice;
            let parts = operation.path.split('/').map(|part| {
                if !part.starts_with('{') {
                    return part.to_owned();
                }
                let id = ids[rest % ids.len()].clone();
                rest /= ids.len();
                id
            });
            let path = parts.collect::<Vec<_>>().join("/");
            let notes = self.ask(&operation.method, &path, &json!({})).await;
            if notes.end.is_some() {
                return path;
            }
        }
        panic!("{} reads nothing, whatever the id", operation.name);
    }

    async fn describe(&self, operation: &'static Operation) -> Described {
        let path = self.address(operation).await;
        let from = |body: Value| Try {
            house: self,
            operation,
            path: &path,
            body,
        };
        let mut least = from(Value::Object(Map::new()));
        let (notes, mut required) = least.complete("").await;
        let answers = notes.answers.unwrap();
        let mut found = notes.asked;
        let mut choices = Vec::new();
        for name in required.clone() {
            let others = least.in_place_of(&name, &found).await;
            if !others.is_empty() {
                required.remove(&name);
                choices.push([vec![name], others].concat());
            }
        }
        let mut seen = 0;
        while let Some((name, shape)) = found.get(seen).cloned() {
            seen += 1;
            let is_inside = found
                .iter()
                .any(|(other, _)| other.starts_with(&format!("{name}[")));
            if !matches!(shape, Shape::Object | Shape::Objects) || is_inside {
                continue;
            }
            let mut more = from(least.body.clone());
            give(&mut more.body, &name, &shape);
            let (notes, missed) = more.complete(&name).await;
            let within = format!("{name}[");
            required.extend(
                missed
                    .into_iter()
                    .filter(|missed| missed.starts_with(&within)),
            );
            let inner = notes.asked.into_iter();
            found.extend(inner.filter(|(inner, _)| inner.starts_with(&within)));
        }
        Described {
            operation,
            parameters: found,
            required,
            choices,
            example: least.body,
            object: answers.0,
            is_list: answers.1,
        }
    }
}

/// Puts an object there with nothing in it, and those around it.
fn give(body: &mut Value, name: &str, shape: &Shape) {
    put(body, name, candidates(last(name), shape).pop());
}

impl Try<'_> {
    /// The parameters that are taken in place of the needed one called `name`.
    async fn in_place_of(&self, name: &str, asked: &[(String, Shape)]) -> Vec<String> {
        let mut others = Vec::new();
        for (other, shape) in asked {
            let is_there = self.body.pointer(&super::names::pointer(other)).is_some();
            if is_there || !are_siblings(name, other) {
                continue;
            }
            for value in candidates(last(other), shape) {
                let mut body = self.body.clone();
                put(&mut body, name, None);
                put(&mut body, other, Some(value));
                let attempt = Try { body, ..*self };
                let end = attempt.ask().await.end.unwrap();
                let is_enough = match &end {
                    Ok(()) => true,
                    Err(fault) => fault.param.starts_with(&format!("{other}[")),
                };
                if is_enough {
                    others.push(other.clone());
                    break;
                }
            }
        }
        others
    }
}
