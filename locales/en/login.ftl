title = Log in
intro = Log in with your phone number. We send you a code.
phone-label = Phone number
phone-hint = 11 digits, the one the hospital has
phone-wrong = A phone number has 11 digits. Please check it.
do-send = Send code
do-send-again = Send again
do-call-me = Call me with it
code-title = Enter the code
code-sent = Sent to { $phone }, good for { $minutes ->
    [one] { $minutes } minute
   *[other] { $minutes } minutes
}.
code-label = Code
code-hint = The 6 digits in the message
code-short = The code has 6 digits. Some are missing.
code-called = Please pick up. We read you 6 digits.
resend-in = You can get another in { $time }
not-arrived = Nothing arrived?
do-log-in = Log in
do-other-phone = Other number
