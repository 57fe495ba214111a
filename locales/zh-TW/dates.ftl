day = { $month }月{ $day }日 { $weekday ->
    [1] 星期一
    [2] 星期二
    [3] 星期三
    [4] 星期四
    [5] 星期五
    [6] 星期六
   *[other] 星期日
}
day-short = { $month }月{ $day }日
day-year = { $year }年{ $month }月{ $day }日
weekday = { $weekday ->
    [1] 週一
    [2] 週二
    [3] 週三
    [4] 週四
    [5] 週五
    [6] 週六
   *[other] 週日
}
today = 今天 { $day }
tomorrow = 明天 { $day }
day-after = 後天 { $day }
today-word = 今天
tomorrow-word = 明天
day-after-word = 後天
time = { $half ->
    [night] 凌晨
    [am] 上午
    [noon] 中午
    [evening] 晚上
   *[pm] 下午
}{ $hour }:{ $minute }
time-bare = { $half ->
   *[other] { $hour }:{ $minute }
}
day-time = { $day } { $time }
between = { $start }到{ $end }
minutes = { $count } 分鐘
seconds = { $count } 秒
