//! Departments of the community health centre (社区卫生服务中心).

use super::department::{Audience, Demand, Department, Supply};

/// All of them, in the order of the signs in the hall.
#[rustfmt::skip] // a table reads better as one
pub const DEPARTMENTS: &[Department] = &[
    Department { slug: "quanke", name: "全科", code: "02", catalogue: "全科医疗科",
        aliases: &["全科门诊", "内科", "感冒", "发烧", "看病"],
        place: ("一号楼", "1层"), room: 101, doctors: 4, audience: Audience::Adults, demand: Demand::Busy, supply: Supply::Seats },
    Department { slug: "zhongyike", name: "中医科", code: "50", catalogue: "中医科",
        aliases: &["中医", "针灸", "推拿", "拔罐"],
        place: ("一号楼", "2层"), room: 201, doctors: 2, audience: Audience::Adults, demand: Demand::Normal, supply: Supply::Quota(3) },
    Department { slug: "erbaoke", name: "儿保科", code: "09", catalogue: "儿童保健科",
        aliases: &["儿科", "儿童保健", "宝宝", "体检"],
        place: ("二号楼", "1层"), room: 101, doctors: 2, audience: Audience::Children, demand: Demand::Normal, supply: Supply::Seats },
    Department { slug: "kouqiangke", name: "口腔科", code: "12", catalogue: "口腔科",
        aliases: &["牙科", "牙", "牙疼", "补牙"],
        place: ("一号楼", "2层"), room: 211, doctors: 1, audience: Audience::Adults, demand: Demand::Normal, supply: Supply::Seats },
    Department { slug: "kangfuke", name: "康复科", code: "21", catalogue: "康复医学科",
        aliases: &["康复", "理疗"],
        place: ("一号楼", "3层"), room: 301, doctors: 1, audience: Audience::Adults, demand: Demand::Normal, supply: Supply::Seats },
    Department { slug: "fubaoke", name: "妇保科", code: "06", catalogue: "妇女保健科",
        aliases: &["妇科", "妇女保健", "孕检"],
        place: ("二号楼", "2层"), room: 201, doctors: 1, audience: Audience::Women, demand: Demand::Normal, supply: Supply::Seats },
    Department { slug: "manbingmenzhen", name: "慢病门诊", code: "03", catalogue: "内科",
        aliases: &["慢性病", "高血压", "糖尿病", "续方", "开药"],
        place: ("一号楼", "1层"), room: 111, doctors: 2, audience: Audience::Adults, demand: Demand::NearlyFull, supply: Supply::Seats },
    Department { slug: "yufangjiezhong", name: "预防接种门诊", code: "01", catalogue: "预防保健科",
        aliases: &["打疫苗", "疫苗", "打针", "预防针"],
        place: ("二号楼", "1层"), room: 111, doctors: 1, audience: Audience::Adults, demand: Demand::Normal, supply: Supply::Quota(8) },
];
