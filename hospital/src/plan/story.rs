//! People with stories, for demonstrations and tests.

use jiff::civil::Date;

use crate::{
    calendar::plus_days,
    identity::resident_number,
    plan::person::{ConsentState, Part, Person, Proxy, Sex},
};

/// Every right there is.
pub const ALL_RIGHTS: &[&str] = &["book", "pay", "view_reports", "manage"];
/// What a grown-up child usually gets.
const HELPER_RIGHTS: &[&str] = &["book", "pay", "view_reports"];

/// Index of the elder with diabetes.
pub const ELDER: usize = 0;
/// Index of her daughter.
pub const DAUGHTER: usize = 1;
/// Index of the young father.
pub const FATHER: usize = 2;
/// Index of his child.
pub const CHILD: usize = 3;
/// Index of the one with two no-shows.
pub const TWO_NO_SHOWS: usize = 4;
/// Index of the one who is blocked.
pub const BLOCKED: usize = 5;
/// Index of the one whose visit the hospital called off.
pub const STOPPED: usize = 15;
/// Index of the one with a critical value.
pub const CRITICAL: usize = 16;
/// Index of the one whose visit is too near to cancel freely.
pub const SOON: usize = 17;

struct Sketch {
    name: &'static str,
    sex: Sex,
    /// Years before today, then days before that birthday.
    age: (i64, i64),
    document: Document,
    phone: Option<&'static str>,
    bound: bool,
    community: bool,
    tags: &'static [&'static str],
    story: &'static str,
}

