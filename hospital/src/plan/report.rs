//! Reports of laboratory and imaging.

use jiff::{ToSpan, civil::DateTime};

use crate::{
    calendar::{at, plus_days},
    data::{
        labs::{self, Finding, PANELS, Panel, Test},
        texts::TEXT_REPORTS,
    },
    plan::{World, person::Person, story},
    profile::Profile,
    rng::Rng,
};

/// How many regular patients have reports.
const WITH_REPORTS: (usize, usize) = (160, 30);

/// How far a report is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Not signed: nobody outside may see it.
    Preliminary,
    /// Signed.
    Final,
    /// Changed after it was signed.
    Amended,
}

/// One value.
#[derive(Clone, Debug)]
pub enum Measured {
    /// A number as printed, and its mark (`N`, `H`, `LL`, ...).
    Number(&'static Test, String, &'static str),
    /// A word, and whether it is the worrying one.
    Word(&'static Finding, bool),
}

/// A report.
#[derive(Clone, Debug)]
pub struct Report {
    /// Part of its id, unlike any other's in the hospital.
    pub key: String,
    /// Index of the patient.
    pub patient: usize,
    /// Title.
    pub title: &'static str,
    /// LOINC code, or "".
    pub loinc: &'static str,
    /// Category (v2-0074): `LAB`, `RAD`, `EC`.
    pub category: &'static str,
    /// When it was issued.
    pub issued: DateTime,
    /// How far it is.
    pub stage: Stage,
    /// Its values.
    pub values: Vec<Measured>,
    /// Whether the laboratory marks them.
    pub marked: bool,
    /// What it says in words.
    pub conclusion: Option<String>,
    /// Whether a PDF comes with it.
    pub pdf: bool,
}

/// All reports of a hospital.
pub fn reports(world: &World) -> Vec<Report> {
    let mut reports = Vec::new();
    if world.profile == Profile::General {
        stories(world, &mut reports);
    }
    let many = match world.profile {
        Profile::General => WITH_REPORTS.0,
        Profile::Community => WITH_REPORTS.1,
    };
    for person in world.regulars().take(many) {
        let mut rng = Rng::new(world.seed, "report", person.index as u64);
        for turn in 0..=rng.index(4) {
            let ago = rng.between(1, 500);
            let issued = at(plus_days(world.today, -ago), 0)
                .saturating_add(rng.between(9 * 60, 17 * 60).minutes());
            let key = format!("{:05}-{turn:02}", person.index);
            let mut report = if rng.chance(70) {
                laboratory(
                    key,
                    person.index,
                    &PANELS[rng.index(PANELS.len())],
                    issued,
                    &mut rng,
                )
            } else {
                in_words(key, person.index, rng.index(TEXT_REPORTS.len()), issued)
            };
            report.pdf = rng.chance(30);
            reports.push(report);
        }
    }
    reports
}

/// What is measured in one person, drawn from how people are.
pub fn laboratory(
    key: String,
    patient: usize,
    panel: &'static Panel,
    issued: DateTime,
    rng: &mut Rng,
) -> Report {
    let mut values: Vec<Measured> = panel
        .tests
        .iter()
        .map(|test| {
            // The sum of four draws is near enough to how such things spread.
            let bell = (0..4).map(|_| rng.unit()).sum::<f64>() - 2.0;
            number(test, test.usual.0 + bell * 1.7 * test.usual.1)
        })
        .collect();
    values.extend(
        panel
            .findings
            .iter()
            .map(|finding| Measured::Word(finding, rng.chance(8))),
    );
    Report {
        key,
        patient,
        title: panel.title,
        loinc: panel.loinc,
        category: "LAB",
        issued,
        stage: Stage::Final,
        values,
        marked: panel.marked,
        conclusion: None,
        pdf: false,
    }
}

/// A value with its mark.
fn number(test: &'static Test, value: f64) -> Measured {
    let text = format!("{:.*}", test.decimals, value.max(0.0));
    // The mark is of what is printed, not of what was measured.
    let shown: f64 = text.parse().unwrap_or(value);
    let under = |limit: Option<f64>| limit.is_some_and(|limit| shown < limit);
    let over = |limit: Option<f64>| limit.is_some_and(|limit| shown > limit);
    let mark = if under(test.critical.0) {
        "LL"
    } else if over(test.critical.1) {
        "HH"
    } else if under(test.range.0) {
        "L"
    } else if over(test.range.1) {
        "H"
    } else {
        "N"
    };
    Measured::Number(test, text, mark)
}

fn in_words(key: String, patient: usize, which: usize, issued: DateTime) -> Report {
    let (title, category, loinc, text) = TEXT_REPORTS[which];
    Report {
        key,
        patient,
        title,
        loinc,
        category,
        issued,
        stage: Stage::Final,
        values: Vec::new(),
        marked: true,
        conclusion: Some(text.to_owned()),
        pdf: false,
    }
}

fn stories(world: &World, reports: &mut Vec<Report>) {
    elder(world, reports);
    critical(world, reports);
    for person in &world.people {
        if !person.tags.is_empty() && !person.story.is_empty() && person.index != story::ELDER {
            reports.push(check_up(world, person));
        }
    }
}

/// Everybody with a story has one ordinary report of their own.
fn check_up(world: &World, person: &Person) -> Report {
    let mut rng = Rng::new(world.seed, "check-up", person.index as u64);
    let issued =
        at(plus_days(world.today, -20), 10 * 60).saturating_add(rng.between(0, 59).minutes());
    let key = format!("{:05}-00", person.index);
    laboratory(
        key,
        person.index,
        &PANELS[labs::BLOOD_COUNT],
        issued,
        &mut rng,
    )
}

/// Two years of glucose and `HbA1c` on the way down, and what else comes with diabetes.
fn elder(world: &World, reports: &mut Vec<Report>) {
    const SERIES: &[(i64, f64, f64)] = &[
        (720, 10.8, 9.2),
        (632, 9.9, 8.7),
        (540, 9.1, 8.3),
        (452, 8.8, 8.0),
        (363, 8.2, 7.7),
        (271, 7.9, 7.5),
        (183, 8.6, 7.8),
        (92, 7.4, 7.2),
        (6, 7.1, 7.0),
    ];
    let mut rng = Rng::new(world.seed, "elder", 0);
    let issued = |ago: i64| at(plus_days(world.today, -ago), 10 * 60 + 25);
    let key = |turn: usize| format!("{:05}-{turn:02}", story::ELDER);
    let glucose = &PANELS[labs::GLUCOSE];
    for (turn, &(ago, sugar, long_term)) in SERIES.iter().enumerate() {
        let mut report = laboratory(key(turn), story::ELDER, glucose, issued(ago), &mut rng);
        report.values = vec![
            number(&glucose.tests[0], sugar),
            number(&glucose.tests[1], long_term),
        ];
        report.pdf = turn + 2 >= SERIES.len();
        reports.push(report);
    }
    let others = [
        (labs::LIPIDS, 92, Stage::Final, true),
        (labs::KIDNEY, 92, Stage::Amended, false),
        (labs::URINE, 92, Stage::Final, false),
        (labs::BLOOD_COUNT, 1, Stage::Preliminary, false),
    ];
    for (turn, (panel, ago, stage, pdf)) in others.into_iter().enumerate() {
        let mut report = laboratory(
            key(20 + turn),
            story::ELDER,
            &PANELS[panel],
            issued(ago),
            &mut rng,
        );
        report.stage = stage;
        report.pdf = pdf;
        if stage == Stage::Amended {
            report.conclusion = Some("更正：复核后肌酐结果已更新，以本报告为准。".to_owned());
        }
        reports.push(report);
    }
    for (turn, (title, ago)) in [("颈动脉超声", 150), ("十二导联心电图", 40)]
        .into_iter()
        .enumerate()
    {
        if let Some(which) = TEXT_REPORTS.iter().position(|report| report.0 == title) {
            let mut report = in_words(key(30 + turn), story::ELDER, which, issued(ago));
            report.pdf = turn == 0;
            reports.push(report);
        }
    }
}

/// Potassium so high that the laboratory telephones.
fn critical(world: &World, reports: &mut Vec<Report>) {
    let panel = &PANELS[labs::KIDNEY];
    let mut rng = Rng::new(world.seed, "critical", 0);
    let key = format!("{:05}-01", story::CRITICAL);
    let issued = at(plus_days(world.today, -2), 11 * 60 + 5);
    let mut report = laboratory(key, story::CRITICAL, panel, issued, &mut rng);
    for (place, value) in [(0, 18.4), (1, 412.0), (3, 6.81)] {
        report.values[place] = number(&panel.tests[place], value);
    }
    report.conclusion = Some("血钾达到危急值，已电话通知临床。".to_owned());
    report.pdf = true;
    reports.push(report);
}
