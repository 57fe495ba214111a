# The booking's ticket.

booked-title = 约好了
show-this = 到医院给工作人员看这个
number = 预约号
qr-alt = 预约号的二维码
when = 什么时候
doctor = 看哪位医生
who = 谁看病
# $time (Text) a time
come-at = 请在{ $time }前到，先报到。
bring-title = 带什么
# $time (Text) day and time
cancel-before = 来不了，请在{ $time }前取消，不算爽约。
do-calendar = 加到日历
do-my-appointments = 我的预约
# $department (Text) its name
# $doctor (Text) name
calendar-title = 看病：{ $department } { $doctor }
# $minutes (Number) how long it is free
undo = 约错了？{ $minutes } 分钟内可撤销
not-valid-title = 这张预约单不能用了
not-valid-detail = 这个号已经取消、改过或看完了。
