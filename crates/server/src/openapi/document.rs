//! The whole document, put together.

use std::collections::{BTreeMap, BTreeSet};

use axum::http::{Method, StatusCode};
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::info::{ContactBuilder, InfoBuilder, LicenseBuilder};
use utoipa::openapi::path::{
    HttpMethod, OperationBuilder, ParameterBuilder, ParameterIn, PathItem, Paths,
};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::response::ResponseBuilder;
use utoipa::openapi::schema::{ComponentsBuilder, Ref, Schema, Type};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::tag::TagBuilder;
use utoipa::openapi::{
    Content, OpenApi, OpenApiBuilder, RefOr, Required, Response, SecurityRequirement, Server,
};

use super::describe::Described;
use super::schemas::{ERROR, Objects, deleted, found, list, reference, simple};
use super::words;
use crate::api::render::API_VERSION;
use crate::api::render::shapes::TABLES;
use crate::error::{page, row};
use crate::operations::Audience;

const ABOUT: &str = "Take payments with the client library you already have: this is a subset of \
    Stripe's API, in its names, shapes and encodings. Bodies are forms with nested brackets, or \
    JSON. What is not listed here is not supported and answers an error that says so.";

/// Headers of requests: the name of the component, the header, and what it is for.
const ASKED: &[(&str, &str, &str)] = &[
    (
        "IdempotencyKey",
        "Idempotency-Key",
        "Makes a repeated request answer what the first one answered. Up to 255 characters, kept \
         for a day.",
    ),
    (
        "StripeAccount",
        "Stripe-Account",
        "The id of the connected account for whose merchant a platform asks.",
    ),
    (
        "StripeVersion",
        "Stripe-Version",
        "Accepted as Stripe's clients send it. There is one version, and every answer names it.",
    ),
];

/// Headers of answers.
const ANSWERED: &[(&str, &str)] = &[
    (
        "Idempotent-Replayed",
        "`true` when this is the stored answer to an earlier request.",
    ),
    (
        "Request-Id",
        "Names this request in the log of the service.",
    ),
    ("Retry-After", "After how many seconds to ask again."),
    (
        "Stripe-Should-Retry",
        "`true` when the same request may be sent again.",
    ),
    ("Stripe-Version", "The version of the API that answered."),
];

/// The document of these operations.
pub(super) fn document(operations: &[Described]) -> OpenApi {
    let deletable = operations
        .iter()
        .filter(|one| one.operation.method == Method::DELETE);
    let deletable: BTreeSet<String> = deletable.map(Described::answered).collect();
    let objects = Objects::new(deletable);
    let mut paths = Paths::new();
    for one in operations {
        let item = PathItem::new(method(one), one.operation(&objects));
        match paths.paths.get_mut(one.operation.path) {
            Some(known) => known.merge_operations(item),
            None => drop(paths.paths.insert(one.operation.path.to_owned(), item)),
        }
    }
    let info = InfoBuilder::new()
        .title("Encaisse")
        .version(API_VERSION)
        .description(Some(ABOUT))
        .contact(Some(ContactBuilder::new().name(Some("Encaisse")).build()))
        .license(Some(
            LicenseBuilder::new()
                .name("Apache-2.0")
                .identifier(Some("Apache-2.0"))
                .build(),
        ));
    let either = ["bearer", "basic"].map(|name| SecurityRequirement::new(name, [""; 0]));
    OpenApiBuilder::new()
        .info(info)
        .servers(Some([Server::new("/")]))
        .paths(paths)
        .components(Some(components(operations, &objects)))
        .security(Some(either))
        .tags(Some(tags(operations)))
        .build()
}

fn tags(operations: &[Described]) -> Vec<utoipa::openapi::Tag> {
    let mut rooms: BTreeMap<String, String> = BTreeMap::new();
    for one in operations {
        let (room, _) = one.operation.name.split_once("::").unwrap();
        rooms.entry(one.tag()).or_insert_with(|| {
            let words = Some(words::of_room(room)).filter(|words| !words.is_empty());
            words.or_else(|| words::of_object(&one.answered())).unwrap()
        });
    }
    let tags = rooms.into_iter();
    tags.map(|(name, words)| {
        TagBuilder::new()
            .name(name)
            .description(Some(words))
            .build()
    })
    .collect()
}

