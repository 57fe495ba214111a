malformed-json-title = We could not read that
malformed-json-detail = What was sent is not well formed. Nothing was changed.
unauthenticated-title = Please log in
unauthenticated-detail = Log in to go on. What you typed is kept.
fresh-code-needed-title = We need a new code
fresh-code-needed-detail = This step matters. Please confirm with a new code from a text message.
forbidden-title = You may not do this
forbidden-detail = You may not do this for this person yet. Ask them to agree first.
origin-not-allowed-title = Wrong origin
origin-not-allowed-detail = This request did not come from this app. Nothing was done.
booking-blocked-title = No online booking for now
booking-blocked-detail = Some visits were missed, so online booking is paused. You can still book by phone or at the desk.
booking-blocked-until = Some visits were missed, so online booking is paused until { $until }. You can still book by phone or at the desk.
not-found-title = Not found
not-found-detail = It is no longer there, or the address is wrong.
method-not-allowed-title = This cannot be done here
method-not-allowed-detail = This address does not support this operation.
slot-taken-title = Someone just took this time
slot-taken-detail = Please pick another time. Nothing was booked and nothing was charged.
own-overlap-title = You already have a visit then
own-overlap-detail = You have another visit at this time. Pick another time, or cancel the other one first.
limit-reached-title = You have reached the limit
limit-reached-detail = You have as many bookings as allowed. Cancel one first.
limit-per-doctor-day = At most { $most ->
    [one] { $most } booking
   *[other] { $most } bookings
} a day with one doctor. Pick another day or doctor.
limit-departments-per-day = At most { $most ->
    [one] { $most } department
   *[other] { $most } departments
} a day. Pick another day.
limit-open = At most { $most ->
    [one] { $most } open booking
   *[other] { $most } open bookings
} at once. Cancel one first.
# $most (Number) the most a person may have
limit-waitlist = You can wait for at most { $most } at a time. Please leave one first.
limit-waitlist-same = You already wait for this. To change it, leave first and join again.
not-bookable-title = This time cannot be booked now
not-bookable-detail = Please pick another time.
not-bookable-not-released = Times for this day are not open yet.
not-bookable-opens = Times for this day are not open yet. Booking starts { $opens }.
not-bookable-outside-window = This day is too far away to book now.
not-bookable-stopped = The doctor is not in at this time. Pick another time or doctor.
not-bookable-past = This time has passed or is too close. Pick another time.
not-bookable-free-places = There are free places. You can book one now.
not-bookable-no-session = No doctor works on those days. Please choose others.
past-deadline-title = Free cancelling is over
past-deadline-detail = Cancelling now counts as a missed visit. Too many missed visits pause online booking.
hold-expired-title = The time is no longer kept
hold-expired-detail = We no longer keep this time for you. You can pick it again.
payload-too-large-title = Too large
payload-too-large-detail = What was sent is too large. Nothing was done.
unsupported-media-type-title = Wrong format
unsupported-media-type-detail = Please send JSON.
invalid-request-title = Something is not filled in right
invalid-request-detail = Please correct what is marked and try again.
idempotency-key-reused-title = Request sent twice
idempotency-key-reused-detail = The same request key came with other content. Nothing was done.
code-wrong-title = Wrong code
code-wrong-detail = Please check the text message, or get a new code.
code-wrong-left = The code is wrong or too old. You have { $left ->
    [one] { $left } try
   *[other] { $left } tries
} left.
code-wrong-none-left = Too many wrong tries. Please get a new code.
identity-not-confirmed-title = We could not confirm this
identity-not-confirmed-detail = Name, ID number or phone do not match the hospital's record. Check them, or go to the hospital desk.
rate-limited-title = Please wait a little
rate-limited-detail = That was too often. Please try again later.
rate-limited-wait = That was too often. Please try again in { $wait }.
waiting-room-title = Many people right now
waiting-room-detail = You are in line. No need to reload, just wait a little.
internal-title = Something went wrong on our side
internal-detail = It is not your fault. Try again later, or call the hospital.
hospital-unavailable-title = The hospital cannot be reached
hospital-unavailable-detail = The hospital's system does not answer. Try again later, or call.
action-fix-input = Correct it
action-log-in = Log in
action-get-new-code = Get a new code
action-choose-another-slot = Another time
action-choose-another-time = Another time
action-hold-again = Pick again
action-wait = Wait
action-retry-later = Try again
action-call-hotline = Call
action-go-to-window = Go to the desk
action-accept-no-show = Cancel anyway
action-go-back = Back
action-none = OK
field-missing = This is empty.
field-unknown = This is not known.
field-wrong-type = This has the wrong form.
field-malformed = This does not look right. Please check it.
field-too-long = This is too long.
field-too-short = This is not complete.
field-out-of-range = This number is out of range.
field-bad-check-digit = One digit is wrong. Please compare with the card.
field-birth-date-in-future = The birth date in this number is in the future. Please check it.
field-not-a-date = The birth date in this number does not exist. Please check it.
