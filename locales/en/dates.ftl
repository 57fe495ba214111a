day = { $weekday ->
    [1] Monday
    [2] Tuesday
    [3] Wednesday
    [4] Thursday
    [5] Friday
    [6] Saturday
   *[other] Sunday
}, { $month ->
    [1] January
    [2] February
    [3] March
    [4] April
    [5] May
    [6] June
    [7] July
    [8] August
    [9] September
    [10] October
    [11] November
   *[other] December
} { $day }
day-short = { $month ->
    [1] Jan
    [2] Feb
    [3] Mar
    [4] Apr
    [5] May
    [6] Jun
    [7] Jul
    [8] Aug
    [9] Sep
    [10] Oct
    [11] Nov
   *[other] Dec
} { $day }
day-year = { $month ->
    [1] January
    [2] February
    [3] March
    [4] April
    [5] May
    [6] June
    [7] July
    [8] August
    [9] September
    [10] October
    [11] November
   *[other] December
} { $day }, { $year }
weekday = { $weekday ->
    [1] Mon
    [2] Tue
    [3] Wed
    [4] Thu
    [5] Fri
    [6] Sat
   *[other] Sun
}
today = Today, { $day }
tomorrow = Tomorrow, { $day }
day-after = { $day }
today-word = Today
tomorrow-word = Tomorrow
day-after-word = In 2 days
time = { $hour ->
    [0] 12
    [one] { $hour }
   *[other] { $hour }
}:{ $minute } { $half ->
    [night] am
    [am] am
    [noon] pm
    [evening] pm
   *[pm] pm
}
time-bare = { $hour ->
    [0] 12
    [one] { $hour }
   *[other] { $hour }
}:{ $minute } { $half ->
    [night] am
    [am] am
    [noon] pm
    [evening] pm
   *[pm] pm
}
day-time = { $day }, { $time }
between = { $start } to { $end }
minutes = { $count ->
    [one] { $count } minute
   *[other] { $count } minutes
}
seconds = { $count ->
    [one] { $count } second
   *[other] { $count } seconds
}
