//! Laboratory tests: LOINC codes, Chinese names, UCUM units, reference ranges of adults.

/// A test that gives a number.
#[derive(Clone, Copy, Debug)]
pub struct Test {
    /// LOINC code.
    pub loinc: &'static str,
    /// Name as printed.
    pub name: &'static str,
    /// Unit as printed.
    pub unit: &'static str,
    /// Unit in UCUM.
    pub ucum: &'static str,
    /// Reference range.
    pub range: (Option<f64>, Option<f64>),
    /// Below and above which somebody is telephoned (危急值).
    pub critical: (Option<f64>, Option<f64>),
    /// What most people have, and how far they spread.
    pub usual: (f64, f64),
    /// Decimals printed.
    pub decimals: usize,
}

/// A test that gives a word.
#[derive(Clone, Copy, Debug)]
pub struct Finding {
    /// LOINC code.
    pub loinc: &'static str,
    /// Name as printed.
    pub name: &'static str,
    /// The word of the healthy.
    pub normal: &'static str,
    /// The word that worries.
    pub odd: &'static str,
}

/// Tests reported together.
#[derive(Clone, Copy, Debug)]
pub struct Panel {
    /// Title of the report.
    pub title: &'static str,
    /// LOINC code of the panel, or "".
    pub loinc: &'static str,
    /// Its tests.
    pub tests: &'static [Test],
    /// Its tests in words.
    pub findings: &'static [Finding],
    /// Whether this laboratory marks what is high or low, or leaves it to the reader.
    pub marked: bool,
}

const fn test(
    loinc: &'static str,
    name: &'static str,
    unit: (&'static str, &'static str),
    range: (f64, f64),
    usual: (f64, f64),
    decimals: usize,
) -> Test {
    Test {
        loinc,
        name,
        unit: unit.0,
        ucum: unit.1,
        range: (Some(range.0), Some(range.1)),
        critical: (None, None),
        usual,
        decimals,
    }
}

impl Test {
    const fn below(mut self) -> Self {
        self.range.0 = None;
        self
    }

    const fn above(mut self) -> Self {
        self.range.1 = None;
        self
    }

    const fn critical(mut self, low: f64, high: f64) -> Self {
        self.critical = (Some(low), Some(high));
        self
    }
}

const G_L: (&str, &str) = ("g/L", "g/L");
const U_L: (&str, &str) = ("U/L", "U/L");
const MMOL: (&str, &str) = ("mmol/L", "mmol/L");
const UMOL: (&str, &str) = ("μmol/L", "umol/L");
const PMOL: (&str, &str) = ("pmol/L", "pmol/L");
const PERCENT: (&str, &str) = ("%", "%");
const SECONDS: (&str, &str) = ("s", "s");
const GIGA: (&str, &str) = ("10^9/L", "10*9/L");

/// Index of [`PANELS`]: blood count.
pub const BLOOD_COUNT: usize = 0;
/// Index of [`PANELS`]: lipids.
pub const LIPIDS: usize = 1;
/// Index of [`PANELS`]: kidney and electrolytes.
pub const KIDNEY: usize = 3;
/// Index of [`PANELS`]: glucose and `HbA1c`.
pub const GLUCOSE: usize = 4;
/// Index of [`PANELS`]: urine.
pub const URINE: usize = 5;