fn method(one: &Described) -> HttpMethod {
    match one.operation.method {
        Method::GET => HttpMethod::Get,
        Method::POST => HttpMethod::Post,
        Method::DELETE => HttpMethod::Delete,
        ref other => panic!("{other} is no method of this API"),
    }
}

/// A name of Stripe's as people say it.
fn spoken(name: &str) -> String {
    name.replace(['_', '.'], " ")
}

impl Described {
    /// Stripe's name of what is answered: as the handler says, or as the address does.
    pub(super) fn answered(&self) -> String {
        if let Some(object) = self.object {
            return object.to_owned();
        }
        let parts = self.operation.path.split('/').skip(2);
        let names: Vec<_> = parts.filter(|part| !part.starts_with('{')).collect();
        let is_known = |name: &String| TABLES.iter().any(|(object, _)| object == name);
        let ways = (0..names.len()).flat_map(|from| (from..names.len()).map(move |to| (from, to)));
        let named = ways.map(|(from, to)| {
            let name = names[from..=to].join(".");
            name.strip_suffix('s').unwrap_or(&name).to_owned()
        });
        let last = named.rev().find(is_known);
        last.unwrap_or_else(|| panic!("{} answers what has no table", self.operation.name))
    }

    fn tag(&self) -> String {
        let (room, _) = self.operation.name.split_once("::").unwrap();
        let name = spoken(room);
        name[..1].to_uppercase() + &name[1..]
    }

    fn summary(&self) -> String {
        let (_, verb) = self.operation.name.split_once("::").unwrap();
        let (verb, noun) = (spoken(verb), spoken(&self.answered()));
        let verb = verb[..1].to_uppercase() + &verb[1..];
        let article = if noun.starts_with(['a', 'e', 'i', 'o']) {
            "an"
        } else {
            "a"
        };
        match (self.is_list, verb.contains(' ')) {
            (true, _) => format!("{verb} {noun}s"),
            (false, false) => format!("{verb} {article} {noun}"),
            (false, true) => format!("{verb} of {article} {noun}"),
        }
    }

    fn description(&self) -> String {
        let summary = self.summary() + ".";
        let said = words::of_handler(self.operation.name);
        let whom = match self.operation.audience {
            Audience::Merchant => "",
            Audience::Payer => " A publishable key may ask for this too.",
        };
        let said = if said.is_empty() { summary } else { said };
        said + &self.choice_words() + whom
    }

    fn operation(&self, objects: &Objects) -> OperationBuilder {
        let is_post = self.operation.method == Method::POST;
        let mut operation = OperationBuilder::new()
            .tag(self.tag())
            .operation_id(Some(self.operation.name.replace("::", "_")))
            .summary(Some(self.summary()))
            .description(Some(self.description()))
            .response("200", self.success(objects));
        for name in self
            .operation
            .path
            .split('/')
            .filter_map(|part| part.strip_prefix('{'))
        {
            operation = operation.parameter(
                ParameterBuilder::new()
                    .name(name.trim_end_matches('}'))
                    .parameter_in(ParameterIn::Path)
                    .required(Required::True)
                    .schema(Some(simple(Type::String).min_length(Some(1)))),
            );
        }
        if is_post {
            let body = RequestBodyBuilder::new().required(Some(match self.needs_body() {
                true => Required::True,
                false => Required::False,
            }));
            let body = self
                .bodies()
                .into_iter()
                .fold(body, |body, (kind, content)| body.content(kind, content));
            operation = operation.request_body(Some(body.build()));
        } else {
            operation = self
                .query()
                .into_iter()
                .fold(operation, OperationBuilder::parameter);
        }
        for (component, ..) in ASKED
            .iter()
            .filter(|(name, ..)| is_post || *name != "IdempotencyKey")
        {
            operation =
                operation.parameter_ref(Ref::new(format!("#/components/parameters/{component}")));
        }
        for status in statuses().into_keys() {
            // Nothing but a body is charged, repeated under a key, or in another encoding.
            if is_post || !matches!(status, 402 | 409 | 415) {
                operation = operation.response(
                    status.to_string(),
                    Ref::from_response_name(status.to_string()),
                );
            }
        }
        operation
    }

