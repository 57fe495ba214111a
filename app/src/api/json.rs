//! The browser's own JSON.

use contract::tree::{Fields, Scalar, Tree};
use js_sys::{Array, JSON, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};

/// A value that `JSON.parse` has made.
pub struct Json(pub JsValue);

impl Tree for Json {
    fn field(&self, name: &str) -> Box<dyn Tree> {
        Box::new(Self(
            Reflect::get(&self.0, &name.into()).unwrap_or(JsValue::UNDEFINED),
        ))
    }

    fn items(&self) -> Option<Vec<Box<dyn Tree>>> {
        let array: &Array = self.0.dyn_ref()?;
        Some(
            array
                .iter()
                .map(|item| Box::new(Self(item)) as Box<dyn Tree>)
                .collect(),
        )
    }

    fn text(&self) -> Option<String> {
        self.0.as_string()
    }

    fn number(&self) -> Option<f64> {
        self.0.as_f64()
    }

    fn truth(&self) -> Option<bool> {
        self.0.as_bool()
    }

    fn is_absent(&self) -> bool {
        self.0.is_null() || self.0.is_undefined()
    }
}

/// A body as text.
pub fn write(body: &dyn Fields) -> Option<String> {
    let object = Object::new();
    body.fields(&mut |name, value| {
        let value = match value {
            Scalar::Text(text) => text.into(),
            Scalar::Truth(truth) => truth.into(),
            Scalar::Texts(texts) => texts.iter().map(JsValue::from).collect::<Array>().into(),
            Scalar::Null => JsValue::NULL,
        };
        let _ = Reflect::set(&object, &name.into(), &value);
    });
    JSON::stringify(&object).ok().map(String::from)
}
