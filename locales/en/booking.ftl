title = Book a visit
hospitals-title = Which hospital?
departments-title = Which department?
departments-search = Find a department
departments-search-hint = Such as: heart, eyes
departments-none = Nothing found for "{ $query }". Use other words, or call.
groups-title = Where does it hurt?
unsure = Not sure which one? Call the hospital.
doctors-title = Which doctor?
days-title = Which day?
do-other-day = Another day
slots-title = What time?
level-ordinary = Regular
level-expert = Expert
morning = Morning
afternoon = Afternoon
state-free = Free
state-free-count = { $count } free
state-few = Only { $count } left
state-few-plain = Nearly full
state-full = Full
state-held = Being booked
state-stopped = Doctor not in
state-not-released = Not open yet
state-past = Past
state-unknown = Not known
opens-at = Opens { $time }
remaining = { $count } left
none-day = No doctor is in on this day.
none-free = This day is full. Please pick another.
none-slots = No time can be booked on this day.
check-title = Is this right?
check-who = Patient
check-what = Department
check-doctor = Doctor
check-where = Where
check-when = When
check-fee = Fee
check-fee-later = Nothing to pay now. You pay at the hospital.
check-rules = Please know
rule-come = Come { $minutes ->
    [one] { $minutes } minute
   *[other] { $minutes } minutes
} early.
rule-cancel = Cancel before { $time } and it does not count as missed.
rule-missed = { $limit ->
    [one] { $limit } missed visit
   *[other] { $limit } missed visits
} in { $within ->
    [one] { $within } day
   *[other] { $within } days
} stop online booking for { $block ->
    [one] { $block } day
   *[other] { $block } days
}.
do-confirm = Book it
do-confirm-move = Move it
do-not-yet = Not now
held-for = We keep this time for you, { $minutes ->
    [one] { $minutes } minute
   *[other] { $minutes } minutes
} left. No hurry.
held-last = We keep this time for less than a minute more.
held-over-title = The time is no longer kept
held-over-detail = It was given back. You can keep it again, nothing is lost.
do-hold-again = Keep it again
taken-title = Someone just took it
taken-detail = Nothing was booked or charged. These times are free:
taken-kept = Nothing was changed: you still have your old time. These times are free:
alternatives-none = No other time is near. Try another day or doctor.
do-other-times = Other times
checking-title = We are making sure. Please do not book again
checking-detail = The hospital has not answered yet. We are finding out whether you are booked and will tell you as soon as we know. You will not be booked twice.
group-other = Other departments
separator = {", "}
halves-title = Morning or afternoon?
# $count (Number) times that can be had
times-count = { $count ->
    [one] { $count } time free
   *[other] { $count } times free
}
holding = Keeping this time for you. Please wait.
# $digits (Text) an amount in digits
# $words (Text) the same amount in words
fee-both = { $digits } ({ $words })
# $minutes (Number) after booking
rule-cancel-soon = You can cancel within { $minutes } minutes of booking. Later it counts as a missed visit.
unsure-detail = We do not know yet if it is booked. Ask again: it will not be booked twice.
do-ask-again = Ask again
do-cancel = Cancel this visit
do-keep-time = Keep the old time
move-from = Old time
move-to = New time
old = These times are from { $minutes ->
    [one] 1 minute
   *[other] { $minutes } minutes
 } ago and may have changed.
do-show-new = Show new times
state-taken = Just taken
changed = Something has just changed. Please look below.
# A place in line at a release
early-line = You can already choose a time and get in line. Lots are drawn at { $time }: being quick does not help.
line-title = You are in line. No hurry
# $count (Number) people before one
line-ahead = { $count ->
    [one] { $count } person before you
   *[other] { $count } people before you
}
line-next = You are next
# $time (Text) time of day
line-draw = Lots are drawn at { $time }
line-soon = Less than a minute to wait
# $minutes (Number) whole minutes
line-minutes = { $minutes ->
    [one] About { $minutes } minute to wait
   *[other] About { $minutes } minutes to wait
}
line-unsure = More people are before you than there are places. It is your turn if some give up. Nobody can say when.
line-lost = No connection just now, trying again. Your place is kept.
# $count (Number) places that nobody has
line-places = { $count ->
    [one] { $count } place is free now.
   *[other] { $count } places are free now.
}
line-kept = Your place in line is kept. Being quick does not help. You may lock the phone.
line-then = When it is your turn, the time is kept for you by itself.
line-then-move = When it is your turn, your visit is moved to the new time by itself; the old time is given back.
do-leave-line = Leave the line
line-over-title = There is no place left for you on this day
line-over-detail = More people came before you than there are places. You have no booking and paid nothing. You can choose another day.
line-over-kept = More people came before you than there are places. Nothing was changed: you still have your old time.
checking-call = You need not wait here. If it is urgent, please call:
checking-elsewhere = We are making sure of a booking. See here
checking-done = Your booking went through. See here
checking-not-done = Your booking did not go through. See here
checking-move-title = We are making sure. Please do not change it again
checking-move-detail = The hospital has not answered yet. We are finding out whether the time was changed and will tell you as soon as we know. If it was not, you still have the old time.
checking-moved = Your time was changed. See here
checking-not-moved = Your time was not changed, the old one stays. See here
checking-cancel-title = We are making sure that it is cancelled
checking-cancel-detail = The hospital has not answered yet. We are finding out and will tell you as soon as we know. It will not be cancelled twice.
checking-cancelled = Your booking was cancelled. See here
checking-not-cancelled = Your booking was not cancelled, you still have it. See here
checking-offline = Your phone is offline. Once it is online we go on and tell you as soon as we know.
