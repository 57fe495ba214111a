# Logging in by code.

title = 登录
intro = 用手机号登录。我们发一个验证码给您。
phone-label = 手机号
phone-hint = 11 位，医院里留的那个号
phone-wrong = 手机号是 11 位，请再看一看。
do-send = 收验证码
do-send-again = 再收一次
do-call-me = 打电话告诉我
code-title = 填验证码
# $phone (Text) masked
# $minutes (Number) how long it lives
code-sent = 已发到 { $phone }，{ $minutes } 分钟内有效。
code-label = 验证码
code-hint = 短信里的 6 个数字
code-short = 验证码是 6 个数字，还没填完。
code-called = 请接电话，会念 6 个数字给您听。
# $time (Text) how long, with its unit
resend-in = { $time }后可以再收一次
not-arrived = 没有收到？
do-log-in = 登录
do-other-phone = 换手机号
