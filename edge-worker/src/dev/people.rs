//! GET /dev/people: the demo's people, with the ids that the edge gives them.

use contract::{
    Code,
    json::{self, Object, Value},
};
use serde_json::Map;

use super::control;
use crate::{
    ctx::Ctx,
    http::{AppError, Reply},
    people::person_id,
};

pub(super) async fn get(ctx: &Ctx) -> Result<Reply, AppError> {
    let people = list(ctx).await?;
    Ok(Reply::json(200, &Object(&[("people", &people)])))
}

/// The people, each with `person`, and those they act for by `person`.
pub(super) async fn list(ctx: &Ctx) -> Result<Vec<Value>, AppError> {
    let answer = control::send(ctx, "GET", "/people", Vec::new()).await?;
    let mut answer: Value = json::parse(&answer.body).ok_or(Code::Internal)?;
    let Value::Array(mut people) = answer["people"].take() else {
        return Err(Code::Internal.into());
    };
    for row in people.iter_mut().filter_map(Value::as_object_mut) {
        let person = id(ctx, row);
        row.insert("person".to_owned(), person);
        let acts_for = row.get_mut("acts_for").and_then(Value::as_array_mut);
        for other in acts_for
            .into_iter()
            .flatten()
            .filter_map(Value::as_object_mut)
        {
            let person = id(ctx, other);
            other.remove("id_type");
            other.remove("id_number");
            other.insert("person".to_owned(), person);
        }
    }
    Ok(people)
}

fn id(ctx: &Ctx, row: &Map<String, Value>) -> Value {
    let id_type = row.get("id_type").and_then(|word| json::read(word).ok());
    let number = row.get("id_number").and_then(Value::as_str);
    match (id_type, number) {
        (Some(id_type), Some(number)) => person_id(&ctx.config.secrets, id_type, number)
            .to_string()
            .into(),
        _ => Value::Null,
    }
}