/// The panels of the laboratory.
#[rustfmt::skip] // a table reads better as one
pub const PANELS: &[Panel] = &[
    Panel { title: "血常规", loinc: "58410-2", marked: true, findings: &[], tests: &[
        test("6690-2", "白细胞计数", GIGA, (3.5, 9.5), (6.4, 1.7), 2).critical(1.0, 30.0),
        test("770-8", "中性粒细胞百分比", PERCENT, (40.0, 75.0), (58.0, 9.0), 1),
        test("736-9", "淋巴细胞百分比", PERCENT, (20.0, 50.0), (32.0, 8.0), 1),
        test("789-8", "红细胞计数", ("10^12/L", "10*12/L"), (3.8, 5.8), (4.7, 0.5), 2),
        test("718-7", "血红蛋白", G_L, (115.0, 175.0), (138.0, 15.0), 0).critical(60.0, 200.0),
        test("4544-3", "红细胞压积", PERCENT, (35.0, 50.0), (42.0, 3.8), 1),
        test("787-2", "平均红细胞体积", ("fL", "fL"), (82.0, 100.0), (91.0, 4.5), 1),
        test("777-3", "血小板计数", GIGA, (125.0, 350.0), (225.0, 55.0), 0).critical(30.0, 1000.0),
    ] },
    Panel { title: "血脂四项", loinc: "57698-3", marked: true, findings: &[], tests: &[
        test("14647-2", "总胆固醇", MMOL, (0.0, 5.2), (4.8, 0.9), 2).below(),
        test("14927-8", "甘油三酯", MMOL, (0.0, 1.7), (1.4, 0.6), 2).below(),
        test("14646-4", "高密度脂蛋白胆固醇", MMOL, (1.0, 0.0), (1.3, 0.25), 2).above(),
        test("22748-8", "低密度脂蛋白胆固醇", MMOL, (0.0, 3.4), (2.9, 0.7), 2).below(),
    ] },
    Panel { title: "肝功能", loinc: "24325-3", marked: true, findings: &[], tests: &[
        test("1742-6", "丙氨酸氨基转移酶", U_L, (7.0, 40.0), (23.0, 11.0), 0),
        test("1920-8", "天门冬氨酸氨基转移酶", U_L, (13.0, 35.0), (23.0, 8.0), 0),
        test("2324-2", "γ-谷氨酰转移酶", U_L, (7.0, 45.0), (26.0, 13.0), 0),
        test("6768-6", "碱性磷酸酶", U_L, (35.0, 135.0), (78.0, 22.0), 0),
        test("14631-6", "总胆红素", UMOL, (0.0, 21.0), (12.5, 5.0), 1).below(),
        test("2885-2", "总蛋白", G_L, (65.0, 85.0), (73.0, 4.5), 1),
        test("1751-7", "白蛋白", G_L, (40.0, 55.0), (45.0, 3.2), 1),
    ] },
    Panel { title: "肾功能、电解质", loinc: "", marked: true, findings: &[], tests: &[
        test("22664-7", "尿素", MMOL, (2.6, 8.8), (5.4, 1.6), 2),
        test("14682-9", "肌酐", UMOL, (41.0, 97.0), (70.0, 14.0), 0).critical(0.0, 650.0),
        test("14933-6", "尿酸", UMOL, (155.0, 428.0), (330.0, 75.0), 0),
        test("2823-3", "钾", MMOL, (3.5, 5.3), (4.2, 0.4), 2).critical(2.8, 6.2),
        test("2951-2", "钠", MMOL, (137.0, 147.0), (141.5, 2.3), 1).critical(120.0, 160.0),
        test("2075-0", "氯", MMOL, (99.0, 110.0), (104.0, 2.6), 1),
    ] },
    Panel { title: "血糖、糖化血红蛋白", loinc: "", marked: true, findings: &[], tests: &[
        test("14771-0", "空腹血糖", MMOL, (3.9, 6.1), (5.5, 0.8), 1).critical(2.8, 22.2),
        test("4548-4", "糖化血红蛋白", PERCENT, (4.0, 6.0), (5.6, 0.5), 1),
    ] },
    Panel { title: "尿常规", loinc: "24356-8", marked: true, tests: &[
        test("5811-5", "尿比重", ("", "1"), (1.003, 1.030), (1.016, 0.006), 3),
        test("5803-2", "尿酸碱度", ("", "1"), (4.5, 8.0), (6.1, 0.7), 1),
    ], findings: &[
        Finding { loinc: "20454-5", name: "尿蛋白", normal: "阴性", odd: "1+" },
        Finding { loinc: "25428-4", name: "尿葡萄糖", normal: "阴性", odd: "2+" },
        Finding { loinc: "2514-8", name: "尿酮体", normal: "阴性", odd: "±" },
        Finding { loinc: "5794-3", name: "尿隐血", normal: "阴性", odd: "1+" },
        Finding { loinc: "5799-2", name: "尿白细胞酯酶", normal: "阴性", odd: "2+" },
        Finding { loinc: "5802-4", name: "尿亚硝酸盐", normal: "阴性", odd: "阳性" },
    ] },
    Panel { title: "甲状腺功能", loinc: "", marked: true, findings: &[], tests: &[
        test("3016-3", "促甲状腺激素", ("mIU/L", "m[IU]/L"), (0.27, 4.20), (2.1, 1.0), 2),
        test("14928-6", "游离三碘甲状腺原氨酸", PMOL, (3.1, 6.8), (4.8, 0.7), 2),
        test("14920-3", "游离甲状腺素", PMOL, (12.0, 22.0), (16.5, 2.2), 2),
    ] },
    Panel { title: "凝血四项", loinc: "", marked: false, findings: &[], tests: &[
        test("5902-2", "凝血酶原时间", SECONDS, (9.0, 13.0), (11.2, 0.9), 1),
        test("6301-6", "国际标准化比值", ("", "1"), (0.8, 1.2), (1.0, 0.08), 2),
        test("14979-9", "活化部分凝血活酶时间", SECONDS, (25.0, 37.0), (30.5, 3.0), 1),
        test("3255-7", "纤维蛋白原", G_L, (2.0, 4.0), (2.9, 0.55), 2),
    ] },
];
