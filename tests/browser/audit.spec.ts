// The gate is tested itself: each rule passes the good page and fails a page that is bad in that
// one way.
import { audit, expect, test, told } from './lib/test';

const GOOD = `<!doctype html><html lang="zh-CN"><meta name="viewport" content="width=device-width, initial-scale=1"><style>
  body { margin: 0; background: #fff; color: #111; font: 1.375rem/1.6 sans-serif; }
  header, nav { display: flex; gap: 14px; padding: 8px; flex-wrap: wrap; }
  header > *, nav > *, .button, .row, input { min-height: 4rem; min-width: 4rem; box-sizing: border-box; font: inherit; display: flex; align-items: center; padding: 0 12px; border: 2px solid #444; background: #fff; color: #111; text-decoration: none; max-width: 100%; overflow-wrap: anywhere; }
  main { padding: 12px 12px 24px; } h1 { font-size: 1.875rem; line-height: 1.5; }
  .stack > * { margin-top: 14px; width: 100%; } .apart { margin-top: 32px; } .choices { list-style: none; padding: 0; } .choices li { margin-top: 14px; }
  p + p { margin-top: 2.2em; } label, .error { display: block; } svg { width: 32px; height: 32px; stroke: currentColor; fill: none; }
  .top p, .top .row, .top label { font-size: 1.875rem; }
</style><body>
<header><button data-role="back">返回</button><button data-care-toggle>长辈版</button><a href="tel:1" data-help>电话</a></header>
<main><p class="acting">正在为 张* 办理</p><p class="step">第 2 步，共 6 步</p><h1>选科室</h1>
<p id="long">请先选择要看的科室。不知道看哪个科，可以打电话问医院，也可以到导诊台问工作人员，他们会告诉您应该先看哪一个科。请先选择要看的科室，不知道看哪个科可以打电话问医院。</p>
<p id="long2">带好身份证和医保卡，提前十五分钟到医院。到了以后先在一楼取号，再到二楼候诊，听到叫号就进去。请带好身份证和医保卡，提前十五分钟到医院，先在一楼取号再到二楼候诊。</p>
<ul class="choices"><li><a class="row" href="/a"><svg viewBox="0 0 1 1"></svg>心内科</a></li><li><a class="row" href="/b">神经内科</a></li></ul>
<label for="f">电话</label><p class="error" id="e" role="alert">请写十一位数字</p><input id="f" aria-invalid="true" aria-describedby="e">
<div class="stack"><a class="button" href="/keep">保留</a><button class="button" data-role="primary">继续</button></div>
<div class="stack apart"><button class="button" data-role="danger">取消预约</button></div></main>
<nav><a href="/">首页</a></nav></body></html>`;

const ABOUT = { name: 'departments', needs: 'person', booking: true };

/** One page for each rule, bad in one way: a script that spoils the good page. */
const BAD: Record<string, string> = {
  'CM-01': `document.querySelector('[data-care-toggle]').textContent = '简洁'`,
  'CM-06': `document.querySelector('.step').style.fontSize = '17px'`,
  'CM-07': `document.querySelector('#long').style.fontSize = '29px'`,
  'CM-08': `document.querySelector('#long').style.fontSize = '24px'`,
  'CM-09': `document.querySelector('#long').style.lineHeight = '1.3'`,
  'CM-10': `document.querySelector('.step').style.color = '#777'`,
  'CM-12': `Object.assign(document.querySelector('.row').style, { overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' })`,
  'CM-14': `Object.assign(document.querySelector('.row').style, { minHeight: '44px', height: '44px' })`,
  'CM-15': `document.querySelector('.apart').style.marginTop = '0'`,
  'CM-17': `document.querySelector('.row').setAttribute('ontouchstart', 'go()')`,
  'CM-24': `document.querySelector('.choices').innerHTML = '<li><a class="row" href="/x">科</a></li>'.repeat(8)`,
  'CM-25': `document.querySelector('.step').remove()`,
  'CM-26': `document.querySelector('[data-role=back]').remove()`,
  'CM-27': `document.querySelector('.error').textContent = ''`,
  'CM-28': `document.querySelector('main').insertAdjacentHTML('beforeend', '<label style="display:block;min-height:64px"><input type="checkbox" checked style="width:64px">同意</label>')`,
  'CM-29': `document.querySelector('.acting').remove()`,
  'CM-30': `document.querySelector('header').append(document.querySelector('[data-care-toggle]'))`,
  'CM-31': `document.querySelector('[data-help]').removeAttribute('href')`,
};

test('the good page passes every rule', async ({ page }) => {
  for (const width of [320, 360]) {
    await page.setViewportSize({ width, height: 780 });
    await page.setContent(GOOD);
    expect(told(await audit(page, ABOUT))).toEqual([]);
    await page.evaluate(() => document.body.classList.add('top'));
    expect(told(await audit(page, { ...ABOUT, topSize: true }, ['CM-07']))).toEqual([]);
  }
});

test('every rule has a page that fails it', async ({ page }) => {
  await page.setContent(GOOD);
  await audit(page, ABOUT);
  const known = await page.evaluate(() => (window as unknown as { careChecks: string[] }).careChecks);
  expect(Object.keys(BAD).sort()).toEqual([...known].sort());
});

for (const [rule, spoil] of Object.entries(BAD)) {
  test(`a page that is bad by ${rule} fails it`, async ({ page }) => {
    await page.setViewportSize({ width: 320, height: 780 });
    await page.setContent(GOOD);
    const about = { ...ABOUT, topSize: rule === 'CM-07' };
    if (rule === 'CM-07') await page.evaluate(() => document.body.classList.add('top'));
    await page.evaluate(spoil);
    const found = await audit(page, about, [rule]);
    expect(found.length, `${rule} sees nothing wrong`).toBeGreaterThan(0);
  });
}
