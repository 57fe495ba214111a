title = My visits
who = Whose visits?
past = Earlier
none-title = No visits yet
none-detail = When you book, it shows here.
none-coming = No visit is coming up.
partial = { $hospital } cannot be reached. There may be more visits than shown.
partial-stale = What { $hospital } has is from { $time } and may have changed.
do-book = Book a visit
do-book-again = Book again
status-booked = Booked
status-arrived = Checked in
status-fulfilled = Done
status-cancelled = Cancelled
status-late-cancel = Cancelled late, counts as missed
status-no-show = Missed
status-waitlist = On the waiting list
status-stopped = Doctor not in
stopped-detail = The doctor is not in, so this visit cannot take place. It does not count as missed. Please pick another time.
channel-phone = Booked by phone
channel-window = Booked at the desk
channel-community = Booked by the community clinic
one-title = This visit
label-hospital = Hospital
label-department = Department
label-doctor = Doctor
label-when = Time
label-place = Place
label-number = Number
label-fee = Fee
label-channel = How it was booked
label-status = State
label-notes = Before you go
place-unknown = Ask at the hospital's front desk
free-until = Cancel or move before { $time }: it does not count as missed.
free-over = Free cancelling and moving are over. Cancelling now counts as a missed visit.
do-ticket = Show ticket
do-move = Move
do-cancel = Cancel visit
do-past = Show earlier
do-coming = Show coming visits
do-older = Show older
cancel-title = Cancel this visit?
cancel-free = Cancelling now is free and does not count as missed.
cancel-free-until = Cancelling is free until { $time }.
cancel-late-title = Cancelling now counts as a missed visit
cancel-late-detail = With { $limit ->
    [one] { $limit } missed visit
   *[other] { $limit } missed visits
} in { $within ->
    [one] { $within } day
   *[other] { $within } days
}, online booking stops for { $block ->
    [one] { $block } day
   *[other] { $block } days
}. Phone and desk stay open.
cancel-late-call = If you have a special reason, call the hospital first.
cancel-late-unknown = Too many missed visits pause online booking. Phone and desk stay open.
reason-question = Why do you cancel? You may skip this.
reason-cannot-come = I cannot come
reason-feels-better = I feel better
reason-mistake = Booked by mistake
reason-other = Another reason
do-cancel-confirm = Yes, cancel
do-cancel-late = Cancel anyway
do-keep = Keep it
cancelled-title = It is cancelled
cancelled-free = It does not count as missed.
cancelled-late = It counts as one missed visit.
cancelled-again = If you still need a doctor, you can book again.
cancel-not-possible = This visit can no longer be cancelled.
cancel-unknown-title = Not known yet whether it is done
cancel-unknown-detail = The hospital does not answer. You can tap again, it is not done twice.
move-keep = Pick a new time. Your old one is kept until then.
