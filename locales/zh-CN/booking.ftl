# Booking: hospital, department, doctor, day, time, check.

title = 挂号
hospitals-title = 去哪家医院？
departments-title = 看哪个科？
departments-search = 找科室
departments-search-hint = 比如：心脏、眼睛、xnk
# $query (Text) what was typed
departments-none = 没有找到“{ $query }”。换个说法，或打电话问。
groups-title = 哪里不舒服？
unsure = 不知道看哪个科？打电话问医院。
doctors-title = 看哪位医生？
days-title = 哪一天去？
do-other-day = 换一天
slots-title = 几点去？
level-ordinary = 普通号
level-expert = 专家号
morning = 上午
afternoon = 下午
state-free = 有号
# $count (Number) free places, at least 1
state-free-count = 有 { $count } 个号
# $count (Number) free places, at least 1
state-few = 只剩 { $count } 个
state-few-plain = 快没了
state-full = 约满了
state-held = 别人正在约
state-stopped = 停诊
state-not-released = 还没放号
state-past = 已过时间
state-unknown = 查不到
# $time (Text) day and time
opens-at = { $time }开始可以约
# $count (Number) free places of all
remaining = 还剩 { $count } 个
none-day = 这一天没有医生出诊。
none-free = 这一天约满了。请换一天。
none-slots = 这一天没有可以约的时间。
check-title = 看一看，对不对？
check-who = 谁看病
check-what = 看什么
check-doctor = 医生
check-where = 在哪里
check-when = 什么时候
check-fee = 多少钱
check-fee-later = 现在不用付钱，到医院再交。
check-rules = 请先知道
# $minutes (Number) minutes to come early
rule-come = 请提前 { $minutes } 分钟到。
# $time (Text) day and time
rule-cancel = { $time }前取消不算爽约。
# $within (Number) days
# $limit (Number) no-shows
# $block (Number) days
rule-missed = { $within } 天里爽约 { $limit } 次，{ $block } 天不能网上挂号。
do-confirm = 确定挂号
do-confirm-move = 确定改时间
do-not-yet = 先不挂
# $minutes (Number) whole minutes left
held-for = 这个号给您留着，还有 { $minutes } 分钟。不用急。
held-last = 这个号还留着，不到 1 分钟了。
held-over-title = 留号时间到了
held-over-detail = 号放回去了。可以再留一次，您选的还在。
do-hold-again = 再留一次
taken-title = 刚被别人约走了
taken-detail = 您没有约上，也没扣钱。这几个时间还有号：
taken-kept = 没有换成，原来的时间还给您留着。这几个时间还有号：
alternatives-none = 附近没有别的时间了。请换一天或换医生。
do-other-times = 看别的时间
checking-title = 正在核实，请不要重新挂
checking-detail = 医院还没有回音。我们在查有没有约上，一查到就告诉您。不会约成两个。
group-other = 其他科
separator = 、
halves-title = 上午去，还是下午去？
# $count (Number) times that can be had
times-count = { $count } 个时间可以约
holding = 正在替您留号，请稍等。
# $digits (Text) an amount in digits
# $words (Text) the same amount in words
fee-both = { $digits }（{ $words }）
# $minutes (Number) after booking
rule-cancel-soon = 约好后 { $minutes } 分钟内可以取消，再晚就算爽约。
unsure-detail = 还不知道约上了没有。再问一次，不会约成两个。
do-ask-again = 再问一次
do-cancel = 取消这个预约
do-keep-time = 不改了
move-from = 原来的时间
move-to = 改到
# $minutes (Number) at least 1
old = 这些号是 { $minutes } 分钟前查到的，可能已经变了。
do-show-new = 看新放的号
state-taken = 刚被约走
changed = 刚刚有变化，请看下面。
# A place in line at a release
# $time (Text) when the day is given out
early-line = 现在就能选时间排队。{ $time }一起抽签，点得快慢都一样。
line-title = 您在排队，不用急
# $count (Number) people before one
line-ahead = 前面还有 { $count } 人
line-next = 马上就到您了
# $time (Text) time of day
line-draw = { $time }抽签排先后
line-soon = 大约再等不到 1 分钟
# $minutes (Number) whole minutes
line-minutes = 大约再等 { $minutes } 分钟
line-unsure = 前面的人比号多。有人不要了，才轮到您，要等多久说不准。
line-lost = 暂时连不上，正在重新连。您的位置还在。
# $count (Number) places that nobody has
line-places = 现在还有 { $count } 个号。
line-kept = 您的位置一直留着，点得快慢都一样。可以锁屏，不用一直看。
line-then = 轮到您时，会自动替您留号。
line-then-move = 轮到您时，自动换到新时间，原来的时间退掉。
do-leave-line = 不排了
line-over-title = 这一天的号轮不到了
line-over-detail = 排在您前面的人比号还多。您没有约上，也没扣钱。可以换一天。
line-over-kept = 排在您前面的人比号还多，这次没换成。原来约的时间还给您留着。
checking-call = 不用在这里等，可以先去做别的。着急的话可以打电话：
checking-elsewhere = 有一个号正在核实，点这里看
checking-done = 刚才的号约上了，点这里看
checking-not-done = 刚才的号没有约上，点这里看
checking-move-title = 正在核实，先不要再改
checking-move-detail = 医院还没有回音。我们在查有没有改成，一查到就告诉您。没改成的话，原来的时间还在。
checking-moved = 时间改好了，点这里看
checking-not-moved = 时间没有改成，原来的还在，点这里看
checking-cancel-title = 正在核实取消了没有
checking-cancel-detail = 医院还没有回音。我们在查，一查到就告诉您。不会取消两次。
checking-cancelled = 刚才的号取消了，点这里看
checking-not-cancelled = 刚才的号没有取消成，还在，点这里看
checking-offline = 手机没有连上网。连上以后我们接着查，一查到就告诉您。
