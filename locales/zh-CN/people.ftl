# For whom: the list, choosing, and adding a person.

title = 看病的人
    .care = 给谁办？
who-for = 给谁看病？
none-title = 还没有加人
none-detail = 先加上自己或家人，再挂号。
# $hospital (Text) its name
partial = { $hospital }暂时连不上，可能还有人没显示。
relation-own = 本人
relation-spouse = 爱人
relation-child = 孩子
relation-parent = 父母
relation-grandchild = 孙辈
relation-grandparent = 祖辈
relation-sibling = 兄弟姐妹
relation-guardian = 监护人
relation-other = 亲友
# What the caller is to the patient.
# $relation (Text) a relation from above
you-are = 您是：{ $relation }
right-book = 挂号
right-pay = 交钱
right-view-reports = 看报告
right-manage = 管理资料
# $rights (Text) rights from above, joined
you-may = 您可以：{ $rights }
separator = 、
no-right-book = 您还不能替这位家人挂号。
do-add = 加一个人

add-title = 加一个看病的人
add-intro = 请照着证件填。医院要核对身份。
hospital-label = 哪家医院？
name-label = 姓名
name-hint = 和证件上一样
type-label = 用什么证件？
do-other-type = 不是身份证
type-resident = 身份证
type-passport = 护照
type-hk-macau-permit = 港澳通行证
type-taiwan-permit = 台胞证
type-foreign-resident = 外国人居留证
type-birth-certificate = 出生证
number-label = 证件号码
number-hint = 身份证是 18 位，最后一位可能是 X
phone-hint = 医院记的手机号，要和您登录的一样。
do-check = 核对并加上
checking = 正在和医院核对，请稍等。
name-missing = 请填姓名。
number-missing = 请填证件号码。
number-short = 身份证号是 18 位，还没填完。
added-title = 加好了
# $name (Text) the patient, masked
added-detail = 现在可以给 { $name } 挂号了。
