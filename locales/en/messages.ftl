login-code = [{ -brand }] Your code is { $code }. It is good for { $minutes ->
    [one] { $minutes } minute
   *[other] { $minutes } minutes
}. Do not tell it to anyone.
login-code-voice = Hello, this is { -brand }. Your code is: { $digits }. It is good for { $minutes ->
    [one] { $minutes } minute
   *[other] { $minutes } minutes
}. Once more: { $digits }.
booked = [{ $hospital }] { $name }, you are booked: { $department }, { $doctor }, { $when }. Place: { $place }. Number { $number }. Please come { $early ->
    [one] { $early } minute
   *[other] { $early } minutes
} early with ID card and insurance card. If you cannot come, cancel before { $before }.
moved = [{ $hospital }] { $name }, your visit was moved. Now: { $department }, { $doctor }, { $when }. Place: { $place }. Number { $number }. Please come { $early ->
    [one] { $early } minute
   *[other] { $early } minutes
} early with ID card and insurance card. If you cannot come, cancel before { $before }.
cancelled = [{ $hospital }] { $name }, your visit { $when }, { $department }, { $doctor } is cancelled. Number { $number }. It does not count as missed.
cancelled-late = [{ $hospital }] { $name }, your visit { $when }, { $department }, { $doctor } is cancelled. Number { $number }. Free cancelling was over, so it counts as a missed visit.
reminder = [{ $hospital }] Reminder: { $name }, your visit is { $when }, { $department }, { $doctor }. Place: { $place }. Number { $number }. Please come { $early ->
    [one] { $early } minute
   *[other] { $early } minutes
} early with ID card and insurance card. { $cancel }
changed = [{ $hospital }] { $name }, your visit has changed. Now: { $department }, { $doctor }, { $when }. Place: { $place }. Number { $number }. Please come { $early ->
    [one] { $early } minute
   *[other] { $early } minutes
} early. If it does not suit you, move or cancel it, or call { $phone }.
stopped = [{ $hospital }] { $name }, the doctor is not in: your visit { $when }, { $department }, { $doctor } cannot take place. Please do not come. Number { $number }. It does not count as missed. Open My appointments and choose Book again, or call { $phone }.
cancel-free = If you cannot come, cancel before { $before }.
cancel-late = If you cannot come, please cancel all the same, so that somebody else can; now it counts as a missed visit.
offer = [{ $hospital }] { $name }, a place is kept for you: { $department }, { $doctor }, { $when }, until { $until }. Open "Waiting list" to say yes or no. After that it goes to the next.
offer-gone = [{ $hospital }] { $name }, the place kept for you is gone: the doctor is off. { $department }, { $doctor }, { $when }. You are still on the waiting list.
place-ask = please ask at the desk on floor 1
# Instead of department and doctor, where the department is nobody else's business.
clinic = your clinic
# When a visit is: both ways to say the hour, so that nobody comes twelve hours off.
# $day (Text) day and weekday
# $half (Text) half of the day: am, pm
# $from (Text) 14:00
# $to (Text) 14:20
span = { $day }, { $half ->
        [am] morning
       *[pm] afternoon
    } { $from }-{ $to }
