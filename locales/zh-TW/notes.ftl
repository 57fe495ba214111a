come-early = 請提前 { $minutes } 分鐘到，先報到。
bring-id = 帶上身分證和健保卡。
bring-records = 帶上以前的病歷、檢查單和正在吃的藥。
not-checked = { $hospital }暫時連不上，沒能查您在那裡的預約。請自己看看時間有沒有衝突。
stopped = 醫師停診了，這個號不能看了。不算爽約，請改約或取消。
# Before a morning visit where blood is often taken.
fasting = 上午可能要抽血，來之前先不吃早餐，可以喝幾口白開水。帶上早餐和早上的藥，抽完血再用。
