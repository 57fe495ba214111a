# The product's name.
-brand = 伴诊
# Care mode's name in the settings, as the law has it.
-care = 长辈版
