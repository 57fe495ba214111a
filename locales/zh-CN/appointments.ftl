# My appointments, one appointment, cancelling and moving.

title = 我的预约
who = 看谁的预约？
past = 以前的
none-title = 还没有预约
none-detail = 挂了号，就会显示在这里。
none-coming = 现在没有要去看的号。
# $hospital (Text) its name
partial = { $hospital }暂时连不上，可能还有预约没显示。
# $hospital (Text) its name
# $time (Text) day and time
partial-stale = { $hospital }的内容是{ $time }的，可能已经变了。
do-book = 去挂号
do-book-again = 重新挂号

status-booked = 已约好
status-arrived = 已报到
status-fulfilled = 已看完
status-cancelled = 已取消
status-late-cancel = 已取消，算爽约
status-no-show = 没去，算爽约
status-waitlist = 候补中
status-stopped = 医生停诊
stopped-detail = 医生停诊了，这个号看不了。不算爽约，请换个时间。
channel-phone = 打电话约的
channel-window = 在窗口约的
channel-community = 社区医院帮约的

one-title = 这次预约
label-hospital = 医院
label-department = 科室
label-doctor = 医生
label-when = 时间
label-place = 地点
label-number = 预约号
label-fee = 挂号费
label-channel = 怎么约的
label-status = 状态
label-notes = 去之前请看
place-unknown = 到医院问导诊台
# $time (Text) day and time
free-until = { $time }前取消或改时间，不算爽约。
free-over = 已过免费取消的时间，也不能改时间了。现在取消算一次爽约。
do-ticket = 看预约单
do-move = 改时间
do-cancel = 取消预约
do-past = 看以前的
do-coming = 看还没看的
do-older = 看更早的

cancel-title = 要取消吗？
cancel-free = 现在取消，不算爽约，不扣钱。
# $time (Text) day and time
cancel-free-until = { $time }前取消都不算爽约。
cancel-late-title = 现在取消，算一次爽约
# $limit (Number) so many no-shows
# $within (Number) days
# $block (Number) days
cancel-late-detail = { $within } 天里爽约满 { $limit } 次，{ $block } 天不能网上挂号。打电话和窗口仍可挂号。
cancel-late-call = 有特别的难处，可以先打电话问医院。
cancel-late-unknown = 爽约多了，会暂停网上挂号。打电话和窗口仍可挂号。
reason-question = 为什么取消？可以不选。
reason-cannot-come = 来不了
reason-feels-better = 身体好了
reason-mistake = 约错了
reason-other = 别的原因
do-cancel-confirm = 确定取消
do-cancel-late = 仍要取消
do-keep = 不取消
cancelled-title = 已经取消了
cancelled-free = 没有记爽约。
cancelled-late = 记了一次爽约。
cancelled-again = 还要看病，可以重新挂号。
cancel-not-possible = 这个号现在不能取消了。
cancel-unknown-title = 还不知道办好没有
cancel-unknown-detail = 医院没有回应。可以再点一次，不会办两次。

move-keep = 先选新时间。没选好前，原来的号一直留着。