enum Document {
    /// Region and sequence of a resident number.
    Resident(&'static str, u16),
    /// Kind and number.
    Other(&'static str, &'static str),
}

use Document::{Other, Resident};
use Sex::{Female, Male};

#[rustfmt::skip] // a table reads better as one
const SKETCHES: &[Sketch] = &[
    Sketch { name: "王桂兰", sex: Female, age: (76, 40), document: Resident("310104", 28), phone: Some("13800000001"), bound: true, community: true,
        tags: &["elder", "diabetes", "reports"], story: "76岁，糖尿病多年，有两年的血糖和糖化血红蛋白记录，近日有内分泌科复诊预约；女儿陈静可代她预约、缴费、看报告。" },
    Sketch { name: "陈静", sex: Female, age: (48, 120), document: Resident("310104", 46), phone: Some("13800000002"), bound: true, community: true,
        tags: &["proxy", "daughter"], story: "王桂兰的女儿，可代母亲预约、缴费、看报告，不能管理授权。" },
    Sketch { name: "李强", sex: Male, age: (32, 200), document: Resident("110108", 15), phone: Some("13800000003"), bound: true, community: true,
        tags: &["proxy", "guardian", "father"], story: "年轻的父亲，四岁孩子李沐阳的监护人，也能管理孩子的授权。" },
    Sketch { name: "李沐阳", sex: Male, age: (4, 90), document: Resident("110108", 37), phone: None, bound: false, community: true,
        tags: &["child"], story: "四岁，由父亲李强代办一切。" },
    Sketch { name: "周明", sex: Male, age: (41, 33), document: Resident("420106", 51), phone: Some("13800000005"), bound: true, community: false,
        tags: &["two_no_shows"], story: "一年内爽约两次，再有一次就会被暂停线上预约。" },
    Sketch { name: "吴刚", sex: Male, age: (36, 250), document: Resident("440103", 73), phone: Some("13800000006"), bound: true, community: false,
        tags: &["blocked"], story: "一年内爽约三次，最近一次在三天前，线上预约暂停七天。" },
    Sketch { name: "张敏", sex: Female, age: (45, 77), document: Resident("320102", 62), phone: Some("13800000007"), bound: true, community: false,
        tags: &["twin"], story: "与另一位张敏同名同生日，是两个人。" },
    Sketch { name: "张敏", sex: Female, age: (45, 77), document: Resident("510104", 84), phone: Some("13800000008"), bound: true, community: false,
        tags: &["twin"], story: "与另一位张敏同名同生日，是两个人。" },
    Sketch { name: "刘㛃", sex: Female, age: (29, 15), document: Resident("370102", 20), phone: Some("13800000009"), bound: true, community: false,
        tags: &["rare_name"], story: "名字里有生僻字㛃。" },
    Sketch { name: "阿依古丽·买买提", sex: Female, age: (38, 310), document: Resident("650102", 42), phone: Some("13800000010"), bound: true, community: true,
        tags: &["minority_name"], story: "少数民族姓名，中间有间隔号。" },
    Sketch { name: "赵丽", sex: Female, age: (52, 5), document: Resident("330106", 66), phone: Some("13800000011"), bound: false, community: false,
        tags: &["unbound"], story: "医院有她的档案和手机号，但尚未绑定；可用姓名、证件号和手机号自己绑定。" },
    Sketch { name: "Maria Fernandes", sex: Female, age: (34, 140), document: Other("passport", "FN482913"), phone: Some("13800000012"), bound: true, community: false,
        tags: &["foreigner"], story: "外籍患者，持护照就诊。" },
    Sketch { name: "孙浩", sex: Male, age: (50, 60), document: Resident("130102", 91), phone: Some("13800000013"), bound: true, community: false,
        tags: &["expired_consent"], story: "曾获授权为孙守义代办，授权已到期。" },
    Sketch { name: "孙守义", sex: Male, age: (79, 180), document: Resident("130102", 17), phone: Some("13800000014"), bound: true, community: false,
        tags: &["elder"], story: "79岁；给儿子孙浩的授权已到期，给邻居高翔的授权已撤回。" },
    Sketch { name: "高翔", sex: Male, age: (44, 222), document: Resident("410102", 35), phone: Some("13800000015"), bound: true, community: false,
        tags: &["revoked_consent"], story: "曾获授权为孙守义代办，授权已被本人撤回。" },
    Sketch { name: "何秀珍", sex: Female, age: (67, 301), document: Resident("430102", 58), phone: Some("13800000016"), bound: true, community: false,
        tags: &["stopped_visit"], story: "预约的医生停诊，医院取消了她的预约，不算她爽约。" },
    Sketch { name: "郑国栋", sex: Male, age: (58, 100), document: Resident("350102", 79), phone: Some("13800000017"), bound: true, community: false,
        tags: &["critical_report"], story: "最近一次肾功能检查血钾达到危急值。" },
    Sketch { name: "林悦", sex: Female, age: (31, 12), document: Resident("440305", 24), phone: Some("13800000018"), bound: true, community: true,
        tags: &["proxy", "guardian", "visit_soon"], story: "明天上午有预约，取消时已过免责时限；也是新生儿林小满的监护人。" },
    Sketch { name: "林小满", sex: Female, age: (0, 20), document: Other("birth_certificate", "Q440123456"), phone: None, bound: false, community: true,
        tags: &["child", "newborn"], story: "出生二十天，只有出生医学证明。" },
    Sketch { name: "黄家豪", sex: Male, age: (40, 66), document: Other("hk_macau_permit", "H04829137"), phone: Some("13800000020"), bound: true, community: false,
        tags: &["hk_macau_permit"], story: "持港澳居民来往内地通行证就诊。" },
    Sketch { name: "许雅婷", sex: Female, age: (37, 91), document: Other("taiwan_permit", "05827163"), phone: Some("13800000021"), bound: true, community: false,
        tags: &["taiwan_permit"], story: "持台湾居民来往大陆通行证就诊。" },
];

/// The people with stories, with ages as of `today`.
pub fn people(today: Date) -> Vec<Person> {
    let mut people: Vec<Person> = SKETCHES
        .iter()
        .enumerate()
        .map(|(index, sketch)| drawn(index, sketch, today))
        .collect();
    let mut lets = |proxy: usize, patient, relation, role, rights, state| {
        people[proxy].acts_for.push(Proxy {
            patient,
            relation,
            role,
            rights,
            state,
        });
    };
    let active = ConsentState::Active;
    lets(DAUGHTER, ELDER, "child", "DAU", HELPER_RIGHTS, active);
    lets(FATHER, CHILD, "guardian", "GUARD", ALL_RIGHTS, active);
    lets(SOON, SOON + 1, "guardian", "GUARD", ALL_RIGHTS, active);
    lets(12, 13, "child", "SON", HELPER_RIGHTS, ConsentState::Expired);
    lets(
        14,
        13,
        "other",
        "NBOR",
        HELPER_RIGHTS,
        ConsentState::Revoked,
    );
    people
}

fn drawn(index: usize, sketch: &Sketch, today: Date) -> Person {
    let (years, days) = sketch.age;
    let years = i16::try_from(years).unwrap_or(0);
    // A leap day's birthday is moved to the day before.
    let birthday = Date::new(today.year() - years, today.month(), today.day())
        .unwrap_or_else(|_| Date::constant(2000, 2, 28).with_year(today.year() - years));
    let birth = plus_days(birthday, -days);
    let (id_type, id_number) = match sketch.document {
        Resident(region, sequence) => ("resident", resident_number(region, birth, sequence)),
        Other(kind, number) => (kind, number.to_owned()),
    };
    Person {
        index,
        name: sketch.name.to_owned(),
        sex: sketch.sex,
        birth,
        id_type,
        id_number,
        phone: sketch.phone.map(str::to_owned),
        bound: sketch.bound,
        hospitals: [true, sketch.community],
        part: Part::Story,
        acts_for: Vec::new(),
        tags: sketch.tags.to_vec(),
        story: sketch.story.to_owned(),
    }
}

/// Puts a day into another year.
trait WithYear {
    fn with_year(self, year: i16) -> Self;
}

impl WithYear for Date {
    fn with_year(self, year: i16) -> Self {
        self.with().year(year).build().unwrap_or(self)
    }
}
