//! The OpenAPI 3.1 document, made from the types and [`Endpoint`]s that both ends are compiled
//! with, so that it cannot say anything else than they do.

use std::any::TypeId;

use schemars::{JsonSchema, Schema, SchemaGenerator, generate::SchemaSettings};
use serde_json::{Map, Value, json};

use crate::{
    Access, BulkFile, Code, Endpoint, Idempotency, Method, OutcomeUnknown, Pdf, Problem, api,
};

/// The cookie that carries a session.
pub const SESSION_COOKIE: &str = "__Host-session";

/// The whole document.
pub fn document(version: &str) -> Value {
    let mut document = Document::new();
    macro_rules! visit {
        ($name:ident) => {
            document.operation::<api::$name>();
        };
    }
    api::for_each_endpoint!(visit);
    document.finish(version)
}

struct Document {
    /// Bodies are read, answers written: a field with a default may be left out of the former only.
    bodies: SchemaGenerator,
    answers: SchemaGenerator,
    paths: Map<String, Value>,
}

impl Document {
    fn new() -> Self {
        let settings = || {
            SchemaSettings::draft2020_12().with(|settings| {
                settings.definitions_path = "/components/schemas".into();
                settings.meta_schema = None;
            })
        };
        Self {
            bodies: settings().for_deserialize().into_generator(),
            answers: settings().for_serialize().into_generator(),
            paths: Map::new(),
        }
    }

    fn operation<E>(&mut self)
    where
        E: Endpoint,
        E::Body: JsonSchema + 'static,
        E::Answer: JsonSchema + 'static,
    {
        let mut operation = json!({
            "operationId": E::NAME,
            "summary": E::SUMMARY.trim(),
            "parameters": parameters::<E>(),
            "responses": self.responses::<E>(),
        });
        if has_body::<E>() {
            let schema = self.bodies.subschema_for::<E::Body>();
            operation["requestBody"] = json!({ "required": true, "content": { "application/json": { "schema": schema } } });
        }
        if needs_session(E::ACCESS) {
            operation["security"] = json!([{ "session": [] }]);
        }
        let path = self.paths.entry(E::PATH).or_insert_with(|| json!({}));
        path[E::METHOD.as_str().to_lowercase()] = operation;
    }

    fn responses<E>(&mut self) -> Value
    where
        E: Endpoint,
        E::Body: 'static,
        E::Answer: JsonSchema + 'static,
    {
        let mut responses = Map::new();
        responses.insert(E::STATUS.to_string(), self.success::<E>());
        if E::ACCESS == Access::Public {
            let unchanged = json!({
                "description": "What `If-None-Match` names is still what there is.",
                "headers": headers(&["ETag"]),
            });
            responses.insert("304".to_owned(), unchanged);
        }
        if matches!(E::ACCESS, Access::Person(_)) && E::METHOD != Method::Get {
            let schema = self.answers.subschema_for::<OutcomeUnknown>();
            let unknown = json!({
                "description": "It is not known yet whether it happened: ask at `check_at`.",
                "headers": headers(&["Retry-After"]),
                "content": { "application/json": { "schema": schema } },
            });
            responses.insert("202".to_owned(), unknown);
        }
        let problem = self.answers.subschema_for::<Problem>();
        let mut codes = codes::<E>();
        codes.sort_by_key(|code| code.status());
        for same in codes.chunk_by(|one, other| one.status() == other.status()) {
            responses.insert(same[0].status().to_string(), refusal(same, &problem));
        }
        responses.into()
    }

    fn success<E>(&mut self) -> Value
    where
        E: Endpoint,
        E::Answer: JsonSchema + 'static,
    {
        let mut success = json!({ "description": "Done." });
        if TypeId::of::<E::Answer>() == TypeId::of::<Pdf>() {
            success["content"] = json!({ "application/pdf": {} });
        } else if TypeId::of::<E::Answer>() == TypeId::of::<BulkFile>() {
            success["content"] = json!({ "application/fhir+ndjson": {} });
        } else if E::STATUS != 204 {
            let schema = self.answers.subschema_for::<E::Answer>();
            success["content"] = json!({ "application/json": { "schema": schema } });
        }
        if E::ACCESS == Access::Public {
            success["headers"] = headers(&["ETag"]);
        }
        success
    }

    fn finish(mut self, version: &str) -> Value {
        let mut schemas = self.bodies.take_definitions(true);
        schemas.extend(self.answers.take_definitions(true));
        json!({
            "openapi": "3.1.0",
            "info": {
                "title": "Banzhen edge",
                "version": version,
                "description": "Every error is problem details with a stable `code` and an \
                    `action`; its words follow `Accept-Language` (zh-CN, zh-TW, en).",
                "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
            },
            "paths": self.paths,
            "components": {
                "schemas": schemas,
                "securitySchemes": {
                    "session": { "type": "apiKey", "in": "cookie", "name": SESSION_COOKIE },
                },
            },
        })
    }
}

