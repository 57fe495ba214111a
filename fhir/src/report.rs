//! Reports: `DiagnosticReport` and the Observations it names.

use contract::{Flag, Map, Range, ReportCategory, ReportResult, ReportStatus};
use jiff::Timestamp;
use serde_json::Number;

use crate::datatypes::{Attachment, CodeableConcept, Quantity};
use crate::resources::{DiagnosticReport, Measured, Observation, ReferenceRange};
use crate::{Stored, time};

const INTERPRETATION: &str = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation";
const SERVICE_SECTION: &str = "http://terminology.hl7.org/CodeSystem/v2-0074";
const LOINC: &str = "http://loinc.org";

/// A report that the hospital has issued.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// Id of the `DiagnosticReport`.
    pub id: String,
    /// Id of the Patient.
    pub patient: String,
    /// What was examined.
    pub title: String,
    /// Laboratory, imaging, other.
    pub category: ReportCategory,
    /// When it was issued, else when the examination was.
    pub issued: Option<Timestamp>,
    /// Final, amended or corrected.
    pub status: ReportStatus,
    /// In words.
    pub conclusion: Option<String>,
    /// Ids of the Observations, in the laboratory's order.
    pub results: Vec<String>,
    /// The report as a PDF.
    pub pdf: Option<Document>,
}

/// Where a document is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Document {
    /// Base64.
    Inside(String),
    /// URL as the hospital wrote it; whoever fetches it checks that it is the hospital's own.
    At(String),
}

impl Report {
    /// Reads a stored report; `None` for one that is not issued (registered, partial,
    /// preliminary, cancelled, entered in error) or names no patient.
    pub fn read(stored: &Stored) -> Option<Self> {
        let report: DiagnosticReport = stored.read()?;
        let status = match report.status.as_str() {
            "final" => ReportStatus::Final,
            "amended" | "appended" => ReportStatus::Amended,
            "corrected" => ReportStatus::Corrected,
            _ => return None,
        };
        let issued = report
            .issued
            .as_deref()
            .or(report.effective_date_time.as_deref());
        let conclusion = report.conclusion.clone().or_else(|| {
            let codes: Vec<&str> = report
                .conclusion_code
                .iter()
                .filter_map(CodeableConcept::label)
                .collect();
            (!codes.is_empty()).then(|| codes.join("\n"))
        });
        Some(Self {
            patient: report.subject.id_of("Patient")?.to_owned(),
            title: report.code.label().unwrap_or_default().to_owned(),
            category: category(&report.category),
            issued: issued.and_then(time::parse),
            status,
            conclusion,
            results: report
                .result
                .iter()
                .filter_map(|result| result.id_of("Observation"))
                .map(str::to_owned)
                .collect(),
            pdf: report.presented_form.iter().find_map(pdf),
            id: report.id,
        })
    }
}

/// The values of one report, from the Observations found: those that are the same patient's and
/// not withdrawn. A value in parts stands as its parts.
pub fn results(report: &Report, observations: &Map<String, Observation>) -> Vec<ReportResult> {
    let mut results = Vec::new();
    let found = report
        .results
        .iter()
        .filter_map(|id| observations.get(id))
        .filter(|one| {
            one.subject.id_of("Patient") == Some(&report.patient)
                && !matches!(one.status.as_str(), "cancelled" | "entered-in-error")
        });
    for observation in found {
        let whole = result(&observation.code, &observation.measured);
        if whole.value.is_some() || observation.component.is_empty() {
            results.push(whole);
        }
        results.extend(
            observation
                .component
                .iter()
                .map(|part| result(&part.code, &part.measured)),
        );
    }
    results
}

/// The Observations among what was found, by id.
pub fn observations(found: &[Stored]) -> Map<String, Observation> {
    found
        .iter()
        .filter(|stored| stored.kind() == "Observation")
        .filter_map(|stored| Some((stored.id().to_owned(), stored.read()?)))
        .collect()
}

fn category(concepts: &[CodeableConcept]) -> ReportCategory {
    let code = concepts
        .iter()
        .find_map(|concept| concept.code(SERVICE_SECTION));
    match code {
        Some(
            "LAB" | "AU" | "BG" | "BLB" | "CG" | "CH" | "CP" | "GE" | "HM" | "IMM" | "MB" | "MCB"
            | "MYC" | "SP" | "SR" | "TX" | "VR" | "URN",
        ) => ReportCategory::Laboratory,
        Some(
            "RAD" | "CT" | "CUS" | "NMR" | "NMS" | "OUS" | "RUS" | "RX" | "VUS" | "XRC" | "IMG"
            | "DX",
        ) => ReportCategory::Imaging,
        _ => ReportCategory::Other,
    }
}

