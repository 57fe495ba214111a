come-early = Please come { $minutes ->
    [one] { $minutes } minute
   *[other] { $minutes } minutes
} early and check in first.
bring-id = Bring your ID card and insurance card.
bring-records = Bring old records, test results and the medicine you take.
not-checked = { $hospital } cannot be reached, so we could not check your visits there. Please check the times yourself.
stopped = The doctor is not in, so this visit cannot take place. It does not count as missed. Please move or cancel it.
# Before a morning visit where blood is often taken.
fasting = Blood may be taken in the morning: come without breakfast, a little water is fine. Bring breakfast and your morning medicine for afterwards.
