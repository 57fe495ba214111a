booked-title = You are booked
show-this = Show this at the hospital
number = Number
qr-alt = QR code of the number
when = When
doctor = Doctor
who = Patient
come-at = Please come before { $time } and check in.
bring-title = What to bring
cancel-before = If you cannot come, cancel before { $time }. Then it does not count as missed.
do-calendar = Add to calendar
do-my-appointments = My visits
calendar-title = Visit: { $department }, { $doctor }
# $minutes (Number) how long it is free
undo = Wrong? Undo within { $minutes ->
    [one] { $minutes } minute
   *[other] { $minutes } minutes
}
not-valid-title = This ticket is no longer valid
not-valid-detail = The visit was cancelled, moved or is over.
