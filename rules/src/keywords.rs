//! What people may type to find a department: its other names, common words, pinyin and initials.

/// 医疗机构诊疗科目名录 (卫医发〔1994〕27号 and its later rows): code, space, name without 专业.
const CATALOGUE: &str = include_str!("catalogue.txt");

/// One syllable a line and the characters read so, limited to what stands in names of departments.
const PINYIN: &str = include_str!("pinyin.txt");

/// Words of daily life for departments. A department is meant when its code is one of `codes`, or
/// when its name or an alias holds one of `stems`. Not a triage: body parts and plain names only,
/// and the complaints that everybody says for the department itself.
struct Common {
    codes: &'static [&'static str],
    stems: &'static [&'static str],
    words: &'static [&'static str],
}

const COMMON: &[Common] = &[
    common(
        &["03.01"],
        &["呼吸内科", "呼吸科", "呼吸与危重症"],
        &["肺", "肺科", "咳嗽", "气管", "哮喘"],
    ),
    common(
        &["03.02"],
        &["消化"],
        &["胃", "肠胃", "胃肠", "肠胃科", "肚子", "胃病"],
    ),
    common(
        &["03.03"],
        &["神经内科", "神内"],
        &["脑", "头", "头痛", "头晕", "中风", "脑梗"],
    ),
    common(
        &["03.04"],
        &["心血管内科", "心内科"],
        &["心脏", "心脏科", "心脏病", "心", "高血压", "血压", "冠心病"],
    ),
    common(&["03.05"], &["血液"], &["血", "贫血", "血液病"]),
    common(
        &["03.06"],
        &["肾内科", "肾病", "肾脏"],
        &["肾", "腰子", "肾炎", "透析"],
    ),
    common(
        &["03.07"],
        &["内分泌"],
        &["糖尿病", "血糖", "甲状腺", "甲亢", "激素"],
    ),
    common(
        &["03.08"],
        &["风湿", "免疫学"],
        &["关节", "关节炎", "痛风", "风湿"],
    ),
    common(&["03.09"], &["变态反应", "过敏"], &["过敏"]),
    common(&["03.10"], &["老年"], &["老人", "老人科", "老年人"]),
    common(&["03"], &["普通内科", "大内科"], &["内科"]),
    common(
        &["04.01"],
        &["普外", "普通外科"],
        &["阑尾", "疝气", "胆", "胆结石", "开刀"],
    ),
    common(
        &["04.02"],
        &["神经外科", "神外", "脑外"],
        &["脑外", "脑外科", "脑", "脑瘤"],
    ),
    common(
        &["04.03", "50.10"],
        &["骨科", "骨伤"],
        &["骨头", "骨折", "腰", "颈椎", "腰椎", "膝盖", "关节", "腿"],
    ),
    common(
        &["04.04"],
        &["泌尿外"],
        &["尿", "前列腺", "尿结石", "肾结石", "膀胱"],
    ),
    common(&["04.05"], &["胸外"], &["胸", "肺结节", "食管"]),
    common(
        &["04.06"],
        &["心脏大血管", "心外", "心脏外"],
        &["心脏", "心脏手术", "搭桥"],
    ),
    common(&["04.07"], &["烧伤"], &["烫伤", "烧伤"]),
    common(
        &["04.08", "14"],
        &["整形", "美容"],
        &["整容", "美容", "疤痕"],
    ),
    common(&[], &["乳腺", "甲乳"], &["乳房", "乳腺", "胸部肿块"]),
    common(&[], &["血管外"], &["静脉曲张", "血管"]),
    common(&["50.11"], &["肛肠"], &["痔疮", "肛门", "屁股"]),
    common(
        &["05.01", "05"],
        &["妇科", "妇产"],
        &["妇女", "妇女科", "妇女病", "月经", "子宫"],
    ),
    common(
        &["05.02", "05"],
        &["产科", "妇产"],
        &["怀孕", "孕妇", "产检", "生孩子", "生小孩"],
    ),
    common(&["05.05"], &["生殖"], &["不孕", "不育", "试管婴儿"]),
    common(
        &["07"],
        &["儿科", "小儿内", "儿内科"],
        &["小儿", "小儿科", "小孩", "孩子", "宝宝", "儿童"],
    ),
    common(
        &["08"],
        &["小儿外", "儿外科"],
        &["小儿", "小孩", "孩子", "儿童"],
    ),
    common(
        &["09"],
        &["儿童保健", "儿保"],
        &["儿保", "孩子", "宝宝", "长个子"],
    ),
    common(
        &["10"],
        &["眼科"],
        &[
            "眼睛",
            "看眼",
            "看眼睛",
            "瞧眼睛",
            "白内障",
            "视力",
            "配眼镜",
        ],
    ),
    common(
        &["11"],
        &["耳鼻"],
        &["耳朵", "鼻子", "嗓子", "喉咙", "五官科", "听力", "耳鼻喉"],
    ),
    common(
        &["12"],
        &["口腔"],
        &["牙", "牙科", "看牙", "牙齿", "牙疼", "拔牙", "嘴"],
    ),
    common(
        &["13"],
        &["皮肤"],
        &["皮肤", "皮肤病", "湿疹", "痘痘", "痒", "脚气", "性病"],
    ),
    common(
        &["15"],
        &["精神", "心理"],
        &["心理", "心理科", "失眠", "睡不着", "抑郁", "焦虑"],
    ),
    common(
        &["16"],
        &["感染", "传染", "肝病"],
        &["传染病", "肝炎", "乙肝", "肝"],
    ),
    common(&[], &["发热"], &["发烧", "发热", "感冒"]),
    common(&["19"], &["肿瘤"], &["癌", "癌症", "肿瘤", "化疗"]),
    common(&["32.10"], &["放疗", "放射治疗"], &["放疗", "癌"]),
    common(&["20"], &["急诊"], &["急诊", "急症", "抢救"]),
    common(&["21"], &["康复"], &["理疗", "复健", "恢复"]),
    common(&["27"], &["疼痛"], &["疼", "痛", "止痛", "腰痛"]),
    common(
        &["32", "32.01", "32.02", "32.03"],
        &["放射科", "影像"],
        &["拍片", "拍片子", "ct", "核磁", "磁共振", "x光"],
    ),
    common(&["32.05"], &["超声"], &["b超", "彩超"]),
    common(&["30"], &["检验"], &["化验", "抽血", "验血"]),
    common(
        &["50", "52"],
        &["中医", "中西医"],
        &["中医", "中药", "老中医", "调理"],
    ),
    common(&["50.13"], &["针灸"], &["针灸", "扎针", "扎针灸"]),
    common(&["50.14"], &["推拿"], &["推拿", "按摩"]),
    common(&["02"], &["全科"], &["家庭医生", "全科", "社区医生"]),
    common(
        &["01"],
        &["预防保健", "预防接种", "接种"],
        &["打疫苗", "疫苗", "打预防针"],
    ),
    common(&[], &["体检"], &["体检", "检查身体"]),
    common(&[], &["营养"], &["营养", "减肥"]),
];

