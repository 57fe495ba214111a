# What every page has: navigation, waiting, failing, and the home page.

# $page (Text) title of the page
document-title = { $page } - { -brand }
app-name = { -brand }
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
settings = 设置
do-home = 回首页
do-retry = 再试一次
do-more = 再看更多
do-stop-waiting = 不等了
# $number (Text) a phone number
do-call = 打电话 { $number }
# $step (Number) this one
# $steps (Number) all
step = 第 { $step } 步，共 { $steps } 步
# $name (Text) the patient, masked
acting-for = 正在为 { $name } 办理

care-on = { -care }
care-offer-title = 要用{ -care }吗？
care-offer-detail = 字大，按钮大，一步一步来。随时可以换回来。
do-care-on = 用{ -care }
do-care-later = 以后再说

loading = 正在读取，请稍等。
    .care = 请等一等，正在打开。
loading-too-slow = 等得有点久了。可以再试一次，或打电话给医院。
saving = 正在办理，请稍等。
saving-slow = 还在办理，请不要重复点。
failed-title = 没有读到
failed-detail = 可能是网络不好。请再试一次。
offline-title = 手机没有连上网
offline-detail = 请看看 Wi-Fi 或流量开了没有，再试一次。
hospital-down-title = 暂时连不上医院
# $time (Text) a time of day
as-of = { $time }查到的
# $time (Text) a time of day
stale = 这是{ $time }的内容，可能已经变了。
unknown = 现在查不到，不知道有没有。
# $time (Text) a time of day
not-renewed = 没有查到新的。这是{ $time }查到的，可能变了。

not-found-title = 没有这个页面
not-found-detail = 地址可能写错了，或者内容已经不在。
# An amount of money.
# $amount (Text) yuan with two decimals
yuan = { $amount } 元
free-of-charge = 不收费
fee-unknown = 费用请问医院
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
