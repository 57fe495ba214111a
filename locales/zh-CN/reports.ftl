# Reports: the list and one report.

title = 我的报告
who = 看谁的报告？
none-title = 还没有报告
none-detail = 医院出了报告，就会显示在这里。
# $hospital (Text) its name
partial = { $hospital }暂时连不上，可能还有报告没显示。
# $hospital (Text) its name
# $time (Text) day and time
partial-stale = { $hospital }的内容是{ $time }的，可能已经变了。
category-laboratory = 化验
category-imaging = 拍片和超声
category-other = 其他检查
# $day (Text) a day
issued = { $day }出的
# $count (Number) at least 1
abnormal-count = 有 { $count } 项偏高或偏低
abnormal-none = 都在参考范围内
status-amended = 后来有补充
status-corrected = 后来改正过
do-older = 看更早的
one-title = 这份报告

results-off = 要留意的
results-fine = 在参考范围内的
results-other = 其他结果
conclusion = 医生写的结论
no-conclusion = 医生没有写结论。
value-missing = 没有数值
# $low (Text) number with unit
# $high (Text) number with unit
range-between = 参考：{ $low } 到 { $high }
# $low (Text) number with unit
range-from = 参考：不低于 { $low }
# $high (Text) number with unit
range-to = 参考：不高于 { $high }
# $text (Text) as the laboratory wrote it
range-text = 参考：{ $text }
flag-normal = 正常
flag-low = 偏低
flag-high = 偏高
flag-critical-low = 低得较多
flag-critical-high = 高得较多
flag-abnormal = 和参考不同
critical-title = 请尽快问医生
critical-detail = 有的结果和参考差得较多。先别着急，请今天就打电话问医生。
critical-emergency = 如果很不舒服，请马上打 120。
explain = 偏高或偏低不一定是病。请医生结合身体情况来看。
do-pdf = 看原件 PDF
pdf-hint = 原件要另外打开，有的手机看不了。
do-emergency = 打 120