const fn common(
    codes: &'static [&'static str],
    stems: &'static [&'static str],
    words: &'static [&'static str],
) -> Common {
    Common {
        codes,
        stems,
        words,
    }
}

/// The catalogue's name of a code (`03.04` → 心血管内科).
pub fn catalogue_name(code: &str) -> Option<&'static str> {
    CATALOGUE.lines().find_map(|line| {
        line.split_once(' ')
            .filter(|(c, _)| *c == code)
            .map(|(_, n)| n)
    })
}

/// The catalogue's group that a code stands under (`03.04` → 内科).
pub fn group(code: &str) -> Option<&'static str> {
    catalogue_name(code.split_once('.').map_or(code, |(group, _)| group))
}

/// What finds a department, beside its name: aliases, the catalogue's name, common words, and of
/// its names pinyin and initials in small letters. Without doubles; pinyin of names in which a
/// character is not in the table is left out rather than wrong.
pub fn keywords(name: &str, code: Option<&str>, aliases: &[String]) -> Vec<String> {
    let catalogue = code.and_then(catalogue_name);
    let names = || {
        std::iter::once(name)
            .chain(aliases.iter().map(String::as_str))
            .chain(catalogue)
    };
    let meant = COMMON.iter().filter(|common| {
        code.is_some_and(|code| common.codes.contains(&code))
            || names().any(|name| common.stems.iter().any(|stem| name.contains(stem)))
    });

    let mut found: Vec<String> = Vec::new();
    let mut add = |word: String| {
        if word != name && !word.is_empty() && !found.contains(&word) {
            found.push(word);
        }
    };
    names().for_each(|name| add(name.to_owned()));
    meant
        .flat_map(|common| common.words)
        .for_each(|word| add((*word).to_owned()));
    for name in names() {
        if let Some((full, initials)) = pinyin(name) {
            add(full);
            // One letter would find half of the hospital.
            if initials.len() > 1 {
                add(initials);
            }
        }
    }
    found
}

