//! The document itself. That it is true of every answer, the client checks at each call.

use banzhen_tests::world::world;
use serde_json::Value;

#[test]
fn it_names_every_operation_and_resolves_every_reference() {
    let document = world().edge.document.value();
    assert!(
        document["openapi"].as_str().unwrap().starts_with("3.1"),
        "{}",
        document["openapi"]
    );
    macro_rules! has {
        ($name:ident) => {{
            use contract::Endpoint;
            type E = contract::api::$name;
            let method = E::METHOD.as_str().to_ascii_lowercase();
            let operation = &document["paths"][E::PATH][&method];
            assert!(operation.is_object(), "{method} {} is missing", E::PATH);
            assert!(
                operation["responses"][E::STATUS.to_string()].is_object(),
                "{}",
                E::NAME
            );
            for problem in E::PROBLEMS {
                let status = problem.status().to_string();
                assert!(
                    operation["responses"][&status].is_object(),
                    "{} {status}",
                    E::NAME
                );
            }
        }};
    }
    macro_rules! have {
        ($($name:ident),* $(,)?) => { $(has!($name);)* };
    }
    have!(
        GetHealth,
        GetStatus,
        ListHospitals,
        GetRules,
        ListDepartments,
        GetAvailability,
        GetDoctor,
        ListSlots,
        SendCode,
        LogIn,
        GetSession,
        LogOut,
        AddPerson,
        GetPerson,
        PlaceHold,
        ReleaseHold,
        Confirm,
        ListAppointments,
        GetAppointment,
        Cancel,
        Reschedule,
        GetOutcome,
        ListReports,
        GetReport,
    );
    every_reference(document, document);
}

fn every_reference(node: &Value, document: &Value) {
    match node {
        Value::Object(map) => {
            if let Some(Value::String(reference)) = map.get("$ref") {
                let pointer = reference.strip_prefix('#').expect("only local references");
                assert!(
                    document.pointer(pointer).is_some(),
                    "{reference} leads nowhere"
                );
            }
            map.values()
                .for_each(|child| every_reference(child, document));
        }
        Value::Array(list) => list
            .iter()
            .for_each(|child| every_reference(child, document)),
        _ => {}
    }
}
