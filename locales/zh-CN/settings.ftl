# Settings: care mode, size, language, logging out.

title = 设置
care-title = { -care }
care-hint = 字大，按钮大，一步一步来。
do-care-on = 打开{ -care }
do-care-off = 回到普通版
care-is-on = 现在是{ -care }。
care-is-off = 现在是普通版。
size-title = 字的大小
size-standard = 标准
size-large = 大
size-larger = 更大
size-largest = 最大
size-sample = 心内科，明天上午9:30
language-title = 语言 Language
account-title = 登录
# $phone (Text) masked
logged-in-as = 已登录：{ $phone }
not-logged-in = 还没有登录。
do-log-out = 退出登录
logged-out = 已经退出登录。
log-out-hint = 用别人的手机，看完请退出。
privacy = 看病的资料只留在医院，不存在这部手机里。
