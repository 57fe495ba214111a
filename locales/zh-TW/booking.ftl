title = 掛號
hospitals-title = 去哪家醫院？
departments-title = 看哪一科？
departments-search = 找科別
departments-search-hint = 比如：心臟、眼睛、xnk
departments-none = 沒有找到「{ $query }」。換個說法，或打電話問。
groups-title = 哪裡不舒服？
unsure = 不知道看哪一科？打電話問醫院。
doctors-title = 看哪位醫師？
days-title = 哪一天去？
do-other-day = 換一天
slots-title = 幾點去？
level-ordinary = 一般門診
level-expert = 專家門診
morning = 上午
afternoon = 下午
state-free = 可掛號
state-free-count = 可掛 { $count } 號
state-few = 只剩 { $count } 個
state-few-plain = 快滿了
state-full = 額滿
state-held = 別人正在掛
state-stopped = 停診
state-not-released = 尚未開放
state-past = 已過時間
state-unknown = 查不到
opens-at = { $time }開始可以約
remaining = 還剩 { $count } 個
none-day = 這一天沒有醫師看診。
none-free = 這一天額滿。請換一天。
none-slots = 這一天沒有可以約的時間。
check-title = 看一看，對不對？
check-who = 誰看診
check-what = 看什麼
check-doctor = 醫師
check-where = 在哪裡
check-when = 什麼時候
check-fee = 多少錢
check-fee-later = 現在不用付錢，到醫院再交。
check-rules = 請先知道
rule-come = 請提前 { $minutes } 分鐘到。
rule-cancel = { $time }前取消不算爽約。
rule-missed = { $within } 天裡爽約 { $limit } 次，{ $block } 天不能網路掛號。
do-confirm = 確定掛號
do-confirm-move = 確定改時間
do-not-yet = 先不掛
held-for = 這個號給您留著，還有 { $minutes } 分鐘。不用急。
held-last = 這個號還留著，不到 1 分鐘了。
held-over-title = 留號時間到了
held-over-detail = 號放回去了。可以再留一次，您選的還在。
do-hold-again = 再留一次
taken-title = 剛被別人約走了
taken-detail = 您沒有約上，也沒扣錢。這幾個時間還可以掛：
alternatives-none = 附近沒有別的時間了。請換一天或換醫師。
do-other-times = 看別的時間
checking-title = 正在核實，請不要重新掛
checking-detail = 醫院還沒有回音。我們在查有沒有約上，一查到就告訴您。不會約成兩個。
group-other = 其他科別
separator = 、
halves-title = 上午去，還是下午去？
# $count (Number) times that can be had
times-count = 有 { $count } 個時段可以掛
holding = 正在幫您保留號碼，請稍候。
# $digits (Text) an amount in digits
# $words (Text) the same amount in words
fee-both = { $digits }（{ $words }）
# $minutes (Number) after booking
rule-cancel-soon = 掛號後 { $minutes } 分鐘內可以取消，再晚就算爽約。
unsure-detail = 還不知道有沒有掛上。再問一次，不會掛成兩個。
do-ask-again = 再問一次
do-cancel = 取消這個掛號
do-keep-time = 不改了
move-from = 原來的時間
move-to = 改到
old = 這些號是 { $minutes } 分鐘前查到的，可能已經變了。
do-show-new = 看新放的號
state-taken = 剛被約走
changed = 剛剛有變化，請看下面。
# A place in line at a release
line-title = 您在排隊，不用急
# $count (Number) people before one
line-ahead = 前面還有 { $count } 人
line-next = 馬上就到您了
# $time (Text) time of day
line-draw = { $time }抽籤排先後
line-soon = 大約再等不到 1 分鐘
# $minutes (Number) whole minutes
line-minutes = 大約再等 { $minutes } 分鐘
line-unsure = 前面的人比號多。有人不要了，才輪到您，要等多久說不準。
# $count (Number) places that nobody has
line-places = 現在還有 { $count } 個號。
line-kept = 您的位置一直留著，點得快慢都一樣。可以鎖螢幕，不用一直看。
line-then = 輪到您時，會自動替您留號。
do-leave-line = 不排了
line-over-title = 這一天的號約完了
line-over-detail = 您沒有約上，也沒扣錢。可以換一天。
# $time (Text) minutes and seconds
checking-call = 不用在這裡等，可以先去做別的。著急的話可以打電話：
checking-elsewhere = 有一個號正在核實，點這裡看
checking-done = 剛才的號約上了，點這裡看
checking-not-done = 剛才的號沒有約上，點這裡看