fn pdf(attachment: &Attachment) -> Option<Document> {
    let kind = attachment
        .content_type
        .as_deref()?
        .split(';')
        .next()?
        .trim();
    if !kind.eq_ignore_ascii_case("application/pdf") {
        return None;
    }
    let inside = attachment.data.clone().map(Document::Inside);
    inside.or_else(|| attachment.url.clone().map(Document::At))
}

fn result(code: &CodeableConcept, measured: &Measured) -> ReportResult {
    let range = measured.reference_range.first().map(range);
    let number = measured
        .value_quantity
        .as_ref()
        .filter(|quantity| quantity.comparator.is_none())
        .and_then(|quantity| float(quantity.value.as_ref()?))
        // FHIR integers have 32 bits.
        .or_else(|| {
            measured
                .value_integer
                .and_then(|it| i32::try_from(it).ok())
                .map(f64::from)
        });
    // What the hospital judged stands, in words we do not know as well: then nothing is flagged.
    let flag = match measured.interpretation.as_slice() {
        [] => number
            .zip(range.as_ref())
            .and_then(|(number, range)| rules::report::flag(number, range)),
        judged => interpretation(judged),
    };
    ReportResult {
        code: code
            .code(LOINC)
            .or_else(|| code.coding.first()?.code.as_deref())
            .map(str::to_owned),
        name: code.label().unwrap_or_default().to_owned(),
        value: written(measured),
        value_number: number,
        unit: measured
            .value_quantity
            .as_ref()
            .and_then(|quantity| quantity.unit.clone().or_else(|| quantity.code.clone())),
        range,
        flag,
    }
}

/// The value as the laboratory wrote it, without its unit.
fn written(measured: &Measured) -> Option<String> {
    if let Some(quantity) = &measured.value_quantity {
        let value = quantity.value.as_ref()?;
        return Some(format!(
            "{}{value}",
            quantity.comparator.as_deref().unwrap_or_default()
        ));
    }
    let concept = measured
        .value_codeable_concept
        .as_ref()
        .and_then(CodeableConcept::label);
    measured
        .value_string
        .clone()
        .or_else(|| measured.value_integer.map(|whole| whole.to_string()))
        .or_else(|| concept.map(str::to_owned))
        .or_else(|| {
            measured
                .value_boolean
                .map(|yes| if yes { "+" } else { "-" }.to_owned())
        })
}

fn range(range: &ReferenceRange) -> Range {
    let number = |quantity: &Option<Quantity>| {
        quantity
            .as_ref()
            .and_then(|quantity| quantity.value.as_ref())
            .and_then(float)
    };
    Range {
        low: number(&range.low),
        high: number(&range.high),
        text: range.text.clone(),
    }
}

/// A number of a laboratory, right to the last bit for up to 15 digits. The standard library's
/// reader is right for any number, but its tables were 2 % of the edge's script.
fn float(number: &Number) -> Option<f64> {
    let text = number.as_str().to_ascii_lowercase();
    let (number, power) = text.split_once('e').unwrap_or((&text, "0"));
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    let sign = if whole.starts_with('-') { -1.0 } else { 1.0 };
    let digits = whole.bytes().chain(part.bytes());
    let digits = digits
        .filter(u8::is_ascii_digit)
        .map(|it| f64::from(it - b'0'));
    let digits = digits.fold(0.0, |all, digit| all * 10.0 + digit);
    let power = power.parse::<i32>().ok()? - i32::try_from(part.len()).ok()?;
    // Divided, not multiplied by a fraction: powers of ten are exact, their fractions are not.
    let value = match power {
        0.. => digits * 10f64.powi(power),
        _ => digits / 10f64.powi(-power),
    };
    value.is_finite().then_some(sign * value)
}

