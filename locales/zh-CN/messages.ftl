# Text messages, sent by the edge. A booking says all that A17 asks for.

# $code (Text) six digits
# $minutes (Number) how long it lives
login-code = 【{ -brand }】验证码 { $code }，{ $minutes } 分钟内有效。请不要告诉任何人。
# Read aloud on the phone.
# $digits (Text) the digits with pauses between
# $minutes (Number) how long it lives
login-code-voice = 您好，这里是{ -brand }。您的验证码是：{ $digits }。{ $minutes } 分钟内有效。再说一遍：{ $digits }。

# $hospital (Text) its name
# $name (Text) the patient
# $department (Text) its name
# $doctor (Text) name and title
# $when (Text) day, and from when to when
# $place (Text) where
# $number (Text) booking number
# $early (Number) minutes to come early
# $before (Text) until when cancelling is free
booked = 【{ $hospital }】{ $name }，您约好了：{ $department } { $doctor }，{ $when }。地点：{ $place }。预约号 { $number }。请提前 { $early } 分钟到，带上身份证和医保卡。来不了请在{ $before }前取消。
# $hospital (Text) its name
# $name (Text) the patient
# $department (Text) its name
# $doctor (Text) name and title
# $when (Text) day, and from when to when
# $place (Text) where
# $number (Text) booking number
# $early (Number) minutes to come early
# $before (Text) until when cancelling is free
moved = 【{ $hospital }】{ $name }，您的号改好了。现在是：{ $department } { $doctor }，{ $when }。地点：{ $place }。预约号 { $number }。请提前 { $early } 分钟到，带上身份证和医保卡。来不了请在{ $before }前取消。
# $hospital (Text) its name
# $name (Text) the patient
# $department (Text) its name
# $doctor (Text) name and title
# $when (Text) day, and from when to when
# $number (Text) booking number
cancelled = 【{ $hospital }】{ $name }，{ $when } { $department } { $doctor } 的号已取消。预约号 { $number }。没有记爽约。
# $hospital (Text) its name
# $name (Text) the patient
# $department (Text) its name
# $doctor (Text) name and title
# $when (Text) day, and from when to when
# $number (Text) booking number
cancelled-late = 【{ $hospital }】{ $name }，{ $when } { $department } { $doctor } 的号已取消。预约号 { $number }。已过免费取消时间，记了一次爽约。
# The day before, and some hours before.
# $hospital (Text) its name
# $name (Text) the patient
# $department (Text) its name
# $doctor (Text) name and title
# $when (Text) day, and from when to when
# $place (Text) where
# $number (Text) booking number
# $early (Number) minutes to come early
# $cancel (Text) a sentence about cancelling
reminder = 【{ $hospital }】提醒：{ $name }，{ $when }看 { $department } { $doctor }。地点：{ $place }。预约号 { $number }。请提前 { $early } 分钟到，带上身份证和医保卡。{ $cancel }
# The hospital has changed time, place or doctor.
# $hospital (Text) its name
# $name (Text) the patient
# $department (Text) its name
# $doctor (Text) name and title
# $when (Text) day, and from when to when
# $place (Text) where
# $number (Text) booking number
# $early (Number) minutes to come early
# $phone (Text) the hospital's line
changed = 【{ $hospital }】{ $name }，您的号有变动。现在是：{ $department } { $doctor }，{ $when }。地点：{ $place }。预约号 { $number }。请提前 { $early } 分钟到。时间不合适，可以改约或取消，也可以打 { $phone }。
# The doctor does not sit (停诊).
# $hospital (Text) its name
# $name (Text) the patient
# $department (Text) its name
# $doctor (Text) name and title
# $when (Text) day, and from when to when
# $number (Text) booking number
# $phone (Text) the hospital's line
stopped = 【{ $hospital }】停诊通知：{ $name }，{ $when } { $department } { $doctor } 停诊，这个号看不了，请不要白跑。预约号 { $number }。不算爽约。请打开“我的预约”，点“重新挂号”，或打 { $phone }。
# $before (Text) until when cancelling is free
cancel-free = 来不了请在{ $before }前取消。
cancel-late = 来不了也请取消，让别人能看；现在取消算一次爽约。
# A place of the waitlist is offered.
# $hospital (Text) its name
# $name (Text) the patient
# $department (Text) its name
# $doctor (Text) name and title
# $when (Text) day, and from when to when
# $until (Text) day and time
offer = 【{ $hospital }】{ $name }，候补到号了：{ $department } { $doctor }，{ $when }。给您留到{ $until }。要不要这个号，请打开“我的候补”选。到时没选，就给下一位。
# The doctor was stopped while it was offered.
# $hospital (Text) its name
# $name (Text) the patient
# $department (Text) its name
# $doctor (Text) name and title
# $when (Text) day, and from when to when
offer-gone = 【{ $hospital }】{ $name }，刚才给您留的号没有了：{ $when } { $department } { $doctor } 停诊。您还在候补，不用重新排。
place-ask = 请到一楼导诊台问
# Instead of department and doctor, where the department is nobody else's business.
clinic = 门诊
# When a visit is: both ways to say the hour, so that nobody comes twelve hours off.
# $day (Text) day and weekday
# $half (Text) half of the day: am, pm
# $from (Text) 14:00
# $to (Text) 14:20
span = { $day } { $half ->
        [am] 上午
       *[pm] 下午
    }{ $from }-{ $to }