/// Pinyin without tones and its initials (心内科 → `xinneike`, `xnk`). Latin letters and digits
/// stay; brackets, dots and spaces are left out. None when a character is not in the table.
pub fn pinyin(text: &str) -> Option<(String, String)> {
    let (mut full, mut initials) = (String::new(), String::new());
    for c in text.chars() {
        if c.is_ascii_alphanumeric() {
            full.push(c.to_ascii_lowercase());
            initials.push(c.to_ascii_lowercase());
        } else if c.is_alphanumeric() {
            let syllable = syllable(c)?;
            full.push_str(syllable);
            initials.extend(syllable.chars().next());
        }
    }
    Some((full, initials))
}

fn syllable(wanted: char) -> Option<&'static str> {
    let line = PINYIN.lines().find(|line| line.contains(wanted))?;
    let end = line.find(|c: char| !c.is_ascii()).unwrap_or(line.len());
    line.get(..end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(name: &str, code: &str) -> Vec<String> {
        keywords(name, Some(code), &[])
    }

    #[test]
    fn pinyin_and_initials() {
        let read = |text| pinyin(text).unwrap();
        assert_eq!(read("心内科"), ("xinneike".to_owned(), "xnk".to_owned()));
        assert_eq!(read("耳鼻咽喉科").1, "ebyhk");
        assert_eq!(read("重症医学科").0, "zhongzhengyixueke");
        assert_eq!(
            read("CT诊断(影像)"),
            ("ctzhenduanyingxiang".to_owned(), "ctzdyx".to_owned())
        );
        assert_eq!(pinyin("𠮷科"), None);
    }

    #[test]
    fn every_name_of_the_catalogue_can_be_read() {
        for line in CATALOGUE.lines() {
            let (code, name) = line.split_once(' ').unwrap();
            assert!(pinyin(name).is_some(), "{name}");
            assert!(group(code).is_some(), "{code}");
        }
    }

    #[test]
    fn no_character_is_read_twice() {
        let mut seen = std::collections::HashSet::new();
        for c in PINYIN.chars().filter(|c| !c.is_ascii()) {
            assert!(seen.insert(c), "{c}");
        }
    }

    #[test]
    fn words_of_daily_life() {
        for (name, code, word) in [
            ("心内科", "03.04", "心脏"),
            ("心内科", "03.04", "心脏科"),
            ("心内科", "03.04", "心血管内科"),
            ("心内科", "03.04", "xnk"),
            ("心内科", "03.04", "xxgnk"),
            ("口腔科", "12", "看牙"),
            ("口腔科", "12", "牙科"),
            ("儿科", "07", "小儿科"),
            ("眼科", "10", "瞧眼睛"),
            ("耳鼻喉科", "11", "嗓子"),
            ("耳鼻喉科", "11", "erbihouke"),
            ("内分泌科", "03.07", "糖尿病"),
            ("消化内科", "03.02", "xhnk"),
        ] {
            assert!(
                of(name, code).iter().any(|k| k == word),
                "{word} should find {name}"
            );
        }
    }

    #[test]
    fn words_do_not_stray() {
        assert!(!of("口腔科", "12").iter().any(|k| k == "心脏"));
        assert!(
            !of("心理科", "15.06")
                .iter()
                .any(|k| k == "心脏" || k == "高血压")
        );
        assert!(!of("儿科", "07").iter().any(|k| k == "牙"));
    }

    #[test]
    fn aliases_are_found_without_a_code_and_nothing_twice() {
        let found = keywords(
            "心脏中心",
            None,
            &["心内科".to_owned(), "心内科".to_owned()],
        );
        assert!(found.iter().any(|k| k == "高血压") && found.iter().any(|k| k == "xnk"));
        let unique: std::collections::HashSet<_> = found.iter().collect();
        assert_eq!(unique.len(), found.len());
    }

    #[test]
    fn groups() {
        assert_eq!(group("03.04"), Some("内科"));
        assert_eq!(group("10"), Some("眼科"));
        assert_eq!(group("99.01"), None);
    }
}
