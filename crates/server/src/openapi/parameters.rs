//! What an operation takes, as schemas: one object for a body, one parameter each for a query.
//!
//! Spells what [`super::describe`] found, and finds nothing itself.

use utoipa::openapi::encoding::EncodingBuilder;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn, ParameterStyle};
use utoipa::openapi::schema::{
    AdditionalProperties, ArrayBuilder, ObjectBuilder, Ref, Schema, Type,
};
use utoipa::openapi::{Content, ContentBuilder, RefOr, Required};

use super::describe::Described;
use super::names::{join, steps};
use super::schemas::{simple, typed};
use crate::form::described::{METADATA_MAX, Shape};

/// What is said of parameters that mean the same everywhere.
const WORDS: &[(&str, &str)] = &[
    ("amount", "In the smallest unit of the currency."),
    (
        "amount_to_capture",
        "In the smallest unit of the currency; all of it when left out.",
    ),
    (
        "client_secret",
        "The `client_secret` of the payment; needed with a publishable key.",
    ),
    (
        "ending_before",
        "The id of the object before which the page ends.",
    ),
    (
        "expand",
        "Paths of ids that are answered as the objects they stand for.",
    ),
    ("limit", "How many objects a page holds; 10 when left out."),
    (
        "metadata",
        "Pairs of your own; an empty value takes one away.",
    ),
    (
        "starting_after",
        "The id of the object after which the page begins.",
    ),
    ("unit_amount", "In the smallest unit of the currency."),
];

/// What is said of a parameter.
fn words_of(name: &str, shape: &Shape) -> Option<String> {
    let (max_key, max_value) = METADATA_MAX;
    let known = WORDS
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, words)| *words);
    match (known, shape) {
        (Some(words), Shape::Metadata) => Some(format!(
            "{words} At most 50, with keys of up to {max_key} characters and values of up to \
             {max_value}."
        )),
        (Some(words), _) => Some(words.to_owned()),
        (None, Shape::Id(object)) => Some(format!("The id of a {}.", object.replace('_', " "))),
        (None, Shape::ClearableText(_)) => Some("An empty text takes it away.".to_owned()),
        (None, Shape::Parsed("currency")) => Some("Three letters of ISO 4217.".to_owned()),
        (None, _) => None,
    }
}

impl Described {
    /// The names of the parameters directly in `around`, and what each is.
    pub(super) fn within(&self, around: &str) -> Vec<(&str, &Shape)> {
        let inside = self.parameters.iter().filter(|(name, _)| {
            let steps = steps(name);
            let (_, outside) = steps.split_last().unwrap();
            join(outside) == around
        });
        inside.map(|(name, shape)| (name.as_str(), shape)).collect()
    }

    /// Every parameter in `around` as one object, beside which there is nothing.
    fn object(&self, around: &str) -> ObjectBuilder {
        let mut object =
            simple(Type::Object).additional_properties(Some(AdditionalProperties::FreeForm(false)));
        for (name, shape) in self.within(around) {
            let last = name.rsplit('[').next().unwrap().trim_end_matches(']');
            object = object.property(last, self.value(name, shape, words_of(last, shape)));
            if self.required.contains(name) {
                object = object.required(last);
            }
        }
        object
    }

    fn value(&self, name: &str, shape: &Shape, words: Option<String>) -> RefOr<Schema> {
        let text = || simple(Type::String).min_length(Some(1));
        let schema = match shape {
            Shape::Text(max) => text().max_length(*max),
            Shape::ClearableText(max) => ObjectBuilder::new()
                .schema_type(typed(Type::String, true))
                .max_length(Some(*max)),
            Shape::Parsed("boolean") => simple(Type::Boolean),
            Shape::Parsed(_) | Shape::Id(_) => text(),
            Shape::Words(words) => simple(Type::String).enum_values(Some(words.clone())),
            Shape::Integer(bounds) => {
                let from = Some(*bounds.start()).filter(|from| *from != i64::MIN);
                let to = Some(*bounds.end()).filter(|to| *to != i64::MAX);
                simple(Type::Integer).minimum(from).maximum(to)
            }
            Shape::Metadata => ObjectBuilder::new()
                .schema_type(typed(Type::Object, true))
                .max_properties(Some(50))
                .property_names(Some(text().max_length(Some(METADATA_MAX.0)).build()))
                .additional_properties(Some(
                    ObjectBuilder::new()
                        .schema_type(typed(Type::String, true))
                        .max_length(Some(METADATA_MAX.1)),
                )),
            Shape::Object => self.object(name),
            Shape::Objects => {
                let items = self.object(&format!("{name}[0]"));
                return ArrayBuilder::new().items(items).description(words).into();
            }
            Shape::Texts(max) => {
                return ArrayBuilder::new()
                    .items(text().max_length(Some(*max)))
                    .description(words)
                    .into();
            }
        };
        schema.description(words).into()
    }

    /// What of the parameters is needed in place of each other.
    pub(super) fn choice_words(&self) -> String {
        let lines = self.choices.iter().map(|names| {
            let names: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
            format!(" One of {} is required.", names.join(" and "))
        });
        lines.collect()
    }

    /// The parameters of a query, in brackets where they are lists or objects.
    pub(super) fn query(&self) -> Vec<Parameter> {
        let all = self.within("").into_iter().map(|(name, shape)| {
            let schema = self.value(name, shape, None);
            let required = match self.required.contains(name) {
                true => Required::True,
                false => Required::False,
            };
            let parameter = ParameterBuilder::new()
                .parameter_in(ParameterIn::Query)
                .required(required)
                .description(words_of(name, shape))
                .schema(Some(schema));
            let nested = |parameter: ParameterBuilder, style| {
                parameter.style(Some(style)).explode(Some(true))
            };
            if let Shape::Texts(_) = shape {
                nested(parameter.name(format!("{name}[]")), ParameterStyle::Form)
            } else if let Shape::Object = shape {
                nested(parameter.name(name), ParameterStyle::DeepObject)
            } else {
                parameter.name(name)
            }
            .build()
        });
        all.collect()
    }

    /// The name of the schema of a body.
    pub(super) fn body_name(&self) -> String {
        self.operation.name.replace("::", "_") + "_request"
    }

    /// The schema of a body.
    pub(super) fn body(&self) -> Schema {
        self.object("").into()
    }

    /// A body in each of the two encodings.
    pub(super) fn bodies(&self) -> [(&'static str, Content); 2] {
        let example = Some(&self.example).filter(|_| self.needs_body());
        let content = || {
            let schema = Ref::from_schema_name(self.body_name());
            ContentBuilder::new()
                .schema(Some(schema))
                .example(example.cloned())
        };
        let nested = self.within("").into_iter().filter(|(_, shape)| {
            matches!(
                shape,
                Shape::Object | Shape::Objects | Shape::Texts(_) | Shape::Metadata
            )
        });
        let deep = || {
            let deep = EncodingBuilder::new().style(Some(ParameterStyle::DeepObject));
            deep.explode(Some(true))
        };
        let form = nested.fold(content(), |form, (name, _)| form.encoding(name, deep()));
        [
            ("application/x-www-form-urlencoded", form.build()),
            ("application/json", content().build()),
        ]
    }

    /// Whether anything must be sent.
    pub(super) fn needs_body(&self) -> bool {
        self.example
            .as_object()
            .is_some_and(|example| !example.is_empty())
    }
}
