# What can go wrong, for every `contract::Code`: a title and a text that says what to do.
# Used by the edge in its problem details and by the app.

malformed-json-title = 请求看不懂
malformed-json-detail = 发来的内容格式不对，没有做任何改动。
unauthenticated-title = 请先登录
unauthenticated-detail = 登录后才能继续。您填的内容还在。
fresh-code-needed-title = 请再收一次验证码
fresh-code-needed-detail = 这一步很重要，请再用短信验证码确认是您本人。
forbidden-title = 您没有这个权限
forbidden-detail = 您还不能替这位家人办这件事。请让家人同意后再试。
origin-not-allowed-title = 来源不对
origin-not-allowed-detail = 这个请求不是从本应用发出的，没有办理。
booking-blocked-title = 暂时不能网上挂号
booking-blocked-detail = 因为几次约了没来，网上挂号暂停了。打电话或到窗口仍可挂号。
# $until (Text) day and time
booking-blocked-until = 因为几次约了没来，网上挂号暂停到{ $until }。打电话或到窗口仍可挂号。
not-found-title = 没有找到
not-found-detail = 要找的内容不在了，或者地址不对。
method-not-allowed-title = 不支持这个操作
method-not-allowed-detail = 这个地址不支持这种操作。
slot-taken-title = 这个时间刚被别人约走
slot-taken-detail = 请换一个时间。您没有约上，也没有扣钱。
own-overlap-title = 和您另一个预约时间冲突
own-overlap-detail = 这段时间您已经约了别的号。请换个时间，或先取消那一个。
limit-reached-title = 预约数已经到上限
limit-reached-detail = 您现在的预约已经到上限。请先取消一个再约。
# $most (Number) the most a person may have
limit-per-doctor-day = 同一位医生一天最多约 { $most } 次。请换一天或换医生。
# $most (Number) the most a person may have
limit-departments-per-day = 一天最多约 { $most } 个科室。请换一天。
# $most (Number) the most a person may have
limit-open = 最多同时有 { $most } 个没看的预约。请先取消一个再约。
# $most (Number) the most a person may have
limit-waitlist = 最多同时候补 { $most } 个。请先退出一个。
limit-waitlist-same = 您已经在候补这个了。想改条件，请先退出再候补。
not-bookable-title = 这个时间现在不能约
not-bookable-detail = 请换一个时间。
not-bookable-not-released = 这一天的号还没放出来。
# $opens (Text) day and time
not-bookable-opens = 这一天的号还没放。{ $opens }开始可以约。
not-bookable-outside-window = 这一天太远了，现在还不能约。
not-bookable-stopped = 医生这个时间停诊了。请换一个时间或医生。
not-bookable-past = 这个时间已经过了，或马上就到。请换一个时间。
not-bookable-free-places = 还有号，不用候补，直接挂号就行。
not-bookable-no-session = 这几天没有医生出诊，候补不到。请换几天。
past-deadline-title = 已经过了免费取消的时间
past-deadline-detail = 现在取消会记一次爽约。爽约多了会暂停网上挂号。
hold-expired-title = 留号时间到了
hold-expired-detail = 这个号没有再为您留着。可以再选一次。
payload-too-large-title = 内容太大
payload-too-large-detail = 发来的内容太大，没有办理。
unsupported-media-type-title = 格式不支持
unsupported-media-type-detail = 请用 JSON 格式发送。
invalid-request-title = 有内容没填对
invalid-request-detail = 请改好标出的地方，再试一次。
idempotency-key-reused-title = 请求重复了
idempotency-key-reused-detail = 同一个请求编号用在了不同的内容上，没有办理。
code-wrong-title = 验证码不对
code-wrong-detail = 请再看一下短信，或重新收一个验证码。
# $left (Number) tries left, at least 1
code-wrong-left = 验证码不对或已过期。还可以试 { $left } 次。
code-wrong-none-left = 验证码试错太多次。请重新收一个。
identity-not-confirmed-title = 没能核对上身份
identity-not-confirmed-detail = 姓名、证件号或手机号和医院的记录对不上。请核对，或到医院窗口办理。
rate-limited-title = 请稍等一会儿
rate-limited-detail = 操作太频繁了。请过一会儿再试。
# $wait (Text) how long, with its unit
rate-limited-wait = 操作太频繁了。请过 { $wait } 再试。
waiting-room-title = 现在人很多，请排队
waiting-room-detail = 已经替您排上队了。不用刷新，请等一会儿。
internal-title = 我们出了点问题
internal-detail = 不是您的错。请过一会儿再试，或打电话给医院。
hospital-unavailable-title = 暂时连不上医院
hospital-unavailable-detail = 医院的系统现在没有回应。请过一会儿再试，或打电话。

# What the person can do next, for every `contract::Action`. They stand on buttons.
action-fix-input = 回去改
action-log-in = 去登录
action-get-new-code = 重新收验证码
action-choose-another-slot = 换个时间
action-choose-another-time = 换个时间
action-hold-again = 再选一次
action-wait = 等一等
action-retry-later = 再试一次
action-call-hotline = 打电话
action-go-to-window = 去窗口办
action-accept-no-show = 仍要取消
action-go-back = 返回
action-none = 知道了

# What is wrong with one field, for every `contract::FieldCode`.
field-missing = 这里还没有填。
field-unknown = 没有这一项。
field-wrong-type = 这里的格式不对。
field-malformed = 这里填得不对，请再看一看。
field-too-long = 这里填得太长了。
field-too-short = 这里没有填完。
field-out-of-range = 这里的数超出了范围。
field-bad-check-digit = 号码有一位不对。请对着证件再看一遍。
field-birth-date-in-future = 号码里的出生日期还没到。请再看一遍。
field-not-a-date = 号码里的出生日期不存在。请再看一遍。