fn has_body<E: Endpoint>() -> bool
where
    E::Body: 'static,
{
    TypeId::of::<E::Body>() != TypeId::of::<()>()
}

fn needs_session(access: Access) -> bool {
    matches!(access, Access::Session | Access::Person(_))
}

/// All codes an operation can answer with: its own, and what comes with its kind.
fn codes<E: Endpoint>() -> Vec<Code>
where
    E::Body: 'static,
{
    let mut codes = vec![Code::Internal];
    if E::PATH.contains('{') {
        codes.push(Code::NotFound);
    }
    if E::METHOD != Method::Get {
        codes.extend([Code::OriginNotAllowed, Code::PayloadTooLarge]);
    }
    if has_body::<E>() {
        let body = [
            Code::MalformedJson,
            Code::UnsupportedMediaType,
            Code::InvalidRequest,
        ];
        codes.extend(body);
    }
    if E::IDEMPOTENCY == Idempotency::Needed {
        codes.push(Code::InvalidRequest);
    }
    if needs_session(E::ACCESS) {
        codes.push(Code::Unauthenticated);
    }
    if matches!(E::ACCESS, Access::Person(_)) {
        codes.extend([Code::Forbidden, Code::HospitalUnavailable]);
    }
    for code in E::PROBLEMS {
        codes.push(*code);
    }
    codes.sort_unstable();
    codes.dedup();
    codes
}

fn refusal(codes: &[Code], problem: &Schema) -> Value {
    let words: Vec<&str> = codes.iter().map(|code| code.as_str()).collect();
    let mut refusal = json!({
        "description": words.join(", "),
        "content": { "application/problem+json": { "schema": {
            "allOf": [problem],
            "properties": { "code": { "enum": words }, "status": { "const": codes[0].status() } },
        } } },
    });
    if matches!(codes[0].status(), 429 | 503) {
        refusal["headers"] = headers(&["Retry-After"]);
    }
    refusal
}

fn headers(names: &[&str]) -> Value {
    let header = |name: &&str| {
        let schema = match *name {
            "Retry-After" => json!({ "type": "integer", "minimum": 0, "description": "Seconds." }),
            _ => json!({ "type": "string" }),
        };
        (
            (*name).to_owned(),
            json!({ "required": true, "schema": schema }),
        )
    };
    names
        .iter()
        .map(header)
        .collect::<Map<String, Value>>()
        .into()
}

fn parameters<E: Endpoint>() -> Vec<Value> {
    let mut parameters = Vec::new();
    for name in E::PATH
        .split('{')
        .skip(1)
        .filter_map(|rest| rest.split('}').next())
    {
        parameters.push(json!({
            "name": name, "in": "path", "required": true,
            "schema": { "type": "string", "pattern": "^[A-Za-z0-9._~-]{1,128}$" },
        }));
    }
    for name in E::QUERY {
        let schema = match *name {
            "days" => json!({ "type": "integer", "minimum": 1, "maximum": 16, "default": 7 }),
            "limit" => json!({ "type": "integer", "minimum": 1, "maximum": 200, "default": 50 }),
            "from" | "date" => json!({ "type": "string", "format": "date" }),
            _ => json!({ "type": "string" }),
        };
        parameters.push(json!({ "name": name, "in": "query", "schema": schema }));
    }
    if E::IDEMPOTENCY == Idempotency::Needed {
        parameters.push(json!({
            "name": "Idempotency-Key", "in": "header", "required": true,
            "schema": { "type": "string", "pattern": "^[A-Za-z0-9_-]{8,64}$" },
        }));
    }
    parameters
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_is_there_and_every_reference_leads_somewhere() {
        let document = document("1");
        let paths = document["paths"].as_object().unwrap();
        let operations: usize = paths
            .values()
            .map(|path| path.as_object().unwrap().len())
            .sum();
        // Two of one path and method would be one.
        let mut all = 0;
        macro_rules! count {
            ($name:ident) => {
                all += 1;
            };
        }
        api::for_each_endpoint!(count);
        assert_eq!(operations, all);
        let text = document.to_string();
        for reference in text.split("\"$ref\":\"#").skip(1) {
            let pointer = reference.split('"').next().unwrap();
            assert!(document.pointer(pointer).is_some(), "{pointer}");
        }
    }

    #[test]
    fn absent_values_of_answers_are_null_and_unknown_fields_of_bodies_refused() {
        let document = document("1");
        let schemas = &document["components"]["schemas"];
        let required = schemas["Appointment"]["required"].as_array().unwrap();
        assert!(required.contains(&"number".into()));
        assert_eq!(schemas["HoldRequest"]["additionalProperties"], false);
        assert!(
            !schemas["HoldRequest"]["required"]
                .as_array()
                .unwrap()
                .contains(&"care".into())
        );
    }
}
