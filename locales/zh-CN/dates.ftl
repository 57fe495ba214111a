# Days and times. All in the hospital's zone; `src/when.rs` takes them apart.

# $month (Number) 1 to 12
# $day (Number) 1 to 31
# $weekday (Number) 1 is Monday, 7 is Sunday
day = { $month }月{ $day }日 { $weekday ->
    [1] 星期一
    [2] 星期二
    [3] 星期三
    [4] 星期四
    [5] 星期五
    [6] 星期六
   *[other] 星期日
}
# Where there is little room.
# $month (Number) 1 to 12
# $day (Number) 1 to 31
day-short = { $month }月{ $day }日
# $year (Number) four digits
# $month (Number) 1 to 12
# $day (Number) 1 to 31
day-year = { $year }年{ $month }月{ $day }日
# $weekday (Number) 1 is Monday, 7 is Sunday
weekday = { $weekday ->
    [1] 周一
    [2] 周二
    [3] 周三
    [4] 周四
    [5] 周五
    [6] 周六
   *[other] 周日
}
# $day (Text) a day
today = 今天 { $day }
# $day (Text) a day
tomorrow = 明天 { $day }
# $day (Text) a day
day-after = 后天 { $day }
today-word = 今天
tomorrow-word = 明天
day-after-word = 后天
# $half (Text) part of the day: night, am, noon, pm, evening
# $hour (Number) 0 to 12
# $minute (Text) two digits
time = { $half ->
    [night] 凌晨
    [am] 上午
    [noon] 中午
    [evening] 晚上
   *[pm] 下午
}{ $hour }:{ $minute }
# The end of a span in the same part of the day.
# $half (Text) part of the day, as above
# $hour (Number) 0 to 12
# $minute (Text) two digits
time-bare = { $half ->
   *[other] { $hour }:{ $minute }
}
# $day (Text) a day
# $time (Text) a time
day-time = { $day } { $time }
# $start (Text) a time
# $end (Text) a time
between = { $start }到{ $end }
# $count (Number) minutes
minutes = { $count } 分钟
# $count (Number) seconds
seconds = { $count } 秒
