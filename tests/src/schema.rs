//! Every answer that a test sees is held against the OpenAPI document that the edge serves:
//! its status must be documented there, and its body must satisfy the schema given.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use jsonschema::Validator;
use serde_json::{Value, json};

use crate::http::{Raw, get_json};

/// The served document, its schemas compiled when first needed.
pub struct Document {
    openapi: Value,
    compiled: Mutex<HashMap<String, Arc<Validator>>>,
}

impl Document {
    /// Fetches `GET /api/v1/openapi.json`.
    #[track_caller]
    pub fn fetch(base: &str) -> Self {
        let openapi = get_json(&format!("{base}/api/v1/openapi.json"));
        Self {
            openapi,
            compiled: Mutex::default(),
        }
    }

    /// The document itself.
    pub fn value(&self) -> &Value {
        &self.openapi
    }

    /// What is untrue in the document about this reply, or nothing.
    pub fn check(&self, method: &str, template: &str, raw: &Raw) -> Result<(), String> {
        let method = method.to_ascii_lowercase();
        let operation = &self.openapi["paths"][template][&method];
        if operation.is_null() {
            return Err(format!("{method} {template} is not in the document"));
        }
        let status = raw.status.to_string();
        let mut response = &operation["responses"][&status];
        if response.is_null() {
            return Err(format!(
                "{method} {template}: status {status} is not documented"
            ));
        }
        if let Some(name) = response["$ref"].as_str().and_then(|r| r.rsplit('/').next()) {
            response = &self.openapi["components"]["responses"][name];
        }
        let content_type = raw
            .header("content-type")
            .unwrap_or("")
            .split(';')
            .next()
            .unwrap_or("")
            .trim();
        if raw.body.is_empty() {
            return match response.get("content") {
                None => Ok(()),
                Some(_) if raw.status == 304 => Ok(()),
                Some(_) => Err(format!("{method} {template} {status}: body missing")),
            };
        }
        let media = &response["content"][content_type];
        if media.is_null() {
            return Err(format!(
                "{method} {template} {status}: content type {content_type:?} is not documented"
            ));
        }
        if !content_type.ends_with("json") {
            return Ok(());
        }
        let body: Value = serde_json::from_slice(&raw.body)
            .map_err(|e| format!("{method} {template} {status}: not JSON: {e}"))?;
        let key = format!("{method} {template} {status} {content_type}");
        let validator = self.validator(&key, &media["schema"])?;
        let errors: Vec<String> = validator
            .iter_errors(&body)
            .take(5)
            .map(|e| format!("{} at {}", e.masked(), e.instance_path()))
            .collect();
        if errors.is_empty() {
            Ok(())
        } else {
            Err(format!("{key}: {}", errors.join("; ")))
        }
    }

    fn validator(&self, key: &str, schema: &Value) -> Result<Arc<Validator>, String> {
        let mut compiled = self.compiled.lock().unwrap();
        if let Some(validator) = compiled.get(key) {
            return Ok(validator.clone());
        }
        let whole = json!({ "allOf": [schema], "components": self.openapi["components"] });
        let validator = Arc::new(
            jsonschema::draft202012::new(&whole).map_err(|e| format!("{key}: bad schema: {e}"))?,
        );
        compiled.insert(key.to_owned(), validator.clone());
        Ok(validator)
    }
}
