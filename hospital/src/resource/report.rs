//! Reports and their values.

use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::{ToSpan, civil::DateTime};
use serde_json::{Number, Value, json};

use crate::{
    calendar::instant,
    data::labs::{Finding, PANELS, Test},
    pdf,
    plan::{
        World,
        person::Person,
        report::{Measured, Report, Stage, laboratory},
    },
    profile::Profile,
    resource::{concept, organization_id, patient_id, reference},
    rng::Rng,
};

/// The values of all reports.
pub fn observations(world: &World) -> Vec<Value> {
    world
        .reports
        .iter()
        .flat_map(|report| values(world.profile, report))
        .collect()
}

/// All reports.
pub fn reports(world: &World) -> Vec<Value> {
    world
        .reports
        .iter()
        .map(|report| document(world, report))
        .collect()
}

/// A new report of somebody, signed now: its values, then itself.
pub fn laboratory_report(
    world: &World,
    person: &Person,
    stamp: &str,
    now: DateTime,
    rng: &mut Rng,
) -> Vec<Value> {
    let key = format!("{:05}-s{stamp}", person.index);
    let report = laboratory(
        key,
        person.index,
        &PANELS[rng.index(PANELS.len())],
        now,
        rng,
    );
    let mut resources = values(world.profile, &report);
    resources.push(document(world, &report));
    resources
}

fn report_id(profile: Profile, report: &Report) -> String {
    format!("{}-r-{}", profile.prefix(), report.key)
}

fn value_id(profile: Profile, report: &Report, place: usize) -> String {
    format!("{}-{:02}", report_id(profile, report), place + 1)
}

fn status(stage: Stage) -> &'static str {
    match stage {
        Stage::Preliminary => "preliminary",
        Stage::Final => "final",
        Stage::Amended => "amended",
    }
}

/// When the blood was drawn: some hours before.
fn sampled(report: &Report) -> String {
    instant(report.issued.saturating_sub(150.minutes()))
}

fn values(profile: Profile, report: &Report) -> Vec<Value> {
    let fill = |(place, measured): (usize, &Measured)| {
        let mut value = json!({
            "resourceType": "Observation",
            "id": value_id(profile, report, place),
            "status": status(report.stage),
            "category": [concept(
                "http://terminology.hl7.org/CodeSystem/observation-category",
                "laboratory",
                "检验",
            )],
            "subject": reference("Patient", &patient_id(profile, report.patient)),
            "effectiveDateTime": sampled(report),
            "issued": instant(report.issued),
            "performer": [reference("Organization", &organization_id(profile))],
        });
        let mark = match measured {
            Measured::Number(test, text, mark) => {
                value["code"] = concept("http://loinc.org", test.loinc, test.name);
                value["valueQuantity"] = quantity(test, decimal(text));
                value["referenceRange"] = json!([range(test)]);
                mark
            }
            Measured::Word(finding, odd) => {
                value["code"] = concept("http://loinc.org", finding.loinc, finding.name);
                value["valueString"] = json!(word(finding, *odd));
                value["referenceRange"] = json!([{ "text": finding.normal }]);
                if *odd { "A" } else { "N" }
            }
        };
        if report.marked {
            value["interpretation"] = json!([{ "coding": [{
                "system": "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation",
                "code": mark,
            }] }]);
        }
        value
    };
    report.values.iter().enumerate().map(fill).collect()
}

fn word(finding: &Finding, odd: bool) -> &'static str {
    if odd { finding.odd } else { finding.normal }
}

/// A number as it is printed, with its zeros.
fn decimal(text: &str) -> Value {
    text.parse::<Number>().map_or(Value::Null, Value::Number)
}

#[allow(clippy::needless_pass_by_value)] // moved by `json!`
fn quantity(test: &Test, value: Value) -> Value {
    let mut quantity = json!({
        "value": value,
        "system": "http://unitsofmeasure.org",
        "code": test.ucum,
    });
    if !test.unit.is_empty() {
        quantity["unit"] = json!(test.unit);
    }
    quantity
}

fn range(test: &Test) -> Value {
    let mut range = json!({ "text": range_text(test) });
    for (end, limit) in [("low", test.range.0), ("high", test.range.1)] {
        if let Some(limit) = limit {
            range[end] = quantity(test, decimal(&format!("{limit:.*}", test.decimals)));
        }
    }
    range
}

fn range_text(test: &Test) -> String {
    let text = |limit: f64| format!("{limit:.*}", test.decimals);
    match test.range {
        (Some(low), Some(high)) => format!("{}–{}", text(low), text(high)),
        (None, Some(high)) => format!("≤{}", text(high)),
        (Some(low), None) => format!("≥{}", text(low)),
        (None, None) => String::new(),
    }
}

fn document(world: &World, report: &Report) -> Value {
    let profile = world.profile;
    let mut code = json!({ "text": report.title });
    if !report.loinc.is_empty() {
        code = concept("http://loinc.org", report.loinc, report.title);
    }
    let category = match report.category {
        "LAB" => "检验",
        "RAD" => "影像",
        _ => "心电",
    };
    let mut document = json!({
        "resourceType": "DiagnosticReport",
        "id": report_id(profile, report),
        "status": status(report.stage),
        "category": [concept("http://terminology.hl7.org/CodeSystem/v2-0074", report.category, category)],
        "code": code,
        "subject": reference("Patient", &patient_id(profile, report.patient)),
        "effectiveDateTime": sampled(report),
        "issued": instant(report.issued),
        "performer": [reference("Organization", &organization_id(profile))],
    });
    if !report.values.is_empty() {
        document["result"] = (0..report.values.len())
            .map(|place| reference("Observation", &value_id(profile, report, place)))
            .collect();
    }
    if let Some(conclusion) = &report.conclusion {
        document["conclusion"] = json!(conclusion);
    }
    if report.pdf {
        let file = pdf::page(&printed(world, report));
        document["presentedForm"] = json!([{
            "contentType": "application/pdf",
            "language": "zh-CN",
            "data": STANDARD.encode(&file),
            "size": file.len(),
            "title": report.title,
            "creation": instant(report.issued),
        }]);
    }
    document
}

/// The report as lines on paper.
fn printed(world: &World, report: &Report) -> Vec<String> {
    let person = &world.people[report.patient];
    let mut lines = vec![
        world.profile.name().to_owned(),
        format!("{}报告单", report.title),
        format!(
            "姓名：{}    报告时间：{}",
            person.name,
            report.issued.strftime("%Y-%m-%d %H:%M")
        ),
        String::new(),
    ];
    for measured in &report.values {
        lines.push(match measured {
            Measured::Number(test, text, mark) => {
                let arrow = match *mark {
                    "H" | "HH" => "↑",
                    "L" | "LL" => "↓",
                    _ => "",
                };
                format!(
                    "{}：{text} {} {arrow}    参考范围 {}",
                    test.name,
                    test.unit,
                    range_text(test)
                )
            }
            Measured::Word(finding, odd) => {
                format!(
                    "{}：{}    参考范围 {}",
                    finding.name,
                    word(finding, *odd),
                    finding.normal
                )
            }
        });
    }
    lines.extend(report.conclusion.iter().cloned());
    lines
}
