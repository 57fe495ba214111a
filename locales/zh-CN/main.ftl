# What every page has: navigation, waiting, failing, and the home page.

# $page (Text) title of the page
document-title = { $page } - { -brand }
app-name = { -brand }
tagline = 挂号、看报告，一步一步来
home-title = 您想做什么？
task-book = 挂号
task-book-hint = 选科室和医生
task-appointments = 我的预约
task-appointments-hint = 看、改、取消
task-reports = 看报告
task-reports-hint = 化验和检查结果
task-people = 看病的人
task-people-hint = 自己和家人
task-help = 看病指南
task-help-hint = 怎么挂号，带什么
task-settings = 设置
task-settings-hint = 字大小、语言

skip-to-content = 跳到正文
back = 返回
home = 首页
help = 帮助
settings = 设置
do-back = 返回
do-home = 回首页
do-retry = 再试一次
do-close = 关闭
do-next = 下一步
do-log-in = 登录
do-more = 再看更多
do-stop-waiting = 不等了
# $number (Text) a phone number
do-call = 打电话 { $number }
# $hospital (Text) its name
# $number (Text) a phone number
call-hospital = 打电话给{ $hospital }：{ $number }
# $step (Number) this one
# $steps (Number) all
step = 第 { $step } 步，共 { $steps } 步
# $name (Text) the patient, masked
acting-for = 正在为 { $name } 办理

care-on = { -care }
care-off = 普通版
care-offer-title = 要用{ -care }吗？
care-offer-detail = 字大，按钮大，一步一步来。随时可以换回来。
do-care-on = 用{ -care }
do-care-later = 以后再说

loading = 正在读取，请稍等。
    .care = 请等一等，正在打开。
loading-slow = 网有点慢，请再等一下。
loading-too-slow = 等得有点久了。可以再试一次，或打电话给医院。
saving = 正在办理，请稍等。
saving-slow = 还在办理，请不要重复点。
failed-title = 没有读到
failed-detail = 可能是网络不好。请再试一次。
offline-title = 手机没有连上网
offline-detail = 请看看 Wi-Fi 或流量开了没有，再试一次。
offline-kept = 您填的内容还在。
hospital-down-title = 暂时连不上医院
# $hospital (Text) its name
hospital-down-detail = { $hospital }的系统没有回应。可以再试一次，或打电话。
# $time (Text) a time of day
as-of = { $time }查到的
# $time (Text) a time of day
stale = 这是{ $time }的内容，可能已经变了。
unknown = 现在查不到，不知道有没有。
new-version-title = 应用更新了
new-version-detail = 请刷新一下，再接着用。
do-reload = 刷新

too-old-title = 这个浏览器太旧了
too-old-detail = 请用微信打开，或换一个新一点的浏览器。也可以打电话挂号。
not-found-title = 没有这个页面
not-found-detail = 地址可能写错了，或者内容已经不在。
login-needed-title = 请先登录
login-needed-detail = 登录后才能看自己的内容。
error-title = 没有办成
# $count (Number) how many fields
errors-summary = 有 { $count } 个地方要改
# An amount of money.
# $amount (Text) yuan with two decimals
yuan = { $amount } 元
free-of-charge = 不收费
fee-unknown = 费用请问医院
unsaved = 还没有保存
icon-alert = 注意
do-before = 看前面的
do-refresh = 再查一次
call = 打电话
# $hospital (Text) its name
call-label = 打电话给{ $hospital }
more-ways = 别的去处
# Digits and units from which amounts are spelt: 0 to 9, then 10, 100, 1000.
number-words = 零 一 二 三 四 五 六 七 八 九 十 百 千
# $words (Text) an amount spelt out
yuan-words = { $words }元
