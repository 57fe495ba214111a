# Waiting for a place that is full (候补), and the offer of it.

title = 我的候补
do-wait = 可以候补
first-free = 谁先有号，就给您谁的
any-doctor = 哪位医生都行
days-title = 哪几天的号都可以？
days-one = 就这一天
days-week = 一个星期里
days-all = 能约的都行
# $day (Text) a day
until = 到{ $day }
# $from (Text) a day
# $to (Text) a day
from-to = { $from } 到 { $to }
not-booked = 候补还不是约好。有人退号，按先后给您。
# $minutes (Number) how long an offer stands
told = 有号了发短信给您，给您留 { $minutes } 分钟。
keeps = 现在的号一直留着，您答应了新号才退。
do-join = 加入候补
none-title = 没有在候补
none-detail = 医生约满时，可以点“可以候补”。
label-place = 排第几
# $count (Number) people who came earlier
before = 前面大约有 { $count } 人
first = 您排第一
# On home, while none is offered
told-here = 有号了会告诉您
do-see-offer = 有号了，去看看
do-leave = 退出候补
do-stay = 继续候补
leave-sure = 退出后，再候补要从头排。
left = 已经退出候补
offer-title = 候补到号了
# $time (Text) day and time
kept-until = 这个号给您留到{ $time }。不用急，慢慢看。
# $visit (Text) when and with whom
gives-up = 您现在的号还在：{ $visit }。要了新号，才退这个。
do-accept = 要这个号
do-decline = 不要，给下一位
decline-sure = 给了下一位，就拿不回来了。您还可以继续候补别的号。
do-think = 再想想
declined = 这个号给了下一位
accepted = 这个号已经约好了
stopped = 医生停诊，这个号没有了
over = 这个号不再为您留着
still = 还在候补的，会按先后再通知您。
