# Help: the hotlines and the visit guide (G07).

title = 帮助
hotline-title = 打电话问医院
# $opens (Text) a time
# $closes (Text) a time
hotline-hours = 每天{ $opens }到{ $closes }有人接。
hotline-open = 现在有人接
# $opens (Text) a time
hotline-closed = 现在没人接，{ $opens }开始有人接
emergency-detail = 胸口很痛、喘不上气、昏倒，请马上打 120。
do-emergency = 打 120
guide-book-title = 怎么挂号
guide-book-1 = 在首页点“挂号”，选医院和科室。
guide-book-2 = 选医生，再选一个有号的时间。
guide-book-3 = 用手机号和验证码登录。
guide-book-4 = 选给谁看病，看清楚再点“确定”。
guide-book-5 = 约好了，会有预约单和短信。
guide-bring-title = 去的时候带什么
guide-bring-1 = 身份证和医保卡。
guide-bring-2 = 以前的病历和检查单。
guide-bring-3 = 正在吃的药，或药盒的照片。
guide-come-title = 什么时候到
# $minutes (Number) before the start
guide-come = 请提前 { $minutes } 分钟到，先报到，再等叫号。
guide-cancel-title = 来不了怎么办
# $hours (Number) before the start
# $minutes (Number) after booking
guide-cancel = 看病前 { $hours } 小时都能免费取消。刚约好的，{ $minutes } 分钟内也能免费取消。
guide-missed-title = 什么是爽约
# $within (Number) days
# $limit (Number) no-shows
# $block (Number) days
guide-missed = 约了不来，或取消太晚，算爽约。{ $within } 天里满 { $limit } 次，{ $block } 天不能网上挂号。
guide-release-title = 什么时候放号
# $days (Number) days ahead
# $time (Text) a time
guide-release = 可以约 { $days } 天内的号。每天{ $time }放新的一天。
guide-test-title = 抽血和检查
guide-test = 有的检查要空腹。前一天问清楚，早上先别吃东西。
guide-insurance-title = 医保
guide-insurance = 带医保卡或医保码，在医院交钱时用。
guide-where-title = 不会用手机
guide-where = 打上面的电话，或到医院窗口，都能挂号。
# Which hospital the rules are of.
# $hospital (Text) its name
rules-of = { $hospital }的规定
# The page that says how each hospital is doing.
status-title = 医院现在能不能挂号
do-status = 看医院情况
status-works = 可以正常预约
status-works-detail = 挂号、改号、退号都可以办。
status-slow = 正在变慢
status-slow-detail = 可以预约，要多等一会儿，请耐心等。
status-down-detail = 已约好的号不受影响。要挂号，请打电话。
status-now = 号源信息是刚刚的。
# $minutes (Number) age of what is shown
status-old = 这是 { $minutes } 分钟前的情况。
status-unknown = 现在查不到医院的情况。