    fn success(&self, objects: &Objects) -> Response {
        let object = self.answered();
        let schema = match (&self.operation.method, self.is_list) {
            (&Method::DELETE, _) => reference(&deleted(&object)),
            (_, true) if self.operation.path.ends_with("/search") => {
                RefOr::T(found(reference(&object)))
            }
            (_, true) => RefOr::T(list(reference(&object))),
            (&Method::GET, false) => objects.read(&object),
            (_, false) => reference(&object),
        };
        let what = match (self.is_list, &self.operation.method) {
            (true, _) => format!("A page of the list of {}s.", spoken(&object)),
            (false, &Method::DELETE) => format!("The {} is gone.", spoken(&object)),
            (false, _) => format!("The {}.", spoken(&object)),
        };
        let replayed = (self.operation.method == Method::POST).then_some("Idempotent-Replayed");
        answer(&what, schema, replayed.into_iter())
    }
}

/// An answer with its headers, those that every answer has included.
fn answer(
    what: &str,
    schema: RefOr<Schema>,
    headers: impl Iterator<Item = &'static str>,
) -> Response {
    let answer = ResponseBuilder::new()
        .description(what)
        .content("application/json", Content::new(Some(schema)));
    let all = ["Request-Id", "Stripe-Version"].into_iter().chain(headers);
    let headers = all.map(|name| (name, Ref::new(format!("#/components/headers/{name}"))));
    headers
        .fold(answer, |answer, (name, header)| {
            answer.header_ref(name, header)
        })
        .build()
}

/// The statuses of errors, and the codes that come with each.
fn statuses() -> BTreeMap<u16, BTreeSet<&'static str>> {
    let mut all: BTreeMap<u16, BTreeSet<&'static str>> = BTreeMap::new();
    for cause in page::sections().into_iter().flat_map(|(_, causes)| causes) {
        let row = row(cause);
        let codes = all.entry(row.status).or_default();
        codes.extend(Some(row.code).filter(|code| !code.is_empty()));
    }
    // Of an address of this document no other method is asked for.
    all.remove(&405);
    all
}

fn components(operations: &[Described], objects: &Objects) -> utoipa::openapi::Components {
    let mut components = ComponentsBuilder::new();
    for (name, schema) in objects.schemas() {
        components = components.schema(name, schema);
    }
    for one in operations
        .iter()
        .filter(|one| one.operation.method == Method::POST)
    {
        components = components.schema(one.body_name(), one.body());
    }
    for (component, header, what) in ASKED {
        let text = simple(Type::String)
            .min_length(Some(1))
            .max_length(Some(255));
        let parameter = ParameterBuilder::new()
            .name(*header)
            .parameter_in(ParameterIn::Header)
            .required(Required::False)
            .description(Some(*what))
            .schema(Some(text));
        components = components.parameter(*component, parameter.build());
    }
    for (name, what) in ANSWERED {
        let header = HeaderBuilder::new()
            .schema(Some(simple(Type::String)))
            .description(Some(*what));
        components = components.header(*name, header.build());
    }
    for (status, codes) in statuses() {
        let reason = StatusCode::from_u16(status)
            .unwrap()
            .canonical_reason()
            .unwrap();
        let codes: Vec<_> = codes.into_iter().map(|code| format!("`{code}`")).collect();
        let codes = match codes.as_slice() {
            [] => String::new(),
            codes => format!(" With a code: {}.", codes.join(", ")),
        };
        let again = matches!(status, 409 | 429).then_some(["Retry-After", "Stripe-Should-Retry"]);
        let answer = answer(
            &format!("{reason}.{codes}"),
            reference(ERROR),
            again.into_iter().flatten(),
        );
        components = components.response(status.to_string(), answer);
    }
    let key = |scheme, what: &str| {
        SecurityScheme::Http(
            HttpBuilder::new()
                .scheme(scheme)
                .description(Some(what))
                .build(),
        )
    };
    components
        .security_scheme("bearer", key(HttpAuthScheme::Bearer, "A key of the API."))
        .security_scheme(
            "basic",
            key(
                HttpAuthScheme::Basic,
                "A key of the API as the name of the user; no password.",
            ),
        )
        .build()
}
