booked-title = 約好了
show-this = 到醫院給工作人員看這個
number = 預約號碼
qr-alt = 預約號碼的 QR 碼
when = 什麼時候
doctor = 看哪位醫師
who = 誰看診
come-at = 請在{ $time }前到，先報到。
bring-title = 帶什麼
cancel-before = 來不了，請在{ $time }前取消，不算爽約。
do-calendar = 加到日曆
do-my-appointments = 我的預約
calendar-title = 看診：{ $department } { $doctor }
# $minutes (Number) how long it is free
undo = 掛錯了？{ $minutes } 分鐘內可取消
not-valid-title = 這張預約單不能用了
not-valid-detail = 這個號已經取消、改過或看完了。
