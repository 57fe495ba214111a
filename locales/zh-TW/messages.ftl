login-code = 【{ -brand }】驗證碼 { $code }，{ $minutes } 分鐘內有效。請不要告訴任何人。
login-code-voice = 您好，這裡是{ -brand }。您的驗證碼是：{ $digits }。{ $minutes } 分鐘內有效。再說一遍：{ $digits }。
booked = 【{ $hospital }】{ $name }，您約好了：{ $department } { $doctor }，{ $when }。地點：{ $place }。預約號碼 { $number }。請提前 { $early } 分鐘到，帶上身分證和健保卡。來不了請在{ $before }前取消。
moved = 【{ $hospital }】{ $name }，您的號改好了。現在是：{ $department } { $doctor }，{ $when }。地點：{ $place }。預約號碼 { $number }。請提前 { $early } 分鐘到，帶上身分證和健保卡。來不了請在{ $before }前取消。
cancelled = 【{ $hospital }】{ $name }，{ $when } { $department } { $doctor } 的號已取消。預約號碼 { $number }。沒有記爽約。
cancelled-late = 【{ $hospital }】{ $name }，{ $when } { $department } { $doctor } 的號已取消。預約號碼 { $number }。已過免費取消時間，記了一次爽約。
reminder = 【{ $hospital }】提醒：{ $name }，{ $when }看 { $department } { $doctor }。地點：{ $place }。預約號碼 { $number }。請提前 { $early } 分鐘到，帶上身分證和健保卡。{ $cancel }
changed = 【{ $hospital }】{ $name }，您的號有變動。現在是：{ $department } { $doctor }，{ $when }。地點：{ $place }。預約號碼 { $number }。請提前 { $early } 分鐘到。時間不合適，可以改約或取消，也可以打 { $phone }。
stopped = 【{ $hospital }】停診通知：{ $name }，{ $when } { $department } { $doctor } 停診，這個號看不了，請不要白跑。預約號碼 { $number }。不算爽約。請打開「我的預約」，點「重新掛號」，或打 { $phone }。
cancel-free = 來不了請在{ $before }前取消。
cancel-late = 來不了也請取消，讓別人能看；現在取消算一次爽約。
offer = 【{ $hospital }】{ $name }，候補到號了：{ $department } { $doctor }，{ $when }。給您留到{ $until }。要不要這個號，請打開「我的候補」選。到時沒選，就給下一位。
offer-gone = 【{ $hospital }】{ $name }，剛才給您留的號沒有了：{ $when } { $department } { $doctor } 停診。您還在候補，不用重新排。
place-ask = 請到一樓服務台問
# Instead of department and doctor, where the department is nobody else's business.
clinic = 門診
# When a visit is: both ways to say the hour, so that nobody comes twelve hours off.
# $day (Text) day and weekday
# $half (Text) half of the day: am, pm
# $from (Text) 14:00
# $to (Text) 14:20
span = { $day } { $half ->
        [am] 上午
       *[pm] 下午
    }{ $from }-{ $to }
