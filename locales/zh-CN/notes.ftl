# What to know about a visit; the edge puts them into `Appointment.notes`.

# $minutes (Number) before the start
come-early = 请提前 { $minutes } 分钟到，先报到。
bring-id = 带上身份证和医保卡。
bring-records = 带上以前的病历、检查单和正在吃的药。
# $hospital (Text) its name
not-checked = { $hospital }暂时连不上，没能查您在那里的预约。请自己看看时间有没有冲突。
stopped = 医生停诊了，这个号不能看了。不算爽约，请改约或取消。
# Before a morning visit where blood is often taken.
fasting = 上午可能要抽血，来之前先不吃早饭，可以喝几口白水。带上早饭和早上的药，抽完血再用。
