title = Help
hotline-title = Call the hospital
hotline-hours = Staffed every day from { $opens } to { $closes }.
hotline-open = Open now
hotline-closed = Closed now, opens at { $opens }
emergency-detail = Strong chest pain, no breath or fainting: call 120 now.
do-emergency = Call 120
guide-book-title = How to book
guide-book-1 = On the home page tap "Book a visit". Pick hospital and department.
guide-book-2 = Pick a doctor, then a free time.
guide-book-3 = Log in with your phone number and a code.
guide-book-4 = Pick who it is for, read it through, then confirm.
guide-book-5 = You get a ticket and a text message.
guide-bring-title = What to bring
guide-bring-1 = ID card and insurance card.
guide-bring-2 = Old records and test results.
guide-bring-3 = The medicine you take, or a photo of the box.
guide-come-title = When to come
guide-come = Come { $minutes ->
    [one] { $minutes } minute
   *[other] { $minutes } minutes
} early, check in, then wait for your call.
guide-cancel-title = If you cannot come
guide-cancel = Cancelling is free until { $hours ->
    [one] { $hours } hour
   *[other] { $hours } hours
} before the visit, and for { $minutes ->
    [one] { $minutes } minute
   *[other] { $minutes } minutes
} after booking.
guide-missed-title = What is a missed visit
guide-missed = Not coming, or cancelling too late, is a missed visit. With { $limit ->
    [one] { $limit } of them
   *[other] { $limit } of them
} in { $within ->
    [one] { $within } day
   *[other] { $within } days
}, online booking stops for { $block ->
    [one] { $block } day
   *[other] { $block } days
}.
guide-release-title = When new times open
guide-release = You can book { $days ->
    [one] { $days } day
   *[other] { $days } days
} ahead. A new day opens every day at { $time }.
guide-test-title = Blood tests and scans
guide-test = Some tests need an empty stomach. Ask the day before.
guide-insurance-title = Insurance
guide-insurance = Bring your insurance card or code and show it when you pay.
guide-where-title = Without a phone app
guide-where = Call the number above, or go to the hospital desk.
rules-of = Rules of { $hospital }
status-title = Can I book right now?
do-status = See how it is doing
status-works = Booking works
status-works-detail = You can book, move and cancel visits.
status-slow = Slower than usual
status-slow-detail = You can book. It takes longer, so please wait.
status-down-detail = Visits you have booked are safe. To book, please call.
status-now = The free times shown are up to date.
status-old = This was { $minutes } min ago.
status-unknown = How the hospital is doing cannot be read now.