/// The hospital's own judgement, when it says one we know.
fn interpretation(concepts: &[CodeableConcept]) -> Option<Flag> {
    concepts.iter().find_map(|concept| {
        let code = concept.code(INTERPRETATION).or_else(|| {
            // Some laboratories write the letters without their system.
            concept
                .coding
                .iter()
                .find(|coding| coding.system.is_none())?
                .code
                .as_deref()
        })?;
        Some(match code {
            "N" | "NEG" | "ND" => Flag::Normal,
            "L" | "LU" | "LX" => Flag::Low,
            "H" | "HU" | "HX" => Flag::High,
            "LL" => Flag::CriticalLow,
            "HH" => Flag::CriticalHigh,
            "A" | "AA" | "POS" | "DET" | "R" => Flag::Abnormal,
            _ => return None,
        })
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn stored(value: &str) -> Stored {
        Stored::new(serde_json::from_str(value).unwrap()).unwrap()
    }

    fn report(status: &str) -> Option<Report> {
        Report::read(&stored(&format!(
            r#"{{"resourceType":"DiagnosticReport","id":"r","status":"{status}",
            "category":[{{"coding":[{{"system":"{SERVICE_SECTION}","code":"LAB"}}]}}],
            "code":{{"text":"血脂四项"}},"subject":{{"reference":"Patient/p"}},
            "issued":"2026-11-20T10:00:00+08:00","conclusion":"总胆固醇升高",
            "result":[{{"reference":"Observation/o1"}},{{"reference":"Observation/o2"}}],
            "presentedForm":[{{"contentType":"text/html","data":"eA=="}},
                             {{"contentType":"application/pdf","url":"Binary/b"}}]}}"#
        )))
    }

    /// The result of one Observation with these elements.
    fn one(elements: &str) -> ReportResult {
        let text = format!(
            r#"{{"resourceType":"Observation","id":"o1","status":"final",
            "subject":{{"reference":"Patient/p"}},
            "code":{{"coding":[{{"system":"{LOINC}","code":"2093-3"}}],"text":"总胆固醇"}},{elements}}}"#
        );
        let found = observations(&[stored(&text)]);
        results(&report("final").unwrap(), &found).remove(0)
    }

    #[test]
    fn only_what_was_issued_is_a_report() {
        let known = report("final").unwrap();
        assert_eq!(known.title, "血脂四项");
        assert_eq!(known.category, ReportCategory::Laboratory);
        assert_eq!(known.pdf, Some(Document::At("Binary/b".into())));
        assert_eq!(report("amended").unwrap().status, ReportStatus::Amended);
        assert_eq!(report("corrected").unwrap().status, ReportStatus::Corrected);
        for status in [
            "registered",
            "partial",
            "preliminary",
            "cancelled",
            "entered-in-error",
            "",
        ] {
            assert_eq!(report(status), None, "{status}");
        }
    }

    #[test]
    fn a_value_stays_as_written() {
        let value = one(r#""valueQuantity":{"value":5.10,"unit":"mmol/L"},
            "referenceRange":[{"low":{"value":2.8},"high":{"value":5.17},"text":"2.80-5.17"}]"#);
        assert_eq!(value.value.as_deref(), Some("5.10"));
        assert_eq!(value.value_number, Some(5.1));
        assert_eq!(value.unit.as_deref(), Some("mmol/L"));
        assert_eq!(value.flag, Some(Flag::Normal));
        assert_eq!(
            (value.code.as_deref(), value.name.as_str()),
            (Some("2093-3"), "总胆固醇")
        );
        let below = one(r#""valueQuantity":{"value":0.01,"comparator":"<","unit":"IU/mL"}"#);
        assert_eq!(
            (below.value.as_deref(), below.value_number),
            (Some("<0.01"), None)
        );
        let text = one(r#""valueCodeableConcept":{"text":"阴性"}"#);
        assert_eq!((text.value.as_deref(), text.flag), (Some("阴性"), None));
    }

    #[test]
    fn the_hospitals_judgement_wins() {
        let judged = |code: &str| {
            one(&format!(
                r#""valueQuantity":{{"value":9.9}},"referenceRange":[{{"high":{{"value":5}}}}],
                "interpretation":[{{"coding":[{{"system":"{INTERPRETATION}","code":"{code}"}}]}}]"#
            ))
            .flag
        };
        assert_eq!(judged("N"), Some(Flag::Normal));
        assert_eq!(judged("HH"), Some(Flag::CriticalHigh));
        assert_eq!(judged("LL"), Some(Flag::CriticalLow));
        assert_eq!(judged("A"), Some(Flag::Abnormal));
        // The range does not speak against one we do not know.
        assert_eq!(judged("IND"), None);
    }

    #[test]
    fn another_patients_or_withdrawn_values_are_not_shown() {
        let mut found = observations(&[
            stored(
                r#"{"resourceType":"Observation","id":"o1","status":"entered-in-error","subject":{"reference":"Patient/p"},"code":{},"valueString":"1"}"#,
            ),
            stored(
                r#"{"resourceType":"Observation","id":"o2","status":"final","subject":{"reference":"Patient/q"},"code":{},"valueString":"2"}"#,
            ),
        ]);
        let report = report("final").unwrap();
        assert_eq!(results(&report, &found), []);
        let two = found.get_mut("o2").unwrap();
        two.subject.reference = Some("Patient/p".into());
        assert_eq!(results(&report, &found).len(), 1);
    }

    #[test]
    fn parts_stand_for_a_value_without_its_own() {
        let parts: Value = json!({"resourceType":"Observation","id":"o1","status":"final",
            "subject":{"reference":"Patient/p"},"code":{"text":"血压"},"component":[
                {"code":{"text":"收缩压"},"valueQuantity":{"value":128}},
                {"code":{"text":"舒张压"},"valueQuantity":{"value":81}}]});
        let found = observations(&[Stored::new(parts).unwrap()]);
        let names: Vec<String> = results(&report("final").unwrap(), &found)
            .into_iter()
            .map(|r| r.name)
            .collect();
        assert_eq!(names, ["收缩压", "舒张压"]);
    }
}
